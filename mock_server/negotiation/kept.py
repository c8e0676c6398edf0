"""Answers that were made before: the same request gets the same answer, so it need not be made again."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Generic, TypeVar

T = TypeVar("T")

BOUND = 16 * 1024 * 1024
"""How many bytes of answers a mock keeps of one API."""

_OVERHEAD = 500


class Kept(Generic[T]):
    """Values by key, of bounded size: past the bound the oldest make room."""

    def __init__(self, bound: int = BOUND) -> None:
        self._bound, self._size = bound, 0
        self._values: dict[Hashable, tuple[T, int]] = {}

    def get(self, key: Hashable) -> T | None:
        """What was kept under this key, or None."""
        found = self._values.get(key)
        return None if found is None else found[0]

    def put(self, key: Hashable, value: T, size: int) -> None:
        """Keep a value of about `size` bytes, key included; one that would take up an eighth of all is not kept."""
        size += _OVERHEAD
        if size > self._bound // 8 or key in self._values:
            return
        self._values[key] = value, size
        self._size += size
        while self._size > self._bound:
            _, old = self._values.pop(next(iter(self._values)))
            self._size -= old
