"""The mock's clock, and the notations of time that answers use."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Literal


class BadTime(ValueError):
    """A text that is no RFC 3339 time with a zone."""


class Clock:
    """Tells the time: the real one, one that was set and goes on from there, or one that stands still."""

    def __init__(self, frozen_at: str | None = None) -> None:
        """`frozen_at` is the RFC 3339 time to stand still at. Raises BadTime where that is no time."""
        self._frozen: datetime | None = None
        self._ahead = timedelta()
        self._second, self._text = -1, ""
        if frozen_at is not None:
            self.freeze(moment(frozen_at))

    @property
    def mode(self) -> Literal["real", "set", "frozen"]:
        """Whether the clock shows the real time, goes on from a time that was set, or stands still."""
        if self._frozen is not None:
            return "frozen"
        return "set" if self._ahead else "real"

    def now(self) -> datetime:
        """The time in UTC; a clock that was set stands still at the end of the year 9999."""
        try:
            return self._frozen or datetime.now(UTC) + self._ahead
        except OverflowError:
            return datetime.max.replace(tzinfo=UTC)

    def freeze(self, at: datetime | None = None) -> None:
        """Stand still at this time; without one, at the time that it is."""
        self._frozen = at or self.now()

    def set(self, to: datetime) -> None:
        """Go on from this time."""
        self._move(to - datetime.now(UTC))

    def advance(self, by: timedelta) -> None:
        """Let this much time pass at once. Raises BadTime where the clock cannot show what comes then."""
        try:
            then = self.now() + by
        except OverflowError:
            raise BadTime("The clock shows the years 1 to 9999.") from None
        if self._frozen is not None:
            self._frozen = then
        else:
            self._move(self._ahead + by)

    def run(self) -> None:
        """Show the real time again."""
        self._move(timedelta())

    def snapshot(self) -> dict[str, str | float | None]:
        """How the clock is set, as JSON."""
        return {"frozen": self._frozen.isoformat() if self._frozen else None, "ahead": self._ahead.total_seconds()}

    def restore(self, snapshot: Mapping[str, Any]) -> None:
        """Set the clock as it was when the snapshot was made."""
        self._move(timedelta(seconds=snapshot["ahead"]))
        self._frozen = datetime.fromisoformat(snapshot["frozen"]) if snapshot["frozen"] else None

    def written(self, notation: str) -> str:
        """The time in a notation."""
        if self._frozen is not None or self._ahead or notation != "seconds":
            return written(self.now(), notation)
        second = int(time.time())
        if second != self._second:  # one text serves all answers of a second
            self._second, self._text = second, written(datetime.fromtimestamp(second, UTC), notation)
        return self._text

    def _move(self, ahead: timedelta) -> None:
        self._frozen, self._ahead = None, ahead


def moment(text: str) -> datetime:
    """An RFC 3339 time in UTC. Raises BadTime."""
    found = parse(text)
    if found is None:
        raise BadTime(f"{text!r} is no time: write it like 2024-01-15T16:45:00Z")
    return found


def parse(text: str) -> datetime | None:
    """An RFC 3339 time in UTC, or None where the text is none."""
    if len(text) < 20:
        return None
    try:
        found = datetime.fromisoformat(text.upper())
        return found.astimezone(UTC) if found.tzinfo else None
    except (ValueError, OverflowError):
        return None


def written(at: datetime, notation: str) -> str:
    """A time in UTC, in `seconds` or `milliseconds`."""
    return f"{at.isoformat(timespec=notation)[: 23 if notation == 'milliseconds' else 19]}Z"


def in_notation(value: object, notation: str) -> object:
    """A sent time as the API writes times; what is no time stays as it is.

    A fraction that was sent is never dropped: where the notation is `seconds`, such a time is written in milliseconds.
    """
    if not isinstance(value, str):
        return value
    if len(value) == 20 and value[10] == "T" and value[19] == "Z":
        return f"{value[:19]}.000Z" if notation == "milliseconds" else value
    sent = parse(value)
    if sent is None:
        return value
    return written(sent, "milliseconds" if sent.microsecond else notation)
