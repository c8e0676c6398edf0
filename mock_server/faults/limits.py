"""Rate limits: the windows that requests are counted in, and the headers that tell of them, named as documented."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING, Protocol

from mock_server.answers import HeaderList
from mock_server.simulation.store import LIMIT

if TYPE_CHECKING:
    from mock_server.faults.values import Fault
    from specs import Header, Operation

_NAME = re.compile(r"(?:x-)?rate-?limit-(limit|remaining|reset)", re.IGNORECASE)
_USUAL = {"limit": b"x-ratelimit-limit", "remaining": b"x-ratelimit-remaining", "reset": b"x-ratelimit-reset"}
_MOMENT = 100_000_000
"""Documented resets above this number of seconds are moments of Unix time; others are seconds from now."""


@dataclass(frozen=True, slots=True)
class Window:
    """How many requests were made since it begun, in seconds since 1970 of the world's clock."""

    begun: float
    asked: int

    def next(self, now: float, seconds: float) -> Window:
        """The window with one more request; a new one where this one, which lasts so many seconds, is over."""
        return Window(self.begun, self.asked + 1) if 0 <= now - self.begun < seconds else Window(now, 1)


class Windows(Protocol):
    """The windows that are going on, by their names; past a limit old ones are forgotten, and begin anew."""

    def get(self, name: str) -> Window | None:
        """The window of a name, None where none was begun."""
        ...

    def put(self, name: str, window: Window) -> None:
        """Keep a window."""
        ...


class MemoryWindows:
    """Windows in this process's memory; those in which nobody asked for longest are forgotten first."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Window] = OrderedDict()

    def get(self, name: str) -> Window | None:
        """The window of a name, None where none was begun."""
        return self._kept.get(name)

    def put(self, name: str, window: Window) -> None:
        """Keep a window."""
        self._kept[name] = window
        self._kept.move_to_end(name)
        if len(self._kept) > LIMIT:
            self._kept.popitem(last=False)


@dataclass(frozen=True, slots=True)
class Count:
    """Where a client stands in a rate limit: `again` are the seconds until it begins anew, at `moment` in Unix time."""

    limit: int
    remaining: int
    again: int
    moment: int
    reached: bool

    @classmethod
    def of(cls, window: Window, fault: Fault, now: float) -> Count:
        """Where the client of a window stands in the limit of a fault."""
        ends = window.begun + fault.seconds
        remaining = max(fault.limit - window.asked, 0)
        return cls(fault.limit, remaining, max(ceil(ends - now), 1), ceil(ends), window.asked > fault.limit)

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
