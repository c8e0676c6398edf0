"""Facts about the HTML page."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from contract_tests.reports import View, render
from tests.contract_tests.made import id_of, kept, mixed, report

VOID = {"meta", "input", "br", "link", "img"}


class Page(HTMLParser):
    """Elements and texts of a page; fails on elements that are not closed in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.attributes: list[tuple[str, str, str | None]] = []
        self.texts: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes += [(tag, name, value) for name, value in attrs]
        self.ids += [value or "" for name, value in attrs if name == "id"]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.texts).split())


def page(pages: str = "") -> Page:
    return Page(render(View(mixed(), pages=pages), "html"))


def test_every_judged_claim_has_its_place() -> None:
    ids = page().ids
    for name in ("fine", "weak", "root", "second", "because", "known", "unseen"):
        assert ids.count(id_of(name)) == 1
    assert id_of("guessed") not in ids


def test_a_claim_shows_verdict_source_and_reproduction() -> None:
    text = page().text
    assert "page.txt:12 (Request Body)" in text
    assert "kept in 2 observations" in text
    assert "curl -X PATCH http://localhost:3000/v1/things/1" in text
    assert "HTTP 200" in text
    assert "1: no thing in status done was given" in text


def test_texts_of_the_target_are_shown_and_are_no_markup() -> None:
    assert '<script>alert("&")</script>' in page().text
    assert render(View(mixed()), "html").count("<script>") == 1


def test_the_page_needs_nothing_from_elsewhere() -> None:
    loading = {"src", "srcset", "action", "data", "poster", "background"}
    assert [found for found in page().attributes if found[1] in loading] == []
    assert not re.search(r"@import|url\(", render(View(mixed()), "html"))


def test_a_consequence_and_its_root_lead_to_each_other() -> None:
    links = [value for tag, name, value in page().attributes if (tag, name) == ("a", "href")]
    assert "#" + id_of("root").replace(":", "%3A") in links
    assert "#" + id_of("because").replace(":", "%3A") in links


def test_sources_are_links_where_the_pages_are_known() -> None:
    links = [value for tag, name, value in page("https://docs.example").attributes if (tag, name) == ("a", "href")]
    assert "https://docs.example/page.txt#L12" in links


def test_a_report_without_broken_claims_makes_a_page() -> None:
    assert "kept: every documented claim" in Page(render(View(report(kept("a"))), "html")).text
