"""The mock's clock, and the notations of time that answers use."""

from __future__ import annotations

import time
from datetime import UTC, datetime


class BadTime(ValueError):
    """A text that is no RFC 3339 time with a zone."""


class Clock:
    """Tells the time: the real one, or always `frozen_at` (RFC 3339). Raises BadTime where that is no time."""

    def __init__(self, frozen_at: str | None = None) -> None:
        self._frozen = None if frozen_at is None else parse(frozen_at)
        if frozen_at is not None and self._frozen is None:
            raise BadTime(f"{frozen_at!r} is no time: write it like 2024-01-15T16:45:00Z")
        self._second, self._text = -1, ""

    def now(self) -> datetime:
        """The time in UTC."""
        return self._frozen or datetime.now(UTC)

    def written(self, notation: str) -> str:
        """The time in a notation."""
        if self._frozen is not None or notation != "seconds":
            return written(self.now(), notation)
        second = int(time.time())
        if second != self._second:  # one text serves all answers of a second
            self._second, self._text = second, written(datetime.fromtimestamp(second, UTC), notation)
        return self._text


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
    return f"{moment.isoformat(timespec=notation)[: 23 if notation == 'milliseconds' else 19]}Z"


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
