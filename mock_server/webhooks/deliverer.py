"""Delivers what is in the outbox: in a thread of its own, each attempt in another, so that none delays the others."""

from __future__ import annotations

import logging
import threading
from collections import Counter
from contextlib import AbstractContextManager
from time import monotonic, time
from typing import TYPE_CHECKING, Any

from mock_server.refusals import Refusal
from mock_server.stores.records import LANE
from mock_server.webhooks.leases import BEAT, LEASE, Leases
from mock_server.webhooks.subscribers import NOBODY

if TYPE_CHECKING:
    from mock_server.options import MockOptions
    from mock_server.stores.records import Claimed, Record, Records
    from mock_server.webhooks.sending import Sender
    from mock_server.webhooks.subscribers import Subscribers

Json = Any
AT_ONCE = 64
"""How many attempts are made at once."""

EACH = 8
"""How many of them for one subscriber: one that does not answer must not keep the others waiting."""

LONGEST = 300.0
"""The longest pause between two attempts in seconds."""

_DOUBLINGS = 30
"""How often a pause is doubled; it is the longest long before."""

PATIENT = 10
"""How many times more attempts there are where nobody listens."""

LISTED = 20
"""How many attempts of a delivery are listed."""

_LOOK, _CLOSE_LOOK = 0.5, 0.05
"""How often it is looked for what other processes put into a shared store, and at the end for attempts that ended; in
seconds.
"""

logger = logging.getLogger("mock_server")


class Deliverer:
    """Takes what is due from the records of an outbox, and tries until it was delivered or given up."""

    def __init__(
        self,
        records: Records,
        subscribers: Subscribers,
        guard: AbstractContextManager[object],
        options: MockOptions,
        *,
        shared: bool,
    ) -> None:
        """`guard` is held while records are used; `shared` says that other processes put some there, too."""
        self._leases = Leases(records, guard)
        self._subscribers, self._options, self._shared = subscribers, options, shared
        self._news = threading.Event()
        self._lock = threading.Lock()
        self._running: dict[int, str] = {}  # the attempts that are being made, with the subscriber of each
        self._later: dict[int, float] = {}  # when this process is to try again
        self._until: float | None = None
        self._thread: threading.Thread | None = None
        self._sender: Sender | None = None

    def wake(self) -> None:
        """Look for what is due, now."""
        if self._thread is None:
            with self._lock:
                if self._thread is None:
                    self._thread = threading.Thread(target=self._run, name="webhooks", daemon=True)
                    self._thread.start()
        self._news.set()

    def close(self, patience: float) -> None:
        """Finish what is due, and end; what takes longer than `patience` seconds is left."""
        self._until = monotonic() + patience
        if self._thread is not None:
            self._news.set()
            self._thread.join(patience)
        if self._sender is not None and not self._running:
            self._sender.close()

    def _run(self) -> None:
        while True:
            self._news.clear()
            claimed = self._claimed()
            for number, delivery in claimed:
                self._begin(number, delivery)
            if self._until is not None and (monotonic() > self._until or not (claimed or self._running)):
                return
            if not claimed:
                self._news.wait(self._pause())

    def _claimed(self) -> Claimed:
        loads = Counter(list(self._running.values()))
        busy = {subscriber for subscriber, load in loads.items() if load >= EACH}
        most = EACH - max((load for load in loads.values() if load < EACH), default=0)
        free = min(most, AT_ONCE - len(self._running))
        try:
            self._leases.hold_on()
            return self._leases.take(free, busy) if free > 0 else []
        except Refusal as refusal:  # the store fails: it is asked again
            logger.warning("Webhooks wait: %s", refusal.message)
            return []

    def _pause(self) -> float | None:
        """Seconds until there may be something to do; None where only news can bring it."""
        if self._until is not None:
            return _CLOSE_LOOK
        now = time()
        for number, due in list(self._later.items()):
            if due <= now:  # it waits for another one, or was removed
                self._later.pop(number, None)
        waits = [due - now for due in list(self._later.values())]
        if self._shared:
            waits.append(_LOOK)
        if self._leases:
            waits.append(BEAT)
        return min(waits, default=None)

    def _begin(self, number: int, delivery: Record) -> None:
        self._later.pop(number, None)
        self._running[number] = delivery[LANE]
        threading.Thread(target=self._deliver, args=(number, delivery), daemon=True).start()

    def _deliver(self, number: int, delivery: Record) -> None:
        try:
            self._settle(number, delivery, self._attempt(delivery))
        except Refusal as refusal:  # nothing is known of the attempt then: it is made again when the lease ends
            logger.warning("The outcome of webhook %d was not kept: %s", number, refusal.message)
            self._later[number] = time() + LEASE
        except Exception:
            logger.exception("Webhook %d failed; it is tried again in %g s", number, LEASE)
            self._later[number] = time() + LEASE
        finally:
            self._leases.let_go(number)
            self._running.pop(number, None)
            self._news.set()

    def _attempt(self, delivery: Record) -> dict[str, Json] | str:
        """The outcome of an attempt, or why none was made."""
        to = self._subscribers.receiver(delivery)
        if isinstance(to, str):
            return to
        with self._lock:
            if self._sender is None:
                from mock_server.webhooks.sending import Sender

                self._sender = Sender()
        return self._sender.attempt(to, delivery["message"], delivery["world"])

    def _settle(self, number: int, delivery: Record, attempt: dict[str, Json] | str) -> None:
        """Keep what an attempt came to, and when the next one is due."""
        if isinstance(attempt, str):
            after, due = {**delivery, "state": "failed", "reason": attempt}, None
        else:
            counter = "absent" if attempt.get("error") == NOBODY else "tried"
            counted = {**delivery, counter: delivery[counter] + 1}
            state, due = self._verdict(attempt, counted)
            after = {**counted, "state": state, "attempts": [*delivery["attempts"], attempt][-LISTED:]}
        if due is not None:
            self._later[number] = due
        if not self._leases.settle(number, after, due):
            self._later.pop(number, None)

    def _verdict(self, attempt: Record, delivery: Record) -> tuple[str, float | None]:
        """What becomes of a delivery: its state, and when it is tried again.

        Where nobody listens (yet), asking costs nothing: the pauses do not grow then, and there are more attempts.
        """
        most, backoff, tried = self._options.webhook_attempts, self._options.webhook_backoff, delivery["tried"]
        status = attempt.get("status")
        if status is not None and 200 <= status < 300:
            return "delivered", None
        if status == 410 or tried >= most or delivery["absent"] >= most * PATIENT:
            return "failed", None
        growth = 1 if attempt.get("error") == NOBODY else 2 ** min(tried - 1, _DOUBLINGS)
        pause = max(backoff * growth, attempt.get("retry_after", 0.0))
        return "waiting", time() + min(pause, LONGEST)
