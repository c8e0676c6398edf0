"""The journal of one world: the newest exchanges, as many as its bounds allow."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from mock_server.journal.noted import Noted, Refused

if TYPE_CHECKING:
    from mock_server.exchanges import Exchange
    from mock_server.violations import Violation

Json = Any
LONGEST_BODY = 64 * 1024
"""How many bytes of a body are kept."""

_WEIGHT = 1024
"""What an exchange weighs beside its bodies, in bytes, roughly."""


class Journal:
    """Keeps at most `limit` exchanges, and no more than `most` bytes of them; the oldest go first."""

    def __init__(self, limit: int = 1000, most: int = 16 * 1024 * 1024) -> None:
        self._kept: deque[Noted] = deque()
        self._limit, self._most, self._weight = limit, most, 0
        self._waiting: set[asyncio.Event] = set()
        self.last = 0
        self.closed = False

    def note(self, exchange: Exchange) -> None:
        """Keep an exchange that the mock had (a listener of worlds)."""
        world, served, operation, scope, request, answer, refusal = exchange
        refused: Refused | None = None
        violations: tuple[Violation, ...] = ()
        if refusal is not None:  # not the refusal itself: its traceback holds on to the connection
            refused, violations = Refused(refusal.kind, refusal.message), refusal.violations
        self.last = number = self.last + 1
        body, answered = request.body, answer.body
        self._keep(
            Noted(
                number,
                time.time(),
                time.perf_counter() - request.started,
                world.name,
                None if served is None else served.api,
                operation,
                request.method,
                scope["path"],
                request.query,
                request.headers,
                body if len(body) <= LONGEST_BODY else body[:LONGEST_BODY],
                len(body),
                answer.status,
                answer.shared.list,
                answer.own,
                answered if len(answered) <= LONGEST_BODY else answered[:LONGEST_BODY],
                len(answered),
                refused,
                tuple(violation.as_json() for violation in violations) if violations else (),
            )
        )

    def add(self, noted: Noted, violations: tuple[Mapping[str, Json], ...] = ()) -> Noted:
        """Keep an exchange that somebody else had; gives it as it is kept, with a number of this journal."""
        self.last += 1
        kept = noted._replace(
            number=self.last,
            body=noted.body[:LONGEST_BODY],
            answer_body=noted.answer_body[:LONGEST_BODY],
            violations=violations or noted.violations,
        )
        self._keep(kept)
        return kept

    def _keep(self, noted: Noted) -> None:
        kept = self._kept
        kept.append(noted)
        self._weight += _WEIGHT + len(noted.body) + len(noted.answer_body)
        while len(kept) > self._limit or self._weight > self._most:
            gone = kept.popleft()
            self._weight -= _WEIGHT + len(gone.body) + len(gone.answer_body)
        if self._waiting:
            self._wake()

    def __iter__(self) -> Iterator[Noted]:
        """What is kept, oldest first."""
        return iter(tuple(self._kept))

    def get(self, number: int) -> Noted | None:
        """The exchange of a number, or None."""
        return next((noted for noted in self._kept if noted.number == number), None)

    @property
    def forgotten(self) -> int:
        """How many exchanges are no longer kept, those that were cleared included."""
        return self.last - len(self._kept)

    def clear(self) -> None:
        """Forget everything; numbers go on."""
        self._kept.clear()
        self._weight = 0

    async def more(self, after: int, seconds: float) -> list[Noted]:
        """The exchanges after a number; none when there were none for `seconds`, or the journal was closed."""
        if self.last <= after and not self.closed:
            event = asyncio.Event()
            self._waiting.add(event)
            try:
                await asyncio.wait_for(event.wait(), seconds)
            except TimeoutError:
                return []
            finally:
                self._waiting.discard(event)
        return [noted for noted in self._kept if noted.number > after]

    def close(self) -> None:
        """Tell those who wait for more that there will be none."""
        self.closed = True
        self._wake()

    def _wake(self) -> None:
        for event in self._waiting:
            event.set()
