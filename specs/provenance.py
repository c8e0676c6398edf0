"""Where a fact was read, and how firmly it stands there: the extension `x-source`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

EXTENSION = "x-source"


class Strength(StrEnum):
    """How much the documentation promises a claim."""

    DOCUMENTED = "documented"
    INFERRED = "inferred"
    ASSUMED = "assumed"

    @property
    def rank(self) -> int:
        """0 for `assumed`, 1 for `inferred`, 2 for `documented`."""
        return _RANKS[self]


_RANKS = {Strength.ASSUMED: 0, Strength.INFERRED: 1, Strength.DOCUMENTED: 2}


@dataclass(frozen=True, slots=True)
class Source:
    """A place in the documentation: file name of the page, section, line (from 1, if known), and a note.

    A document without `x-source` is its own documentation: `page` is then the file's name, and `section` the JSON
    pointer of the fact.
    """

    page: str
    section: str = ""
    line: int | None = None
    strength: Strength = Strength.DOCUMENTED
    note: str = ""

    def within(self, extension: Mapping[str, Any] | None) -> Source:
        """This source, overridden member by member by an `x-source` that stands further down."""
        if not extension:
            return self
        given = {key: extension[key] for key in ("page", "section", "line", "strength", "note") if key in extension}
        if "strength" in given:
            given["strength"] = Strength(given["strength"])
        if ("page" in given or "section" in given) and "line" not in given:
            given["line"] = None
        if "strength" in given and "note" not in given:
            given["note"] = ""
        return replace(self, **given)

    def for_keyword(self, extension: Mapping[str, Any] | None, keyword: str) -> Source:
        """The source of one keyword of the node that carries `extension` (and is already `within` it)."""
        keywords = (extension or {}).get("keywords") or {}
        return self.within(keywords.get(keyword))

    def __str__(self) -> str:
        line = f":{self.line}" if self.line else ""
        section = f" ({self.section})" if self.section else ""
        return f"{self.page}{line}{section}"
