"""The journal of one world: the newest exchanges, as many as its bounds allow."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, TypeVar

from mock_server.journal.exchanges import Exchanges, MemoryExchanges
from mock_server.journal.kept import LONGEST_BODY, NUMBERS, as_kept, as_noted, request_bytes
from mock_server.journal.noted import Noted, Refused

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from mock_server.answers import Answer
    from mock_server.refusals import Refusal
    from mock_server.requests import Request
    from specs import Api, Operation

T = TypeVar("T")
_PAUSE = 0.25
"""Seconds after which those who watch look again for what other processes have kept."""


class Journal:
    """Keeps the exchanges of a world in `exchanges`, which are in memory where none are given.

    `thread` is the one in which exchanges that others keep, too, are used.
    """

    def __init__(
        self, world: str = "common", exchanges: Exchanges | None = None, thread: Executor | None = None
    ) -> None:
        self._world, self._thread = world, thread
        self._exchanges = exchanges if exchanges is not None else MemoryExchanges(1000, 16 * 1024 * 1024)
        self._waiting: set[asyncio.Event] = set()
        self.closed = False

    @property
    def last(self) -> int:
        """The number of the newest exchange; they are counted from 1."""
        return self._exchanges.last

    def note(
        self,
        api: Api | None,
        operation: Operation | None,
        path: str,
        request: Request,
        answer: Answer,
        refusal: Refusal | None,
    ) -> None:
        """Keep an exchange that the mock had."""
        raw, own, sent, body = request.raw, answer.own, request.body, answer.body
        length, answered = len(sent), len(body)
        if raw is None or length > LONGEST_BODY:
            raw = request_bytes(request.method, path, request.query, request.headers, sent)
        if answered > LONGEST_BODY:
            body = body[:LONGEST_BODY]
        seconds = time.perf_counter() - request.started
        numbers = NUMBERS.pack(time.time(), seconds, answer.status, len(raw), len(own), length, answered)
        block = b"".join((numbers, raw, own, body))
        if refusal is None:
            self._exchanges.add((api, operation, answer.shared, None, (), block))
        else:
            refused = Refused(refusal.kind, refusal.message)
            violations = tuple(violation.as_json() for violation in refusal.violations)
            self._exchanges.add((api, operation, answer.shared, refused, violations, block))
        if self._waiting:
            self._tell()

    def add(self, noted: Noted) -> Noted:
        """Keep an exchange that somebody else had; gives it as it is kept, with a number of this journal."""
        kept = as_kept(noted)
        number = self._exchanges.add(kept)
        self._tell()
        return as_noted(number, self._world, kept)

    def __iter__(self) -> Iterator[Noted]:
        """What is kept, oldest first."""
        return self._after(0)

    def get(self, number: int) -> Noted | None:
        """The exchange of a number, or None."""
        kept = self._exchanges.get(number)
        return None if kept is None else as_noted(number, self._world, kept)

    @property
    def forgotten(self) -> int:
        """How many exchanges are no longer kept, those that were cleared included."""
        kept = len(self._exchanges)  # asked first: others may add some meanwhile
        return max(self._exchanges.last - kept, 0)

    async def now(self) -> tuple[list[Noted], int]:
        """What is kept now, oldest first, and the number of the newest exchange that there was."""
        kept = await self._beside(lambda: list(self))
        return kept, kept[-1].number if kept else await self._beside(lambda: self.last)

    def clear(self) -> None:
        """Forget everything; numbers go on."""
        self._exchanges.clear()

    async def more(self, after: int, seconds: float) -> list[Noted]:
        """The exchanges after a number; none when there were none for `seconds`, or the journal was closed."""
        deadline = time.monotonic() + seconds
        while not (found := await self._found(after)) and not self.closed:
            left = deadline - time.monotonic()
            if left <= 0:
                break
            await self._told(left if self._thread is None else min(left, _PAUSE))
        return found

    def close(self) -> None:
        """Tell those who wait for more that there will be none."""
        self.closed = True
        self._tell()

    async def _found(self, after: int) -> list[Noted]:
        if self._thread is not None and self.closed:
            return []
        return await self._beside(lambda: list(self._after(after)))

    async def _beside(self, work: Callable[[], T]) -> T:
        """Do what the exchanges are used for, in their thread where they have one."""
        if self._thread is None:
            return work()
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    async def _told(self, seconds: float) -> None:
        """Wait until something is kept, for this long at most."""
        event = asyncio.Event()
        self._waiting.add(event)
        try:
            await asyncio.wait_for(event.wait(), seconds)
        except TimeoutError:
            return
        finally:
            self._waiting.discard(event)

    def _after(self, number: int) -> Iterator[Noted]:
        return (as_noted(each, self._world, kept) for each, kept in self._exchanges.all(number))

    def _tell(self) -> None:
        """Wake those who wait; where other processes keep exchanges, too, they look for themselves."""
        if self._thread is None:
            for event in self._waiting:
                event.set()
