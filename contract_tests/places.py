"""Places in JSON values: finding all that a pointer with `*` names, and making a value that differs at one place."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any, Final

from specs.pointers import escape, split


class _Nothing:
    """What stands where nothing stands; not None, which is a JSON value."""

    def __repr__(self) -> str:
        return "nothing"

    def __bool__(self) -> bool:
        return False


NOTHING: Final[Any] = _Nothing()
ANY: Final = "*"


def find(value: Any, pointer: str) -> Any:
    """The value at `pointer`, or NOTHING."""
    for token in split(pointer):
        value = child(value, token)
    return value


def child(value: Any, token: str) -> Any:
    """The member or item `token` of a value, or NOTHING."""
    if isinstance(value, dict):
        return value.get(token, NOTHING)
    if isinstance(value, list) and token.isdigit() and int(token) < len(value):
        return value[int(token)]
    return NOTHING


def matches(value: Any, pattern: str) -> Iterator[tuple[str, Any]]:
    """All places of `value` that `pattern` names (`*` is any item or member), with what stands there."""
    yield from _matches(value, split(pattern), "")


def _matches(value: Any, tokens: list[str], here: str) -> Iterator[tuple[str, Any]]:
    if not tokens:
        yield here, value
        return
    token, rest = tokens[0], tokens[1:]
    if token != ANY:
        if (inner := child(value, token)) is not NOTHING:
            yield from _matches(inner, rest, f"{here}/{escape(token)}")
        return
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in pairs:
        yield from _matches(inner, rest, f"{here}/{escape(str(key))}")


def put(value: Any, pointer: str, new: Any) -> Any:
    """A copy of `value` with `new` at `pointer`; members on the way are made where they are missing.

    A `*` on the way stands for the first item, which is made where there is none.
    """
    tokens = split(pointer)
    return new if not tokens else _put(copy.deepcopy(value), tokens, new)


def _put(value: Any, tokens: list[str], new: Any) -> Any:
    if not tokens:
        return new
    token, rest = tokens[0], tokens[1:]
    if token == ANY or (isinstance(value, list) and token.isdigit()):
        items = value if isinstance(value, list) else []
        index = 0 if token == ANY else min(int(token), len(items))
        before = items[index] if index < len(items) else NOTHING
        items[index : index + 1] = [_put(before, rest, new)]
        return items
    members = value if isinstance(value, dict) else {}
    members[token] = _put(members.get(token, NOTHING), rest, new)
    return members


def drop(value: Any, pointer: str) -> Any:
    """A copy of `value` without what stands at `pointer` (in every item, for a `*`); the same where nothing does."""
    copied = copy.deepcopy(value)
    tokens = split(pointer)
    if not tokens:
        return NOTHING
    parent = "".join(f"/{escape(token)}" for token in tokens[:-1])
    for _, holder in matches(copied, parent):
        if isinstance(holder, dict):
            holder.pop(tokens[-1], None)
        elif isinstance(holder, list) and tokens[-1] == "*":
            holder.clear()
    return copied


def leaves(value: Any, here: str = "") -> Iterator[tuple[str, Any]]:
    """Every place with a value that has no members or items, in order."""
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            yield from leaves(inner, f"{here}/{escape(key)}")
    elif isinstance(value, list) and value:
        for index, inner in enumerate(value):
            yield from leaves(inner, f"{here}/{index}")
    else:
        yield here, value


def overlap(one: str, other: str) -> bool:
    """Whether one of two pointers is at or above the other."""
    return one == other or one.startswith(other + "/") or other.startswith(one + "/")
