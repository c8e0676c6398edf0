"""The clock and the faults of a world that several processes serve: kept in its store, so that all go by the same."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from mock_server.faults.limits import Window
from mock_server.simulation.store import Store

if TYPE_CHECKING:
    from mock_server.faults import Faults, Outcome
    from mock_server.layers import Scope
    from mock_server.options import MockOptions
    from mock_server.simulation.clock import Clock
    from mock_server.stores import Stores
    from specs import Api, Operation

_KIND, _WINDOWS = "settings", "windows"


class Settings:
    """Keeps the clock and the faults of this process and those of the others the same.

    What was set goes on when the mock is started again, unless it is told of another clock or scenario then.
    """

    def __init__(self, stores: Stores, world: str, options: MockOptions, clock: Clock, faults: Faults) -> None:
        self._clock, self._faults = clock, faults
        told = json.dumps([options.clock, options.faults, options.seed], default=dict)
        self._key = sha256(told.encode()).hexdigest()
        self._store: Store = stores.open(f"{world}/@settings", {"resources": {}, "next_id": {}, "counts": {}})
        self._begun: Any = self._now()
        self._seen: Any = self._begun
        faults.windows = _Windows(self._store, self._key)

    def refresh(self) -> None:
        """Take over what another process has set; what the mock began with, where it has forgotten the world."""
        kept = self._store.get(_KIND, self._key) or self._begun
        if kept != self._seen:
            self._seen = kept
            self._clock.restore(kept["clock"])
            self._faults.restore(kept["faults"])

    @contextmanager
    def changing(self) -> Iterator[None]:
        """What is set within is set for all processes, one at a time."""
        with self._store.transaction():
            self.refresh()
            yield
            now = self._now()
            if now != self._seen:
                self._store.put(_KIND, self._key, now)
                self._seen = now

    def _now(self) -> Any:
        return {"clock": self._clock.snapshot(), "faults": self._faults.snapshot()}

    def draw(self, api: Api, operation: Operation, scope: Scope) -> Outcome | None:
        """What goes wrong with a request of an operation, counted over all processes; None for nothing."""
        self.refresh()
        if not any(struck.fault.is_for(api.name, operation.id) for struck in self._faults.in_force):
            return None
        with self.changing():
            return self._faults.draw(api, operation, scope)


class _Windows:
    """The windows of rate limits in a store; those that were begun first are forgotten first."""

    def __init__(self, store: Store, key: str) -> None:
        self._store, self._key = store, key

    def get(self, name: str) -> Window | None:
        """The window of a name, None where none was begun."""
        kept = self._store.get(_WINDOWS, f"{self._key} {name}")
        return None if kept is None else Window(**kept)

    def put(self, name: str, window: Window) -> None:
        """Keep a window."""
        self._store.put(_WINDOWS, f"{self._key} {name}", asdict(window))
