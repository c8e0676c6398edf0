"""Requests as transactions, for stores that other processes change, too."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from mock_server.simulation.store import Store, WritingRefused

Asked = TypeVar("Asked")
Answered = TypeVar("Answered")


def in_transactions(store: Store, work: Callable[[Asked], Answered], *, writing: bool) -> Callable[[Asked], Answered]:
    """`work` with each of its calls as one transaction; one for reading that turns out to write is begun again.

    Work that wrote once is taken to write from then on.
    """
    writes = writing

    def done(asked: Asked) -> Answered:
        nonlocal writes
        if not writes:
            try:
                with store.transaction(writing=False):
                    return work(asked)
            except WritingRefused as refused:
                writes = refused.always
        with store.transaction(writing=True):
            return work(asked)

    return done
