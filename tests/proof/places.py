"""Places in a JSON value: pointers in which `*` stands for any item or member."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

from specs.pointers import escape, split
from tests.proof.exchange import NOTHING

Json = Any
Change = Callable[[Json], Json]
"""From the value at a place (NOTHING where there is none) to the one that stands there afterwards (NOTHING: none)."""


def find(value: Json, pointer: str) -> Json:
    """The value at a pointer without `*`, or NOTHING."""
    return next((found for _, found in matches(value, pointer)), NOTHING)


def matches(value: Json, pointer: str) -> Iterator[tuple[str, Json]]:
    """The places in a value that a pointer speaks of, with what stands there."""
    yield from _matches(value, split(pointer), "")


def _matches(value: Json, tokens: list[str], at: str) -> Iterator[tuple[str, Json]]:
    if not tokens:
        if value is not NOTHING:
            yield at, value
        return
    first, *rest = tokens
    for key in _keys(value, first):
        yield from _matches(value[key], rest, f"{at}/{escape(str(key))}")


def _keys(value: Json, token: str) -> list[Any]:
    if isinstance(value, dict):
        return list(value) if token == "*" else [token] if token in value else []
    if isinstance(value, list):
        if token == "*":
            return list(range(len(value)))
        return [int(token)] if token.isdigit() and int(token) < len(value) else []
    return []


def changed(value: Json, pointer: str, change: Change) -> Json:
    """A copy in which the first place that the pointer speaks of holds something else.

    Where the place is absent but what it would stand in is there, `change` is asked with NOTHING. The value itself
    where there is nothing to change.
    """
    if not pointer:
        return change(value)
    parent, _, last = pointer.rpartition("/")
    name = split("/" + last)[0]
    result = copy.deepcopy(value)
    for _, holder in matches(result, parent):
        if isinstance(holder, dict):
            key = next(iter(holder), "") if name == "*" else name
            made = change(holder.get(key, NOTHING))
            if made is NOTHING:
                holder.pop(key, None)
            else:
                holder[key] = made
            return result
        if isinstance(holder, list):
            _change_item(holder, 0 if name == "*" else int(name), change)
            return result
    return value


def _change_item(holder: list[Json], index: int, change: Change) -> None:
    made = change(holder[index] if index < len(holder) else NOTHING)
    if made is NOTHING:
        del holder[index : index + 1]
    else:
        holder[index : index + 1] = [made]


def leaves(value: Json, at: str = "") -> Iterator[tuple[str, Json]]:
    """All places of a value that hold no members or items, with what stands there."""
    if isinstance(value, dict) and value:
        for key, member in value.items():
            yield from leaves(member, f"{at}/{escape(key)}")
    elif isinstance(value, list) and value:
        for index, item in enumerate(value):
            yield from leaves(item, f"{at}/{index}")
    else:
        yield at, value
