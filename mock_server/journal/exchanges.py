"""Where exchanges are kept: in this process, or in a store that several processes share."""

from __future__ import annotations

import logging
from collections import deque
from itertools import count, islice
from typing import TYPE_CHECKING, Protocol

from mock_server.journal.kept import as_record, of_record
from mock_server.refusals import Refusal

if TYPE_CHECKING:
    from mock_server.journal.kept import Find, Kept
    from mock_server.stores.records import Records

logger = logging.getLogger("mock_server")

_WEIGHT = 512
"""What an exchange weighs beside its texts, in bytes, roughly."""


class Exchanges(Protocol):
    """Exchanges, numbered from 1 in the order in which they ended; the oldest are forgotten first."""

    @property
    def last(self) -> int:
        """The number of the newest; 0 where there was none."""
        ...

    def __len__(self) -> int:
        """How many are kept."""
        ...

    def add(self, kept: Kept) -> int:
        """Keep one; gives its number."""
        ...

    def get(self, number: int) -> Kept | None:
        """The one of a number, or None."""
        ...

    def all(self, after: int = 0) -> list[tuple[int, Kept]]:
        """Those with a number above `after`, oldest first."""
        ...

    def clear(self) -> None:
        """Forget all; numbers go on."""
        ...


class MemoryExchanges:
    """Exchanges in this process's memory: at most `limit`, and no more than `most` bytes of them."""

    def __init__(self, limit: int, most: int) -> None:
        self._kept: deque[Kept] = deque()
        self._limit, self._most, self._weight = limit, most, 0
        self.last = 0

    def __len__(self) -> int:
        return len(self._kept)

    def add(self, kept: Kept) -> int:
        """Keep one; gives its number."""
        held = self._kept
        held.append(kept)
        self.last += 1
        self._weight += _WEIGHT + len(kept[-1])
        while len(held) > self._limit or self._weight > self._most:
            self._weight -= _WEIGHT + len(held.popleft()[-1])
        return self.last

    def get(self, number: int) -> Kept | None:
        """The one of a number, or None."""
        index = number - self.last + len(self._kept) - 1
        return self._kept[index] if 0 <= index < len(self._kept) else None

    def all(self, after: int = 0) -> list[tuple[int, Kept]]:
        """Those with a number above `after`, oldest first."""
        before = self.last - len(self._kept)
        known = max(after - before, 0)
        return list(zip(count(before + known + 1), islice(self._kept, known, None), strict=False))

    def clear(self) -> None:
        """Forget all; numbers go on."""
        self._kept.clear()
        self._weight = 0


class SharedExchanges:
    """Exchanges as records of a store: every process that uses it reads those of all."""

    def __init__(self, records: Records, find: Find) -> None:
        self._records, self._find = records, find

    @property
    def last(self) -> int:
        """The number of the newest; 0 where there was none."""
        return self._records.last

    def __len__(self) -> int:
        return len(self._records)

    def add(self, kept: Kept) -> int:
        """Keep one; gives its number. Where the store does not answer it is not kept, as its answer matters more."""
        try:
            return self._records.add(as_record(kept))
        except Refusal as refusal:
            logger.warning("An exchange is not in the journal: %s", refusal.message)
            return 0

    def get(self, number: int) -> Kept | None:
        """The one of a number, or None."""
        record = self._records.get(number)
        return None if record is None else of_record(record, self._find)

    def all(self, after: int = 0) -> list[tuple[int, Kept]]:
        """Those with a number above `after`, oldest first."""
        return [(number, of_record(record, self._find)) for number, record in self._records.all(after)]

    def clear(self) -> None:
        """Forget all; numbers go on."""
        self._records.clear()
