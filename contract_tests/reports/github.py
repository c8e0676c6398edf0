"""The report as workflow commands of GitHub Actions: annotations at the line of the documentation that is broken."""

from __future__ import annotations

from contract_tests.gates import Standing
from contract_tests.reports.view import View, described
from contract_tests.results import Judgement


def render(view: View) -> str:
    """One line per failure and warning, worst first, then the verdict; GitHub shows the first ten of each level."""
    lines = [_annotation(view, judgement) for judgement in view.having(Standing.FAILED, Standing.WARNING)]
    if view.report.could_not_run:
        lines.insert(0, f"::error title=contract-tests could not run::{_text(view.report.could_not_run)}")
    for reason, judgements in view.not_tested():
        lines.append(f"::notice title={len(judgements)} not tested::{_text(reason)}")
    headlines = "; ".join(view.headlines()) or view.decision.sentence
    lines.append(f"::notice title=contract-tests {_value(view.report.api)}::{_text(headlines)}")
    return "\n".join(lines) + "\n"


def _annotation(view: View, judgement: Judgement) -> str:
    source = judgement.claim.source
    level = "error" if view.standing(judgement) is Standing.FAILED else "warning"
    places = [f"file={_value(view.page_of(source))}"]
    if source.line:
        places.append(f"line={source.line}")
    places.append(f"title={_value(judgement.claim.text)}")
    return f"::{level} {','.join(places)}::{_text(described(view, judgement))}"


def _text(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _value(text: str) -> str:
    return _text(text).replace(":", "%3A").replace(",", "%2C")
