"""The journal of one world: the newest exchanges, as many as its bounds allow."""

from __future__ import annotations

import asyncio
import marshal
import time
from collections import deque
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from mock_server.journal.noted import Noted, Refused

if TYPE_CHECKING:
    from mock_server.answers import HeaderList
    from mock_server.exchanges import Exchange
    from mock_server.violations import Violation
    from specs import Api, Operation

Json = Any
LONGEST_BODY = 64 * 1024
"""How many bytes of a body are kept."""

RECENT = 32
"""How many exchanges a sleeping journal holds."""

_PLAIN = 2
"""The form of marshalled texts that looks for no repetitions: it takes half of the time."""

_WEIGHT = 512
"""What an exchange weighs beside its texts, in bytes, roughly."""

_Kept = tuple[
    int,  # its number
    float,  # when it was answered
    float,  # what it took
    "str",  # the world
    "Api | None",
    "Operation | None",
    int,  # the status
    "HeaderList",  # those of the answer's headers that many answers share
    "Refused | None",
    tuple[Mapping[str, Json], ...],  # violations
    int,  # how long the body was
    int,  # how long the answer's body was
    bytes,  # all texts
]
"""An exchange as it is kept. Its texts are one block of bytes: a few dozen small objects more for each of a thousand
exchanges would take all requests several times as long as the making of that block, as memory is then always cold.
"""


class Journal:
    """Keeps at most `limit` exchanges, and no more than `most` bytes of them; the oldest go first.

    One that is `sleeping` holds the last few exchanges only, which costs requests next to nothing, until somebody first
    reads it; from then on it keeps all.
    """

    def __init__(self, limit: int = 1000, most: int = 16 * 1024 * 1024, *, sleeping: bool = False) -> None:
        self._kept: deque[_Kept] = deque()
        self._recent: deque[tuple[float, Exchange]] | None = deque(maxlen=min(RECENT, limit)) if sleeping else None
        self._limit, self._most, self._weight = limit, most, 0
        self._waiting: set[asyncio.Event] = set()
        self.last = 0
        self.closed = False

    def note(self, exchange: Exchange) -> None:
        """Keep an exchange that the mock had (a listener of worlds)."""
        self.last += 1
        if self._recent is not None:
            self._recent.append((time.perf_counter(), exchange))
        else:
            self._keep(_kept(self.last, time.time(), time.perf_counter(), exchange))

    def wake(self) -> None:
        """Keep all exchanges from now on."""
        if self._recent is None:
            return
        recent, self._recent = self._recent, None
        number, now, counter = self.last - len(recent), time.time(), time.perf_counter()
        for ended, exchange in recent:
            number += 1
            self._keep(_kept(number, now - counter + ended, ended, exchange))

    def add(self, noted: Noted) -> Noted:
        """Keep an exchange that somebody else had; gives it as it is kept, with a number of this journal."""
        self.wake()
        self.last += 1
        texts = marshal.dumps(
            (
                noted.method,
                noted.path,
                noted.query,
                [tuple(header) for header in noted.headers],
                noted.body[:LONGEST_BODY],
                noted.answer_own,
                noted.answer_body[:LONGEST_BODY],
            ),
            _PLAIN,
        )
        kept = (
            self.last,
            noted.at,
            noted.seconds,
            noted.world,
            noted.api,
            noted.operation,
            noted.status,
            noted.answer_shared,
            noted.refused,
            noted.violations,
            noted.length,
            noted.answer_length,
            texts,
        )
        self._keep(kept)
        return _noted(kept)

    def _keep(self, exchange: _Kept) -> None:
        kept = self._kept
        kept.append(exchange)
        self._weight += _WEIGHT + len(exchange[-1])
        while len(kept) > self._limit or self._weight > self._most:
            self._weight -= _WEIGHT + len(kept.popleft()[-1])
        if self._waiting:
            self._tell()

    def __iter__(self) -> Iterator[Noted]:
        """What is kept, oldest first."""
        self.wake()
        return map(_noted, tuple(self._kept))

    def get(self, number: int) -> Noted | None:
        """The exchange of a number, or None."""
        self.wake()
        return next((_noted(kept) for kept in self._kept if kept[0] == number), None)

    @property
    def forgotten(self) -> int:
        """How many exchanges are no longer kept, those that were cleared included."""
        self.wake()
        return self.last - len(self._kept)

    def clear(self) -> None:
        """Forget everything; numbers go on."""
        self.wake()
        self._kept.clear()
        self._weight = 0

    async def more(self, after: int, seconds: float) -> list[Noted]:
        """The exchanges after a number; none when there were none for `seconds`, or the journal was closed."""
        self.wake()
        if self.last <= after and not self.closed:
            event = asyncio.Event()
            self._waiting.add(event)
            try:
                await asyncio.wait_for(event.wait(), seconds)
            except TimeoutError:
                return []
            finally:
                self._waiting.discard(event)
        return [_noted(kept) for kept in self._kept if kept[0] > after]

    def close(self) -> None:
        """Tell those who wait for more that there will be none."""
        self.closed = True
        self._tell()

    def _tell(self) -> None:
        for event in self._waiting:
            event.set()


def _kept(number: int, at: float, ended: float, exchange: Exchange) -> _Kept:
    """An exchange as it is kept; `ended` is the time at its end by the counter that the request began by."""
    world, served, operation, scope, request, answer, refusal = exchange
    refused: Refused | None = None
    violations: tuple[Violation, ...] = ()
    if refusal is not None:  # not the refusal itself: its traceback holds on to the connection
        refused, violations = Refused(refusal.kind, refusal.message), refusal.violations
    body, answered = request.body, answer.body
    length, answer_length = len(body), len(answered)
    if length > LONGEST_BODY:
        body = body[:LONGEST_BODY]
    if answer_length > LONGEST_BODY:
        answered = answered[:LONGEST_BODY]
    texts = (request.method, scope["path"], request.query, request.headers, body, answer.own, answered)
    return (
        number,
        at,
        ended - request.started,
        world.name,
        None if served is None else served.api,
        operation,
        answer.status,
        answer.shared.list,
        refused,
        tuple(violation.as_json() for violation in violations) if violations else (),
        length,
        answer_length,
        marshal.dumps(texts, _PLAIN),
    )


def _noted(kept: _Kept) -> Noted:
    """An exchange as it is read."""
    number, at, seconds, world, api, operation, status, shared, refused, violations, length, answer_length, texts = kept
    method, path, query, headers, body, own, answered = marshal.loads(texts)  # noqa: S302  (made above)
    return Noted(
        number,
        at,
        seconds,
        world,
        api,
        operation,
        method,
        path,
        query,
        headers,
        body,
        length,
        status,
        shared,
        own,
        answered,
        answer_length,
        refused,
        violations,
    )
