"""The outbox: what is to be delivered, kept until it was, and what became of it."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from time import time
from typing import TYPE_CHECKING, Any

from mock_server.webhooks.subscribers import LONGEST, Subscriber, Subscribers, why_not

if TYPE_CHECKING:
    from mock_server.options import MockOptions
    from mock_server.stores import Stores
    from mock_server.webhooks.deliverer import Deliverer
    from mock_server.webhooks.messages import Message

Json = Any
TOPIC = "common/webhook-deliveries"
LIMIT = 5000
"""How many deliveries are kept, of all worlds together; past that the oldest are forgotten, last those that wait."""

BYTES = 64 * 1024 * 1024
"""How much the bodies in memory may take before the oldest deliveries are forgotten; databases are not bounded so."""

CLOSING = 3.0
"""Seconds that what is due may still take when the mock ends."""


class Outbox:
    """The deliveries of all worlds. One delivery is one message for one subscriber:

    `world`, `subscriber` (its id), `url` (without a password), `callback` (where it is one), `message`, `state`
    (`waiting`, `delivered`, `failed`), `tried` and `absent` (how often since it was last begun: with somebody there,
    and with nobody) and `attempts` (the latest ones).

    Those of one resource for one subscriber are done one after the other. With a shared store they are kept with the
    change that they follow from, in one transaction, and delivered by any one of the processes.
    """

    def __init__(self, options: MockOptions, stores: Stores) -> None:
        """Raises BadSubscriber for URLs and secrets of the options that cannot be used."""
        self._options = options
        self._durable = stores.shared
        # What is in memory is used by one thread at a time; a database sees to that by itself.
        self._guard: AbstractContextManager[object] = nullcontext() if stores.shared else threading.Lock()
        self.subscribers = Subscribers(options, stores, self._guard)
        self._records = stores.records(TOPIC, LIMIT)
        self._sizes: dict[int, int] = {}  # of what is in memory, by number, oldest first
        self._size = 0
        self._deliverer: Deliverer | None = None
        self._closed = False

    def start(self) -> None:
        """Go on with what a shared store has kept."""
        if self._durable:
            self._wake()

    def add(self, world: str, message: Message, takers: Sequence[Subscriber]) -> list[int]:
        """Keep a message for each of its takers, due now; gives the numbers of the deliveries."""
        numbers = []
        for taker in takers:
            group = f"{world}/{message.about} {taker.id}" if message.about else ""
            delivery = _delivery(world, message, taker.id, taker.shown_url)
            numbers.append(self._keep(delivery, group, time()))
        self._wake()
        return numbers

    def call_back(self, world: str, message: Message, url: str) -> None:
        """Keep a callback, due now; one to an address that is not allowed is kept for people to see."""
        taker = self.subscribers.at(world, url) if len(url) <= LONGEST else None
        delivery = {**_delivery(world, message, taker.id if taker else "", url[:LONGEST]), "callback": True}
        if taker is None:
            self._keep({**delivery, "state": "failed", "reason": why_not(url[:LONGEST])}, "", None)
            return
        self._keep(delivery, f"{world}/{url}", time())
        self._wake()

    def _keep(self, delivery: Json, group: str, due: float | None) -> int:
        with self._guard:
            number = self._records.add(delivery, group=group, due=due)
            if not self._durable:
                self._make_room(number, len(delivery["message"]["body"]))
        return number

    def all(self, world: str) -> Iterator[tuple[int, Json]]:
        """The deliveries of a world by their numbers, oldest first."""
        with self._guard:
            kept = self._records.all(limit=LIMIT)
        return ((number, delivery) for number, delivery in kept if delivery["world"] == world)

    def get(self, world: str, number: int) -> Json | None:
        """One delivery of a world, or None."""
        with self._guard:
            found = self._records.get(number)
        return found if found is not None and found["world"] == world else None

    def replay(self, world: str, number: int) -> Json | None:
        """Send a message again, now, with the id it had; gives the delivery, None where there is none."""
        found = self.get(world, number)
        if found is None:
            return None
        again = {**found, "state": "waiting", "tried": 0, "absent": 0}
        again.pop("reason", None)
        with self._guard:
            self._records.replace(number, again, due=time())
        self._wake()
        return again

    def clear(self, world: str) -> None:
        """Forget the deliveries of a world, those that wait as well."""
        for number, _ in list(self.all(world)):
            with self._guard:
                self._records.remove(number)

    def forget(self, world: str) -> None:
        """Forget what memory holds of a world; a shared store keeps what it has."""
        if not self._durable and not self._closed:
            self.clear(world)
            self.subscribers.forget(world)

    def close(self) -> None:
        """Deliver what is due, as far as that takes no longer than a few seconds; what a shared store has waits."""
        self._closed = True
        if self._deliverer is not None:
            self._deliverer.close(CLOSING)

    def _make_room(self, number: int, size: int) -> None:
        """Forget what the records have forgotten, and where bodies take too much the oldest, what waits at last."""
        self._sizes[number] = size
        self._size += size
        while len(self._sizes) > LIMIT or (self._size > BYTES and len(self._sizes) > 1):
            settled = (each for each in self._sizes if each != number and not self._waits(each))
            oldest = next(settled, next(iter(self._sizes)))
            self._records.remove(oldest)
            self._size -= self._sizes.pop(oldest)

    def _waits(self, number: int) -> bool:
        kept = self._records.get(number)
        return kept is not None and kept["state"] == "waiting"

    def _wake(self) -> None:
        if self._closed:
            return
        if self._deliverer is None:
            from mock_server.webhooks.deliverer import Deliverer

            self._deliverer = Deliverer(
                self._records, self.subscribers, self._guard, self._options, shared=self._durable
            )
        self._deliverer.wake()


def _delivery(world: str, message: Message, subscriber: str, url: str) -> dict[str, Json]:
    state = {"state": "waiting", "tried": 0, "absent": 0, "attempts": []}
    return {"world": world, "subscriber": subscriber, "url": url, "message": message.as_json(), **state}
