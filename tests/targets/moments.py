"""Points in time, as the three APIs read and write them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Literal

Notation = Literal["seconds", "milliseconds", "offset"]

_RFC_3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)", re.ASCII)


def read(text: str, *, lenient: bool = False) -> datetime:
    """The moment that an RFC 3339 text names, in UTC. `lenient` reads dates and local times too, as UTC.

    Raises ValueError where the text names no moment.
    """
    if not _RFC_3339.fullmatch(text):
        if not lenient:
            raise ValueError("not a time with date, seconds and zone")
        return _lenient(text)
    fraction = re.search(r"\.\d+", text)
    if fraction:
        text = text.replace(fraction.group(), fraction.group()[:7].ljust(7, "0"))
    return _utc(datetime.fromisoformat(text.upper()))


def _lenient(text: str) -> datetime:
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII):
        day = date.fromisoformat(text)
        return datetime(day.year, day.month, day.day, tzinfo=UTC)
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else _utc(moment)


def _utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("outside of the calendar") from None


def write(moment: datetime, notation: Notation) -> str:
    """A moment in UTC, in the notation of an API's answers."""
    if notation == "milliseconds":
        return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z".rjust(24, "0")
    whole = f"{moment:%Y-%m-%dT%H:%M:%S}".rjust(19, "0")
    return f"{whole}Z" if notation == "seconds" else f"{whole}+00:00"


def ticking(start: str, *, step: float = 1.0) -> Callable[[], datetime]:
    """A clock that starts at a moment and goes on by `step` seconds whenever it is read (0: it stands still)."""
    reads = -1
    first = read(start).timestamp()

    def now() -> datetime:
        nonlocal reads
        reads += 1
        return datetime.fromtimestamp(first + reads * step, UTC)

    return now


def wall_clock() -> datetime:
    """The time it is."""
    return datetime.now(UTC)
