"""Which deliveries this process is on: it holds them for as long as it lives, and a few seconds longer."""

from __future__ import annotations

import threading
from collections.abc import Collection
from contextlib import AbstractContextManager
from time import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mock_server.stores.records import Claimed, Record, Records

LEASE = 5.0
"""Seconds after which others may take over a delivery, unless it was held on to meanwhile."""

BEAT = 1.0
"""Seconds between two times that a delivery is held on to."""


class Leases:
    """The deliveries that were taken and not settled yet; `guard` is held while the records are used."""

    def __init__(self, records: Records, guard: AbstractContextManager[object]) -> None:
        self._records, self._guard = records, guard
        self._lock = threading.Lock()
        self._held: dict[int, tuple[Record, float]] = {}  # with the time at which they were taken or held on to

    def __bool__(self) -> bool:
        """Whether any is held."""
        return bool(self._held)

    def take(self, most: int, busy: Collection[str] = ()) -> Claimed:
        """Some that are due, for subscribers that are not `busy`. Raises Refusal where the store fails."""
        now = time()
        with self._guard:
            taken = self._records.claim(now, LEASE, most, busy)
        with self._lock:
            self._held.update((number, (delivery, now)) for number, delivery in taken)
        return taken

    def hold_on(self) -> None:
        """Keep others from what is still held. Raises Refusal where the store fails."""
        for number, (_, since) in list(self._held.items()):
            if time() - since >= BEAT:
                self._hold_on(number)

    def _hold_on(self, number: int) -> None:
        with self._lock:
            if number not in self._held:
                return
            (delivery, _), now = self._held[number], time()
            with self._guard:
                # one that was settled or changed by others meanwhile is theirs
                if self._records.get(number) == delivery and self._records.replace(number, delivery, due=now + LEASE):
                    self._held[number] = delivery, now
                else:
                    del self._held[number]

    def settle(self, number: int, delivery: Record, due: float | None) -> bool:
        """Keep what became of a delivery, and when it is due again; whether it was still held.

        Raises Refusal where the store fails.
        """
        with self._lock:
            if self._held.pop(number, None) is None:
                return False
            with self._guard:
                return self._records.replace(number, delivery, due=due)

    def let_go(self, number: int) -> None:
        """Hold on to a delivery no more: it is due again when its lease ends."""
        with self._lock:
            self._held.pop(number, None)
