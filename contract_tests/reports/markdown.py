"""The report as Markdown, for the summary of a CI step or a comment on a pull request."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from contract_tests.gates import Standing
from contract_tests.reports.view import View, facts
from contract_tests.results import Judgement

MAX_SHOWN = 20
"""How many broken claims are shown in full: a step summary may have 1 MiB at most."""

MAX_LISTED = 200
_MAX_TEXT = 4000


def render(view: View) -> str:
    """The verdict, the failures and warnings with their reproduction, and what was not tested."""
    icons = {0: "✅", 1: "❌", 2: "⚠️"}
    report = view.report
    lines = [
        f"## {icons[view.decision.code]} {_inline(report.title)}: {_inline(view.decision.sentence)}",
        "",
        *(f"- {_inline(headline)}" for headline in view.headlines()),
        "",
        f"{report.requests} requests to {_code(report.url)}, seed {report.seed}, profile {_inline(report.profile)}.",
        "",
    ]
    lines += _broken(view, "Broken", view.failed)
    lines += _broken(view, "Warnings", view.warnings)
    lines += _waived(view)
    lines += _not_tested(view)
    if report.notes:
        lines += ["### Notes", "", *(f"- {_inline(note)}" for note in report.notes), ""]
    return "\n".join(lines)


def _broken(view: View, title: str, judgements: Sequence[Judgement]) -> Iterator[str]:
    if not judgements:
        return
    yield from (f"### {title}", "")
    for judgement in judgements[:MAX_SHOWN]:
        yield from _failure(view, judgement)
    if rest := judgements[MAX_SHOWN:]:
        yield from (f"And {len(rest)} more:", "", *_list(rest), "")


def _failure(view: View, judgement: Judgement) -> Iterator[str]:
    claim = judgement.claim
    yield from ("<details open>", f"<summary><b>{_html(claim.text)}</b></summary>", "")
    for label, text in facts(judgement):
        link = view.link_to(claim.source) if label == "source" else None
        yield f"- {label}: [{_inline(text)}]({link})" if link else f"- {label}: {_code(text[:_MAX_TEXT])}"
    for other in view.consequences(judgement):
        yield f"- breaks also: {_code(other.claim.id)} {_inline(other.claim.text)}"
    commands = [judgement.failure.curl] if judgement.failure and judgement.failure.curl else []
    yield from ("", *_fence("\n".join([*commands, f"# again: {view.again(judgement)}"])[:_MAX_TEXT]), "")
    yield from ("</details>", "")


def _waived(view: View) -> Iterator[str]:
    waived = view.having(Standing.WAIVED)
    if waived:
        yield from ("### Waived", "")
        yield from (f"- {_code(j.claim.id)}: {_inline(j.waived or 'with its cause')}" for j in waived[:MAX_LISTED])
        yield ""


def _not_tested(view: View) -> Iterator[str]:
    groups = view.not_tested()
    if groups:
        yield from ("### Not tested", "")
    for reason, judgements in groups:
        yield from (f"<details><summary>{len(judgements)}: {_html(reason)}</summary>", "", *_list(judgements), "")
        yield from ("</details>", "")


def _list(judgements: Sequence[Judgement]) -> Iterator[str]:
    yield from (f"- {_code(j.claim.id)} {_inline(j.claim.text)}" for j in judgements[:MAX_LISTED])
    if len(judgements) > MAX_LISTED:
        yield f"- and {len(judgements) - MAX_LISTED} more"


def _html(text: str) -> str:
    return _one_line(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _inline(text: str) -> str:
    """Text that is not read as Markdown or HTML."""
    return re.sub(r"([\\`*_\[\]|#~])", r"\\\1", _html(text))


def _code(text: str) -> str:
    """A code span, with more backticks around than there are inside."""
    text = _one_line(text)
    ticks = "`" * (_longest_run(text) + 1)
    space = " " if text[:1] in ("`", " ", "") or text[-1:] in ("`", " ") else ""
    return f"{ticks}{space}{text}{space}{ticks}"


def _fence(text: str) -> tuple[str, ...]:
    ticks = "`" * max(3, _longest_run(text) + 1)
    return f"{ticks}sh", text, ticks


def _longest_run(text: str) -> int:
    return max((len(run) for run in re.findall("`+", text)), default=0)


def _one_line(text: str) -> str:
    return " ".join(text.split())
