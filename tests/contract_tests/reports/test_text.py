"""Facts about the report for a terminal."""

from __future__ import annotations

from math import ceil

import pytest

from contract_tests.reports import View, render
from contract_tests.reports.text import screen
from contract_tests.results import Report
from tests.contract_tests.made import broken, failure, id_of, kept, mixed, not_tested, report, step


def lines(found: Report, width: int = 100, height: int = 24) -> list[str]:
    return [text for _, text in screen(View(found), width=width, height=height)]


def many(number: int, curl: str = "curl http://localhost:3000") -> Report:
    judgements = [broken(f"n{n}", failure=failure(steps=(step(curl=curl),))) for n in range(number)]
    return report(kept("a"), *judgements, notes=("a note",))


def test_a_kept_report_is_a_few_lines() -> None:
    assert lines(report(kept("a"))) == [
        "Things at http://localhost:3000",
        "1 documented claim: 1 kept, 0 broken, 0 not tested",
        "kept: every documented claim that was tested",
    ]


def test_a_failure_shows_everything_that_is_needed() -> None:
    text = "\n".join(lines(report(broken("size"))))
    for said in ("BROKEN size is at most 90", id_of("size"), "page.txt:12", "a refusal (4xx)", "200", "curl -X PATCH"):
        assert said in text


@pytest.mark.parametrize("height", [14, 24, 50])
@pytest.mark.parametrize("width", [60, 100, 200])
@pytest.mark.parametrize("number", [1, 2, 3, 5, 100])
def test_it_never_fills_more_than_a_screen(number: int, width: int, height: int) -> None:
    shown = lines(many(number), width, height)
    assert sum(max(1, ceil(len(line) / width)) for line in shown) <= height


@pytest.mark.parametrize("number", [1, 2, 3, 5, 100])
def test_every_failure_is_shown_or_counted(number: int) -> None:
    shown = lines(many(number))
    named = [line for line in shown if line.startswith("BROKEN")]
    counted = [int(line.split()[1]) for line in shown if line.startswith("and ")]
    assert len(named) + sum(counted) == number


def test_a_target_cannot_write_elsewhere_on_the_terminal() -> None:
    found = report(broken("a", failure=failure(got="\x1b[2J\x9b1m\r gone")))
    for text in ("\n".join(lines(found)), render(View(found), "text")):
        assert "\\x1b[2J\\x9b1m" in text
        assert not any(not c.isprintable() and c != "\n" for c in text)


def test_reasons_for_not_testing_are_shown_where_the_headline_has_no_room() -> None:
    found = report(kept("a"), not_tested("b", "x"), not_tested("c", "y"), not_tested("d", "y"))
    assert lines(found)[-2:] == ["not tested: 2, y", "not tested: 1, x"]


def test_the_worst_come_first() -> None:
    shown = lines(mixed(), height=80)
    labels = [line.split()[0] for line in shown if line.split()[:1] in (["BROKEN"], ["WARNING"])]
    assert labels == ["BROKEN", "BROKEN", "WARNING"]


def test_the_whole_text_has_every_failure_in_full_and_what_was_not_tested() -> None:
    text = render(View(many(100)), "text")
    assert text.count("BROKEN") == 100
    assert text.count("expected") == 100
    assert "NOT TESTED (no thing in status done was given)" in render(View(mixed()), "text")
