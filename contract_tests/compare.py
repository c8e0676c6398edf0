"""When two JSON values say the same: times as instants, numbers by value, everything else exactly."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

_TIME = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?([Zz]|[+-]\d{2}:?\d{2})?")


def moment(value: Any) -> datetime | None:
    """The time that a text writes down, or None; one without a zone stays without."""
    if not isinstance(value, str) or not _TIME.fullmatch(value):
        return None
    try:
        return datetime.fromisoformat(value.upper())
    except ValueError:
        return None


def same(one: Any, other: Any) -> bool:
    """Whether two values say the same. A time without a zone equals none with one."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, (int, float)) and isinstance(other, (int, float)):
        return one == other
    if isinstance(one, str) and isinstance(other, str):
        return one == other or _same_moment(one, other)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(same(a, b) for a, b in zip(one, other, strict=True))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    return type(one) is type(other) and bool(one == other)


def _same_moment(one: str, other: str) -> bool:
    first, second = moment(one), moment(other)
    if first is None or second is None or (first.tzinfo is None) != (second.tzinfo is None):
        return False
    return first == second


def difference(expected: Any, got: Any, here: str = "") -> str | None:
    """The pointer of the first place at which `got` does not say what `expected` says, or None. Members that only
    `got` has are no difference.
    """
    from specs.pointers import escape

    if isinstance(expected, dict) and isinstance(got, dict):
        for key, value in expected.items():
            where = f"{here}/{escape(key)}"
            if key not in got:
                return where
            if (found := difference(value, got[key], where)) is not None:
                return found
        return None
    if isinstance(expected, list) and isinstance(got, list) and len(expected) == len(got):
        for index, (a, b) in enumerate(zip(expected, got, strict=True)):
            if (found := difference(a, b, f"{here}/{index}")) is not None:
                return found
        return None
    return None if same(expected, got) else here
