"""What careless targets make of values that they are sent: cut, normalised, sorted, rounded."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from specs import Claim, Strength
from tests.proof.values import is_time

Json = Any
Skew = Callable[[Json], Json]


def _of_text(edit: Callable[[str], str]) -> Skew:
    return lambda value: edit(value) if isinstance(value, str) and not is_time(value) else value


def _of_list(edit: Callable[[list[Json]], list[Json]]) -> Skew:
    return lambda value: edit(value) if isinstance(value, list) else value


def _to_the_minute(value: Json) -> Json:
    return re.sub(r"(T\d\d:\d\d):\d\d", r"\1:00", value) if is_time(value) else value


def _in_tens(value: Json) -> Json:
    return value if isinstance(value, bool) or not isinstance(value, int) else value // 10 * 10


SKEWS: Mapping[str, Skew] = {
    "cut to 12 characters": _of_text(lambda text: text[:12]),
    "in lower case": _of_text(str.lower),
    "with single spaces": _of_text(lambda text: " ".join(text.split())),
    "in ASCII": _of_text(lambda text: text.encode("ascii", "ignore").decode()),
    "sorted": _of_list(sorted),
    "without the first": _of_list(lambda items: items[1:]),
    "to the minute": _to_the_minute,
    "in tens": _in_tens,
}
"""Each leaves values alone that are not of its sort."""


def suitable(said: Sequence[Claim], shown: Sequence[Json]) -> Iterator[tuple[str, Skew]]:
    """The skews that can be seen at a place: they change a documented value, or one that the documentation allows.

    `said` are the claims about the place in requests, `shown` its documented values.
    """
    words = {claim.keyword for claim in said}
    if words & {"enum", "const", "pattern"} or any(c.keyword == "format" and c.expected != "date-time" for c in said):
        return  # what comes out of it might be refused, or be no other value
    types = [claim for claim in said if claim.keyword == "type" and claim.strength is Strength.DOCUMENTED]
    free = [claim.expected for claim in types if "format" not in words]
    for name, skew in SKEWS.items():
        changes = any(skew(value) != value for value in shown)
        text = name.startswith(("cut", "in lower", "with single", "in ASCII"))
        if changes or (text and "string" in free):
            yield name, skew
