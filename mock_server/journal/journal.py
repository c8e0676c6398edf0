"""The journal of one world: the newest exchanges, as many as its bounds allow."""

from __future__ import annotations

import asyncio
import marshal
import time
from collections import deque
from collections.abc import Iterator, Mapping
from itertools import count
from typing import TYPE_CHECKING, Any

from mock_server.journal.noted import Noted, Refused

if TYPE_CHECKING:
    from mock_server.answers import Answer, HeaderList
    from mock_server.refusals import Refusal
    from mock_server.requests import Request
    from mock_server.served import Served
    from specs import Api, Operation

Json = Any
LONGEST_BODY = 64 * 1024
"""How many bytes of a body are kept."""

_BATCH = 16
"""How many exchanges wait to be packed together. Most of what keeping costs is that its code and memory are cold after
the request; once for several of them, it costs less than half.
"""

_PLAIN = 2
"""The form of marshalled texts that looks for no repetitions: it takes half of the time."""

_WEIGHT = 512
"""What an exchange weighs beside its texts, in bytes, roughly."""

_Fresh = tuple[float, "Served | None", "Operation | None", str, "Request", "Answer", "Refusal | None"]
"""An exchange as it was told: when it ended (`perf_counter`), what was asked for, and the path."""

_Kept = tuple[
    "Api | None",
    "Operation | None",
    "HeaderList",  # those of the answer's headers that many answers share
    "Refused | None",
    tuple[Mapping[str, Json], ...],  # violations
    bytes,  # all else, marshalled
]
"""An exchange as it is kept. All numbers and texts are one block of bytes: a few dozen small objects more for each of a
thousand exchanges would keep the memory of all requests cold.
"""


class Journal:
    """Keeps at most `limit` exchanges of a world, and no more than `most` bytes of them; the oldest go first."""

    def __init__(self, limit: int = 1000, most: int = 16 * 1024 * 1024, world: str = "common") -> None:
        self._kept: deque[_Kept] = deque()
        self._fresh: list[_Fresh] = []
        self._limit, self._most, self._weight, self._world = limit, most, 0, world
        self._waiting: set[asyncio.Event] = set()
        self._last = 0
        self.closed = False

    @property
    def last(self) -> int:
        """The number of the newest exchange; they are counted from 1."""
        return self._last + len(self._fresh)

    def note(
        self,
        served: Served | None,
        operation: Operation | None,
        path: str,
        request: Request,
        answer: Answer,
        refusal: Refusal | None,
    ) -> None:
        """Keep an exchange that the mock had."""
        fresh = self._fresh
        fresh.append((time.perf_counter(), served, operation, path, request, answer, refusal))
        if (
            len(fresh) >= _BATCH
            or self._waiting
            or refusal is not None  # its traceback holds on to the connection
            or len(request.body) + len(answer.body) > LONGEST_BODY
        ):
            self._pack()

    def add(self, noted: Noted) -> Noted:
        """Keep an exchange that somebody else had; gives it as it is kept, with a number of this journal."""
        self._pack()
        texts = (
            noted.at,
            noted.seconds,
            noted.world,
            noted.method,
            noted.path,
            noted.query,
            [tuple(header) for header in noted.headers],
            noted.body[:LONGEST_BODY],
            noted.length,
            noted.status,
            noted.answer_own,
            noted.answer_body[:LONGEST_BODY],
            noted.answer_length,
        )
        shared = noted.answer_shared
        self._keep((noted.api, noted.operation, shared, noted.refused, noted.violations, marshal.dumps(texts, _PLAIN)))
        return _noted(self._last, self._kept[-1]) if self._kept else noted._replace(number=self._last)

    def __iter__(self) -> Iterator[Noted]:
        """What is kept, oldest first."""
        self._pack()
        return map(_noted, count(self.forgotten + 1), tuple(self._kept))

    def get(self, number: int) -> Noted | None:
        """The exchange of a number, or None."""
        self._pack()
        index = number - self.forgotten - 1
        return _noted(number, self._kept[index]) if 0 <= index < len(self._kept) else None

    @property
    def forgotten(self) -> int:
        """How many exchanges are no longer kept, those that were cleared included."""
        self._pack()
        return self._last - len(self._kept)

    def clear(self) -> None:
        """Forget everything; numbers go on."""
        self._pack()
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
        return [noted for noted in self if noted.number > after]

    def close(self) -> None:
        """Tell those who wait for more that there will be none."""
        self.closed = True
        self._tell()

    def _pack(self) -> None:
        """Keep the exchanges that were told of."""
        if self._fresh:
            fresh, self._fresh = self._fresh, []
            since = time.time() - time.perf_counter()
            for each in fresh:
                self._keep(_packed(each, since, self._world))

    def _keep(self, exchange: _Kept) -> None:
        kept = self._kept
        kept.append(exchange)
        self._last += 1
        self._weight += _WEIGHT + len(exchange[-1])
        while len(kept) > self._limit or self._weight > self._most:
            self._weight -= _WEIGHT + len(kept.popleft()[-1])
        if self._waiting:
            self._tell()

    def _tell(self) -> None:
        for event in self._waiting:
            event.set()


def _packed(fresh: _Fresh, since: float, world: str) -> _Kept:
    """An exchange as it is kept; `since` is what `time` is ahead of `perf_counter`."""
    ended, served, operation, path, request, answer, refusal = fresh
    body, answered = request.body, answer.body
    texts = (
        since + ended,
        ended - request.started,
        world,
        request.method,
        path,
        request.query,
        request.headers,
        body[:LONGEST_BODY],
        len(body),
        answer.status,
        answer.own,
        answered[:LONGEST_BODY],
        len(answered),
    )
    api = None if served is None else served.api
    if refusal is None:
        return api, operation, answer.shared.list, None, (), marshal.dumps(texts, _PLAIN)
    refused, violations = Refused(refusal.kind, refusal.message), refusal.violations
    described = tuple(violation.as_json() for violation in violations)
    return api, operation, answer.shared.list, refused, described, marshal.dumps(texts, _PLAIN)


def _noted(number: int, kept: _Kept) -> Noted:
    """An exchange as it is read."""
    api, operation, shared, refused, violations, packed = kept
    texts = marshal.loads(packed)  # noqa: S302  (made above)
    at, seconds, world, method, path, query, headers, body, length, status, own, answered, answer_length = texts
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
