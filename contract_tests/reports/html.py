"""The report as one HTML page that needs nothing else: every claim with verdict, source and reproduction."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from contract_tests.gates import Standing
from contract_tests.reports.view import View, facts
from contract_tests.results import Judgement, Step

_MAX_BODY = 20_000
_OPEN = 3
_TITLES = {
    Standing.FAILED: "Broken",
    Standing.WARNING: "Warnings",
    Standing.WAIVED: "Waived",
    Standing.CONSEQUENCE: "Broken as a consequence",
    Standing.NOT_TESTED: "Not tested",
    Standing.KEPT: "Kept",
}


@dataclass(frozen=True, slots=True)
class Group:
    """The judgements of one standing, as a section of the page."""

    name: str
    title: str
    judgements: tuple[Judgement, ...]


def render(view: View) -> str:
    """The page: self-contained, escaped, light and dark; the first failures stand open."""
    groups = [Group(s.value.replace(" ", "-"), title, view.having(s)) for s, title in _TITLES.items()]
    return _template().render(
        view=view,
        report=view.report,
        decision=view.decision,
        groups=[group for group in groups if group.judgements],
        facts=facts,
        body=_body,
        opened={judgement.claim.id for judgement in view.failed[:_OPEN]},
    )


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("contract_tests.reports", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.get_template("report.html.j2")


def _body(step: Step) -> str:
    text = step.answer_body.decode("utf-8", "backslashreplace")
    return text if len(text) <= _MAX_BODY else f"{text[:_MAX_BODY]} ... ({len(text)} characters)"
