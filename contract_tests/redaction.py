"""The last look at a report before anyone else sees it: no credential of the run is left in its texts."""

from __future__ import annotations

import re
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
    hidden = re.compile("|".join(part for secret in secrets.texts for part in _parts(secret)))

    def clean(text: str) -> str:
        return hidden.sub(HIDDEN, text)

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


def _parts(secret: str) -> list[str]:
    """Patterns of a secret: whole, its beginning before a cut, its end after one; the longest first."""
    beginnings = [re.escape(secret[:length]) for length in range(len(secret) - 1, _LEAST - 1, -1)]
    ends = [re.escape(secret[-length:]) for length in range(len(secret) - 1, _LEAST - 1, -1)]
    return [
        re.escape(secret),
        *(rf"{beginning}(?=\s*{_CUT})" for beginning in beginnings),
        *(rf"(?<={_CUT} ){end}" for end in ends),
        *(rf"(?<={_CUT}){end}" for end in ends),
    ]
