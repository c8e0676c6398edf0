"""Facts about the Markdown summary."""

from __future__ import annotations

from markdown_it import MarkdownIt

from contract_tests.reports import View, render
from contract_tests.reports.markdown import MAX_SHOWN
from contract_tests.results import Report
from tests.contract_tests.made import broken, failure, id_of, kept, mixed, not_tested, report, step


def rendered(found: Report, pages: str = "") -> str:
    """The summary as HTML."""
    return str(MarkdownIt("commonmark").render(render(View(found, pages=pages), "markdown")))


def test_the_verdict_comes_first() -> None:
    assert rendered(report(kept("a"))).startswith("<h2>✅ Things: kept")
    assert rendered(mixed()).startswith("<h2>❌ Things: broken: 2 documented claims")
    assert "⚠️ Things: could not run: gone" in rendered(report(could_not_run="gone"))


def test_texts_of_the_target_are_no_markup() -> None:
    html = rendered(mixed())
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert "<em>y</em>" not in html


def test_backticks_do_not_end_the_code_they_stand_in() -> None:
    html = rendered(report(broken("a", failure=failure(got="`a``b`", steps=(step(curl="curl '```\n</pre>'"),)))))
    assert "<code>`a``b`</code>" in html
    assert "curl '```\n&lt;/pre&gt;'" in html


def test_a_failure_links_to_its_source_where_the_pages_are_known() -> None:
    assert '<a href="https://docs.example/page.txt#L12">' in rendered(mixed(), "https://docs.example")


def test_what_was_not_tested_is_named_with_its_reason() -> None:
    html = rendered(report(kept("a"), not_tested("b", "no thing was given")))
    assert "1: no thing was given" in html
    assert id_of("b") in html


def test_many_failures_are_shown_in_part_and_all_are_counted() -> None:
    html = rendered(report(*(broken(f"n{number}") for number in range(MAX_SHOWN + 7))))
    assert html.count("<details open>") == MAX_SHOWN
    assert "And 7 more" in html
    assert id_of(f"n{MAX_SHOWN + 6}") in html
