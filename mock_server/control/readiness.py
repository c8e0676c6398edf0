"""Whether requests can be answered now: the process lives, and its store answers."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from mock_server.answers import Answer, answer_with, compact
from mock_server.problems import problem_details
from mock_server.refusals import Refusal
from mock_server.stores import StoreError

if TYPE_CHECKING:
    from mock_server.stores import Stores

PATIENCE = 3.0
"""Seconds for which a store is waited for; who asks does not wait much longer."""


class Readiness:
    """Answers whether the mock is ready. The store is asked in a thread of its own: one that hangs does not answer."""

    def __init__(self, stores: Stores) -> None:
        self._stores = stores
        self._asked: asyncio.Future[None] | None = None

    async def __call__(self) -> Answer:
        """200, or 503 with what is wrong with the store."""
        try:
            await asyncio.wait_for(asyncio.shield(self._check()), PATIENCE)
        except StoreError as error:
            return _unavailable(str(error))
        except TimeoutError:
            return _unavailable(f"The store has not answered for {PATIENCE:g} s.")
        return answer_with(200, [(b"content-type", b"application/json")], compact({"status": "ready"}))

    def _check(self) -> asyncio.Future[None]:
        """The check that is going on, else a new one: of a store that hangs no more than one is waited for."""
        if self._asked is None or self._asked.done():
            self._asked = asyncio.ensure_future(asyncio.to_thread(self._stores.check))
            self._asked.add_done_callback(lambda asked: asked.cancelled() or asked.exception())
        return self._asked


def _unavailable(text: str) -> Answer:
    return problem_details(Refusal("unavailable", text))
