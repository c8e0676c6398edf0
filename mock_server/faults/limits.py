"""The headers that tell of a rate limit, under the names that an API documents for them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mock_server.answers import HeaderList

if TYPE_CHECKING:
    from specs import Header, Operation

_NAME = re.compile(r"(?:x-)?rate-?limit-(limit|remaining|reset)", re.IGNORECASE)
_USUAL = {"limit": b"x-ratelimit-limit", "remaining": b"x-ratelimit-remaining", "reset": b"x-ratelimit-reset"}
_MOMENT = 100_000_000
"""Documented resets above this number of seconds are moments of Unix time; others are seconds from now."""


@dataclass(frozen=True, slots=True)
class Count:
    """Where a client stands in a rate limit: `again` are the seconds until it begins anew, at `moment` in Unix time."""

    limit: int
    remaining: int
    again: int
    moment: int
    reached: bool

    def headers(self, operation: Operation) -> HeaderList:
        """The headers for an answer of an operation; with Retry-After where the limit is reached."""
        documented = _documented(operation)
        values = {"limit": self.limit, "remaining": self.remaining, "reset": self.again}
        if "reset" in documented and _is_moment(documented["reset"]):
            values["reset"] = self.moment
        headers = [
            (documented[part].name.lower().encode("latin-1") if part in documented else usual, b"%d" % values[part])
            for part, usual in _USUAL.items()
        ]
        return [*headers, (b"retry-after", b"%d" % self.again)] if self.reached else headers


def _documented(operation: Operation) -> Mapping[str, Header]:
    found: dict[str, Header] = {}
    for response in operation.responses:
        for header in response.headers:
            if match := _NAME.fullmatch(header.name):
                found.setdefault(match[1].lower(), header)
    return found


def _is_moment(header: Header) -> bool:
    values = [example.value for example in header.examples]
    return any(str(value).isdecimal() and int(value) > _MOMENT for value in values)
