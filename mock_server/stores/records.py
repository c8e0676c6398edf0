"""Numbered records of a topic, such as deliveries to be made: one small protocol, and the records in memory."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol

from mock_server.simulation.store import LIMIT

Json = Any
Record = Mapping[str, Json]
Claimed = list[tuple[int, Record]]

LANE = "subscriber"
"""The member of a record that says whom it is for; what is for those who are busy is passed by."""


class Records(Protocol):
    """The records of one topic, numbered from 1; no number is given twice. Past a limit the oldest are forgotten, those
    that are due only where all are.

    A record can be due: then it can be claimed, by one worker of many at a time, and of a group the oldest that is due
    first, so that what is done to the records of a group is done in their order. Times are seconds since 1970.
    """

    @property
    def last(self) -> int:
        """The number that was given last; 0 where none was."""
        ...

    def __len__(self) -> int:
        """How many records are kept."""
        ...

    def add(self, record: Record, *, group: str = "", due: float | None = None) -> int:
        """Keep a record; gives its number. Records of the group "" have no order among each other."""
        ...

    def get(self, number: int) -> Record | None:
        """The record of a number, or None."""
        ...

    def all(self, after: int = 0, limit: int = LIMIT) -> Claimed:
        """The records with a number above `after`, oldest first."""
        ...

    def replace(self, number: int, record: Record, *, due: float | None = None) -> bool:
        """Put a record in place of another, claimed by nobody, due at `due` or no more; whether there was one."""
        ...

    def claim(self, now: float, seconds: float, most: int = 1, busy: Collection[str] = ()) -> Claimed:
        """Records that are due at `now`; nobody else is given them for `seconds`, or until they are replaced.

        A record waits for the older ones of its group that are due at any time. Those for one who is `busy` stay.
        """
        ...

    def remove(self, number: int) -> bool:
        """Forget a record; whether there was one."""
        ...

    def clear(self) -> None:
        """Forget all records of the topic."""
        ...


@dataclass(frozen=True, slots=True)
class _Held:
    record: Record
    group: str
    due: float | None
    free_at: float = 0.0


class MemoryRecords:
    """Records in this process's memory."""

    def __init__(self, limit: int = LIMIT) -> None:
        self._limit, self.last = limit, 0
        self._held: dict[int, _Held] = {}

    def __len__(self) -> int:
        return len(self._held)

    def add(self, record: Record, *, group: str = "", due: float | None = None) -> int:
        """Keep a record; gives its number."""
        self.last += 1
        self._held[self.last] = _Held(record, group, due)
        if len(self._held) > self._limit:
            before = (number for number in self._held if number != self.last)
            del self._held[next((n for n in before if self._held[n].due is None), next(iter(self._held)))]
        return self.last

    def get(self, number: int) -> Record | None:
        """The record of a number, or None."""
        held = self._held.get(number)
        return None if held is None else held.record

    def all(self, after: int = 0, limit: int = LIMIT) -> Claimed:
        """The records with a number above `after`, oldest first."""
        return [(number, held.record) for number, held in self._held.items() if number > after][:limit]

    def replace(self, number: int, record: Record, *, due: float | None = None) -> bool:
        """Put a record in place of another, due at `due` or no more; whether there was one."""
        if number not in self._held:
            return False
        self._held[number] = _Held(record, self._held[number].group, due)
        return True

    def claim(self, now: float, seconds: float, most: int = 1, busy: Collection[str] = ()) -> Claimed:
        """Records that are due at `now`; nobody else is given them for `seconds`, or until they are replaced."""
        claimed: Claimed = []
        waiting: set[str] = set()
        for number, held in self._held.items():
            if len(claimed) == most:
                break
            if held.due is None or (held.group and held.group in waiting):
                continue
            waiting.add(held.group)
            if held.due <= now and held.free_at <= now and held.record.get(LANE) not in busy:
                claimed.append((number, held.record))
        for number, _ in claimed:
            self._held[number] = replace(self._held[number], free_at=now + seconds)
        return claimed

    def remove(self, number: int) -> bool:
        """Forget a record; whether there was one."""
        return self._held.pop(number, None) is not None

    def clear(self) -> None:
        """Forget all records of the topic."""
        self._held.clear()
