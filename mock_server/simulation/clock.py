"""The mock's clock, and the notations of time that answers use."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

Now = Callable[[], datetime]


class BadTime(ValueError):
    """A text that is no RFC 3339 time with a zone."""


def clock(frozen_at: str | None = None) -> Now:
    """What tells the time (UTC): the real one, or always `frozen_at`. Raises BadTime where that is no time."""
    if frozen_at is None:
        return lambda: datetime.now(UTC)
    moment = parse(frozen_at)
    if moment is None:
        raise BadTime(f"{frozen_at!r} is no time: write it like 2024-01-15T16:45:00Z")
    return lambda: moment


def parse(text: str) -> datetime | None:
    """An RFC 3339 time in UTC, or None where the text is none."""
    if len(text) < 20:
        return None
    try:
        moment = datetime.fromisoformat(text.upper())
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None


def written(moment: datetime, notation: str) -> str:
    """A time in UTC, in `seconds` or `milliseconds`."""
    fraction = f".{moment.microsecond // 1000:03d}" if notation == "milliseconds" else ""
    return f"{moment:%Y-%m-%dT%H:%M:%S}{fraction}Z"


def in_notation(value: object, notation: str) -> object:
    """A sent time as the API writes times; what is no time stays as it is.

    A fraction that was sent is never dropped: where the notation is `seconds`, such a time is written in milliseconds.
    """
    if not isinstance(value, str):
        return value
    if len(value) == 20 and value[10] == "T" and value[19] == "Z":
        return f"{value[:19]}.000Z" if notation == "milliseconds" else value
    moment = parse(value)
    if moment is None:
        return value
    return written(moment, "milliseconds" if moment.microsecond else notation)
