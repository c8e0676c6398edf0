"""Texts that match a pattern."""

from __future__ import annotations

import re
import string
import warnings
from collections.abc import Callable, Sequence
from random import Random
from re import _constants as code  # the parse tree of `re`: there is no public one
from re import _parser as parser
from typing import Any

from mock_server.generation.conjunction import compiled_pattern

MORE = 6
"""How many repetitions beyond the least an endless one has."""

_LETTERS = string.ascii_lowercase + string.digits
_PRINTABLE = string.ascii_letters + string.digits + " -_.,:;!?/"
_CLASSES = {
    code.CATEGORY_DIGIT: string.digits,
    code.CATEGORY_NOT_DIGIT: string.ascii_letters,
    code.CATEGORY_WORD: string.ascii_letters + string.digits,
    code.CATEGORY_NOT_WORD: " -.,",
    code.CATEGORY_SPACE: " ",
    code.CATEGORY_NOT_SPACE: _LETTERS,
}


def text_matching(pattern: str, random: Random, least: int = 0, most: float = 100) -> str | None:
    """A text with a length of `least` to `most` in which the pattern is found; None if none was met."""
    compiled = compiled_pattern(pattern)
    if compiled is None:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # of `[[`, which means what it says here
        tree = parser.parse(compiled.pattern, re.ASCII)
    for attempt in range(30):
        sampler = _Sampler(random, more=min(MORE + least, 500) if attempt % 3 == 0 else attempt % 3 * 2 - 2)
        text = sampler.sequence(tree)
        if len(text) < least:
            text = _filled(compiled, text, least, random)
        if least <= len(text) <= most and compiled.search(text):
            return text
    return None


def _filled(compiled: re.Pattern[str], text: str, least: int, random: Random) -> str:
    """A longer text, where the pattern leaves room before or behind what it asks for."""
    filler = "".join(random.choices(_LETTERS, k=least - len(text)))
    return next((longer for longer in (text + filler, filler + text) if compiled.search(longer)), text)


class _Sampler:
    """Walks the parse tree of a pattern, and writes one text that it describes (lookarounds are left to luck)."""

    def __init__(self, random: Random, more: int) -> None:
        self.random, self.more = random, more
        self.groups: dict[int, str] = {}

    def sequence(self, tree: Any) -> str:
        return "".join(self.node(op, value) for op, value in tree)

    def node(self, op: Any, value: Any) -> str:
        write = _WRITERS.get(op)
        return write(self, value) if write is not None else ""

    def group(self, value: Any) -> str:
        text = self.sequence(value[3])
        if value[0] is not None:
            self.groups[value[0]] = text
        return text

    def repeated(self, value: Any) -> str:
        least, most, tree = value
        count = self.random.randint(least, max(least, min(most, least + max(self.more, 0))))
        return "".join(self.sequence(tree) for _ in range(count))


_WRITERS: dict[Any, Callable[[_Sampler, Any], str]] = {
    code.LITERAL: lambda _, value: chr(value),
    code.NOT_LITERAL: lambda sampler, value: sampler.random.choice([x for x in _LETTERS if ord(x) != value]),
    code.ANY: lambda sampler, _: sampler.random.choice(_LETTERS),
    code.IN: lambda sampler, value: sampler.random.choice(_members(value)),
    code.BRANCH: lambda sampler, value: sampler.sequence(sampler.random.choice(value[1])),
    code.SUBPATTERN: _Sampler.group,
    code.MAX_REPEAT: _Sampler.repeated,
    code.MIN_REPEAT: _Sampler.repeated,
    code.POSSESSIVE_REPEAT: _Sampler.repeated,
    code.GROUPREF: lambda sampler, value: sampler.groups.get(value, ""),
    code.ATOMIC_GROUP: lambda sampler, value: sampler.sequence(value),
}


def _members(items: Sequence[tuple[Any, Any]]) -> str:
    """The characters that a class like `[a-z_]` stands for; of a negated one some usual ones."""
    found = "".join(_member(op, value) for op, value in items)
    if items[0][0] is not code.NEGATE:
        return found or " "
    return "".join(letter for letter in _PRINTABLE if letter not in found) or "\u00e9"


def _member(op: Any, value: Any) -> str:
    if op is code.LITERAL:
        return chr(value)
    if op is code.RANGE:
        return "".join(map(chr, range(value[0], min(value[1], value[0] + 200) + 1)))
    return _CLASSES.get(value, "") if op is code.CATEGORY else ""
