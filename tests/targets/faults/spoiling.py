"""Ways in which careless code spoils a value on its way into the store."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping

from tests.targets.edits import ValueEdit
from tests.targets.messages import Json


def _text(value: Json) -> str:
    return value if isinstance(value, str) else ""


SPOILT_TEXTS: Mapping[str, tuple[ValueEdit, str, str]] = {
    "cut_at_50": (lambda value: _text(value)[:50], "is cut at 50 letters", "A text of more than fifty letters, " * 3),
    "cut_at_255": (lambda value: _text(value)[:255], "is cut at 255 letters", "A text of many letters, " * 12),
    "lower_case": (lambda value: _text(value).lower(), "is put in lower case", "Head of DevOps"),
    "upper_case": (lambda value: _text(value).upper(), "is put in upper case", "Head of DevOps"),
    "title_case": (lambda value: _text(value).title(), "is put in title case", "head of devOps"),
    "single_spaced": (
        lambda value: re.sub(r"\s+", " ", _text(value)),
        "loses its double spaces",
        "Two  spaces,   three spaces",
    ),
    "ascii_only": (
        lambda value: _text(value).encode("ascii", "ignore").decode(),
        "loses letters beyond ASCII",
        "Café Zürich, Köln",
    ),
    "latin_only": (
        lambda value: _text(value).encode("latin-1", "replace").decode("latin-1"),
        "has question marks for letters beyond Latin-1",
        "Łódź 🚗",
    ),
    "without_emoji": (
        lambda value: "".join(letter for letter in _text(value) if ord(letter) <= 0xFFFF),
        "loses its emoji",
        "Bring a 🚗",
    ),
    "escaped": (lambda value: html.escape(_text(value)), "is escaped for HTML", 'Research & "Development" <EU>'),
    "without_quotes": (
        lambda value: re.sub("['\"]", "", _text(value)),
        "loses its quotation marks",
        'The driver\'s "own" choice',
    ),
    "mojibake": (
        lambda value: _text(value).encode().decode("latin-1"),
        "is read in the wrong encoding",
        "Café Zürich",
    ),
    "one_line": (lambda value: _text(value).replace("\n", ""), "loses its line breaks", "First line\nSecond line"),
}
"""How a text is spoilt: edit, words for it, and a text that shows it."""


SPOILT_ARRAYS: Mapping[str, tuple[ValueEdit, str]] = {
    "sorted": (sorted, "is sorted"),
    "without_doubles": (lambda items: list(dict.fromkeys(items)), "loses what is in it twice"),
    "reversed": (lambda items: items[::-1], "is reversed"),
    "lower_case": (lambda items: [item.lower() for item in items], "is put in lower case"),
    "first_three": (lambda items: items[:3], "is cut after three"),
    "first_only": (lambda items: items[:1], "keeps its first item only"),
    "without_last": (lambda items: items[:-1], "loses its last item"),
}
"""How an array of texts is spoilt: edit, and words for it."""
