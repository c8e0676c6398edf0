"""The last look at a report before anyone else sees it: no credential of the run is left in its texts."""

from __future__ import annotations

from dataclasses import replace

from contract_tests.credentials import HIDDEN, Credentials, Secrets
from contract_tests.options import RunOptions
from contract_tests.results import Judgement, Report
from specs import Api

_CUT = "…"
_LEAST = 5


def redacted(report: Report, api: Api, options: RunOptions) -> Report:
    """The report without the run's credentials.

    Steps come without them; but a target may echo a credential, and what came is told in words too, sometimes cut
    off in the middle of one.
    """
    secrets = Secrets.of(Credentials.of(api, options.token), options.headers)
    if not secrets.texts:
        return report

    def clean(text: str) -> str:
        text = secrets.hidden(text)
        for secret in secrets.texts if _CUT in text else ():
            text = _without_pieces(text, secret)
        return text

    def cleaned(judgement: Judgement) -> Judgement:
        failure = judgement.failure
        if failure is not None:
            failure = replace(failure, expected=clean(failure.expected), got=clean(failure.got))
        return replace(judgement, failure=failure, reason=clean(judgement.reason))

    return replace(
        report,
        judgements=tuple(cleaned(judgement) for judgement in report.judgements),
        could_not_run=report.could_not_run and clean(report.could_not_run),
        notes=tuple(clean(note) for note in report.notes),
    )


def _without_pieces(text: str, secret: str) -> str:
    """The text without a beginning of the secret before a cut, and an end of it after one."""
    before, *rest = text.split(_CUT)
    pieces = [before]
    for after in rest:
        kept, space = pieces[-1].rstrip(), pieces[-1][len(pieces[-1].rstrip()) :]
        length = next((n for n in range(len(secret) - 1, _LEAST - 1, -1) if kept.endswith(secret[:n])), 0)
        if length:
            pieces[-1] = kept[:-length] + HIDDEN + space
        start = after.lstrip()
        length = next((n for n in range(len(secret) - 1, _LEAST - 1, -1) if start.startswith(secret[-n:])), 0)
        pieces.append(after[: len(after) - len(start)] + HIDDEN + start[length:] if length else after)
    return _CUT.join(pieces)
