"""What a proxy knows while it runs: who answers which operation, and what the exchanges have shown so far."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Literal, get_args

from mock_server.checking import Checker, Exchanged, Finding, Ledger, report

if TYPE_CHECKING:
    from mock_server.served import Served
    from mock_server.worlds import World, Worlds

Json = Any
Answerer = Literal["upstream", "fallback", "mock"]
"""Who answers: upstream alone; the mock where upstream has no route or is down; the mock alone."""

ANSWERERS: tuple[Answerer, ...] = get_args(Answerer)
ALL = "all"


class UnknownOperation(ValueError):
    """An operation that is to be switched is none of those that are served; the message says which are."""


class Session:
    """The state of a proxy for some APIs."""

    def __init__(self, apis: Iterable[Served], upstream: str, *, strict: bool = False) -> None:
        """`upstream` is the URL as people know it; `strict` makes broken inferred claims fail, too."""
        self.upstream, self.strict = upstream, strict
        self._apis = {served.api.name: served.api for served in apis}
        self._checkers = {name: Checker(api) for name, api in self._apis.items()}
        self.ledgers = {name: Ledger(api) for name, api in self._apis.items()}
        self._answerers: dict[str, Answerer] = {
            operation.id: "upstream" for api in self._apis.values() for operation in api.operations
        }
        self.otherwise: Answerer = "upstream"
        self._started = time.monotonic()

    def answerer(self, operation: str | None) -> Answerer:
        """Who answers an operation; None for requests that are to no documented one."""
        return self.otherwise if operation is None else self._answerers[operation]

    @property
    def answerers(self) -> Mapping[str, Answerer]:
        """Who answers which operation."""
        return dict(self._answerers)

    def switch(self, operations: Mapping[str, Answerer]) -> None:
        """Let others answer operations; `all` speaks of every one. Raises UnknownOperation before any is switched."""
        for name in operations:
            if name != ALL and name not in self._answerers:
                known = ", ".join(self._answerers) or "none"
                raise UnknownOperation(f"There is no operation {name!r}; there are: {known}, and {ALL!r}.")
        for name, answerer in operations.items():
            for operation in self._answerers if name == ALL else (name,):
                self._answerers[operation] = answerer
            if name == ALL:
                self.otherwise = answerer

    def check(self, api: str, exchanged: Exchanged) -> list[Finding]:
        """Hold an exchange with upstream against the claims of its API."""
        return self._checkers[api].hold(exchanged)

    def report(self, api: str) -> dict[str, Json]:
        """What was found so far, in the format of the contract suite."""
        seconds = time.monotonic() - self._started
        return report(self.ledgers[api], url=self.upstream, profile="proxy", strict=self.strict, seconds=seconds)

    @property
    def fails(self) -> bool:
        """Whether claims were broken that must not be."""
        return any(ledger.fails(strict=self.strict) for ledger in self.ledgers.values())


def begin(worlds: Worlds, session: Session) -> None:
    """Let the control API know of a session; before anything is served."""

    def give(_world: World) -> Session | None:
        return session

    worlds.common.part("proxy", give)


def session_of(worlds: Worlds) -> Session | None:
    """The session of a proxy; None where nothing is proxied."""

    def none(_world: World) -> Session | None:
        return None

    return worlds.common.part("proxy", none)
