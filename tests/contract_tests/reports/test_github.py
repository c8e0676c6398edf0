"""Facts about the annotations for GitHub Actions."""

from __future__ import annotations

import re
from urllib.parse import unquote

from contract_tests.gates import Gate
from contract_tests.reports import View, render
from contract_tests.results import Report
from specs import Source, Strength
from tests.contract_tests.made import broken, kept, mixed, report

COMMAND = re.compile(r"::(?P<level>error|warning|notice) (?P<properties>[^:]*)::(?P<text>.*)")


def commands(found: Report, gate: Gate | None = None) -> list[dict[str, str]]:
    lines = render(View(found, gate or Gate(), "docs"), "github").splitlines()
    matches = [COMMAND.fullmatch(line) for line in lines]
    assert all(matches)
    return [match.groupdict() for match in matches if match]


def test_every_line_is_a_command_whatever_the_texts_are() -> None:
    assert [command["level"] for command in commands(mixed())] == ["error", "error", "warning", "notice", "notice"]


def test_an_annotation_stands_at_the_line_of_the_page() -> None:
    first = commands(mixed())[0]["properties"]
    assert first.startswith("file=docs/page.txt,line=12,title=")


def test_properties_and_texts_are_escaped() -> None:
    found = report(broken("a", text="50% of a, b: c\nd", source=Source("a,b.txt", "", 1, Strength.DOCUMENTED)))
    (command, _) = commands(found)
    assert command["properties"].endswith("title=50%25 of a%2C b%3A c%0Ad")
    assert unquote(command["text"]).startswith("50% of a, b: c d\n  source")


def test_a_strict_gate_makes_errors_of_warnings() -> None:
    assert [c["level"] for c in commands(mixed(), Gate(Strength.INFERRED))][:3] == ["error", "error", "error"]


def test_a_run_that_could_not_judge_is_an_error() -> None:
    first = commands(report(kept("a"), could_not_run="the target went away"))[0]
    assert (first["level"], first["text"]) == ("error", "the target went away")
