"""Worlds: copies of everything that changes while the mock serves, each apart from all others.

A request names its world by the header `X-Mock-World`, or by a path that begins with `/_world/<name>/`; one that names
none is in the common world. A world is made when it is first named, from the seed state, as if the mock had just been
started for it alone.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Any, TypeVar, cast
from urllib.parse import quote

from mock_server.faults import Faults, as_fault
from mock_server.journal import Journal
from mock_server.kinds import serve_operation
from mock_server.layers import FIELDS, RAW, Scope
from mock_server.metrics import Metrics
from mock_server.problems import problem_details
from mock_server.refusals import Refusal
from mock_server.requests import Request
from mock_server.served import Served
from mock_server.settings import Settings
from mock_server.simulation.chance import Chance
from mock_server.simulation.clock import Clock
from mock_server.simulation.store import Store
from mock_server.states import starting_state
from mock_server.stores import open_stores
from mock_server.webhooks import Outbox

if TYPE_CHECKING:
    from mock_server.answers import Answer
    from mock_server.journal.kept import Find
    from mock_server.operations import ServedOperation
    from mock_server.options import MockOptions
    from mock_server.stores import Stores
    from mock_server.table import Place
    from specs import Api, Operation

T = TypeVar("T")
COMMON = "common"
HEADER = b"x-mock-world"
PREFIX = "/_world/"
JOURNAL_BYTES = 32 * 1024 * 1024
"""How much of its exchanges the common world keeps; each other one a sixteenth of it."""

_NAME = re.compile(r"[A-Za-z0-9._~-]{1,100}")


class World:
    """One world: its clock, the state and the chance of each API, and what else is kept for it alone.

    `faults` are those in force, `journal` holds what happened, and `note` is what is told
    of every exchange, None where none are kept.
    """

    def __init__(self, name: str, options: MockOptions, stores: Stores, outbox: Outbox, find: Find) -> None:
        """`find` finds what is served by its name."""
        self.name, self.options, self.stores, self.outbox = name, options, stores, outbox
        self.clock = Clock(options.clock)
        self.faults = Faults([as_fault(each) for each in options.faults], options.seed, self.clock)
        self.settings = Settings(stores, name, options, self.clock, self.faults) if stores.shared else None
        most = JOURNAL_BYTES // (1 if name == COMMON else 16)
        self.journal = Journal(name, stores.exchanges(name, options.journal, most, find), stores.thread)
        self.note = self.journal.note if options.journal else None
        self.used = time.monotonic()
        self._stores: dict[str, Store] = {}
        self._chances: dict[str, Chance] = {}
        self._served: dict[str, Served] = {}
        self._operations: dict[str, ServedOperation] = {}
        self._parts: dict[str, Any] = {}

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Within, the clock and the faults are those of all processes that serve this world, and are set for all."""
        with self.settings.changing() if self.settings is not None else nullcontext():
            yield

    def store(self, api: Api) -> Store:
        """The state of an API in this world; the same one for as long as the world lives."""
        if api.name not in self._stores:
            self._stores[api.name] = self.stores.open(f"{self.name}/{api.name}", starting_state(api, self.options))
        return self._stores[api.name]

    def chance(self, api: Api) -> Chance:
        """What is random of an API in this world."""
        if api.name not in self._chances:
            self._chances[api.name] = self.stores.chance(self.store(api), self.options.seed)
        return self._chances[api.name]

    def part(self, name: str, make: Callable[[World], T]) -> T:
        """What else is kept for this world under a name, made when it is first asked for.

        A part that has a method `close` is closed when the world is forgotten.
        """
        if name not in self._parts:
            self._parts[name] = make(self)
        return cast("T", self._parts[name])

    def serve(self, common: Served) -> Served:
        """An API as it is served in this world; `common` is how it is served in the common world."""
        if common.world is self:
            return common
        served = self._served.get(common.api.name)
        if served is None or served.common is not common:
            served = self._served[common.api.name] = Served(common.api, common.options, self, common)
        return served

    def operation(self, place: Place) -> ServedOperation:
        """An operation of a place as it is in this world."""
        found = self._operations.get(place.key)
        if found is None or found.operation is not place.operation:
            found = self._operations[place.key] = serve_operation(place.operation, self.serve(place.served))
        return found

    def close(self) -> None:
        """Give up what the world holds."""
        for kept in (self.journal, *self._parts.values(), *self._stores.values()):
            if callable(close := getattr(kept, "close", None)):
                close()
        self.outbox.forget(self.name)


class Worlds:
    """All worlds of a mock. Those that were not used for longest make room for new ones; `common` always stays.

    `apis` are those that are served, by name.
    """

    def __init__(self, options: MockOptions) -> None:
        """Raises BadTime where the clock of the options is no time, StoreError where its store cannot be used, and
        BadSubscriber where events cannot be sent as the options say.
        """
        self.options, self.stores = options, open_stores(options.store)
        self.outbox = Outbox(options, self.stores)
        self._others: OrderedDict[str, World] = OrderedDict()  # the one that was used last is the last
        self.apis: Mapping[str, Api] = {}
        self.common = World(COMMON, options, self.stores, self.outbox, self.find)
        self.metrics = Metrics(self.stores) if options.metrics else None

    async def in_thread(self, work: Callable[[], T]) -> T:
        """Do what uses worlds: in the thread of their stores, where these are so slow that they have one."""
        thread = self.stores.thread
        return work() if thread is None else await asyncio.get_running_loop().run_in_executor(thread, work)

    async def note(self, scope: Scope, answer: Answer, refusal: Refusal | None, api: Api | None = None) -> Answer:
        """Keep an exchange that no operation had, in the journal of its world; gives what is to be answered."""

        def noted() -> Answer:
            try:
                world = self.of(scope)
            except Refusal as no_world:
                return problem_details(no_world)
            if world.note is not None:
                world.note(api, None, scope["path"], Request(scope, {}, time.perf_counter()), answer, refusal)
            return answer

        return await self.in_thread(noted)

    def of(self, scope: Scope) -> World:
        """The world that a request is in. Raises Refusal `malformed` for a name that is none."""
        name = scope[FIELDS].get(HEADER)
        return self.common if name is None else self.get(name.decode("latin-1"))

    def get(self, name: str) -> World:
        """The world of a name, made where there is none. Raises Refusal `malformed` for a name that is none."""
        if name == COMMON:
            return self.common
        now = time.monotonic()
        world = self._others.get(name)
        if world is not None and now - world.used <= self.options.world_age:
            self._others.move_to_end(name)
        else:
            if not _NAME.fullmatch(name):
                raise Refusal(
                    "malformed", f"{name[:120]!r} is no name of a world: it takes 1 to 100 of A-Z a-z 0-9 . _ ~ -"
                )
            self.forget(name)
            self.stores.sweep(self.options.world_age, COMMON)
            world = self._others[name] = World(name, self.options, self.stores, self.outbox, self.find)
            self._make_room(now)
        world.used = now
        return world

    def find(self, api: str, operation: str | None) -> tuple[Api | None, Operation | None]:
        """An API that is served, and one of its operations, by their names; None for what is not there."""
        found = self.apis.get(api)
        return found, found.by_id.get(operation) if found is not None and operation is not None else None

    def all(self) -> list[World]:
        """All worlds that there are, the common one first, then those that were used last."""
        self._make_room(time.monotonic())
        return [self.common, *reversed(self._others.values())]

    def drop(self, name: str) -> bool:
        """Forget a world and what is kept of it in a shared store; whether this process knew it."""
        if name != COMMON:
            self.stores.drop(name)
        return self.forget(name)

    def forget(self, name: str) -> bool:
        """Forget a world; whether there was one. The common world cannot be forgotten. Shared stores keep its state."""
        world = self._others.pop(name, None)
        if world is not None:
            world.close()
            if not self.stores.shared:
                self.stores.drop(name)
        return world is not None

    def close(self) -> None:
        """Give up what all worlds hold; events that are due are sent first, as far as that takes not long."""
        self.outbox.close()
        for name in list(self._others):
            self.forget(name)
        self.common.close()
        self.stores.close()

    def _make_room(self, now: float) -> None:
        while self._others:
            oldest = next(iter(self._others.values()))
            if len(self._others) <= self.options.world_limit and now - oldest.used <= self.options.world_age:
                return
            self.forget(oldest.name)


def enter(scope: Scope) -> bool:
    """Take the name of a world off a request's path, and put it into its header; whether there was one."""
    path: str = scope["path"]
    if not path.startswith(PREFIX):
        return False
    name, slash, rest = path[len(PREFIX) :].partition("/")
    scope["path"] = slash + rest or "/"
    scope.pop(RAW, None)  # it has the name of the world in its path
    if raw := scope.get("raw_path"):
        before = f"{PREFIX}{name}/".encode()
        scope["raw_path"] = raw[len(before) - 1 :] if raw.startswith(before) else quote(scope["path"]).encode()
    scope["headers"] = [
        *(header for header in scope["headers"] if header[0] != HEADER),
        (HEADER, name.encode("latin-1", "replace")),
    ]
    scope[FIELDS] = dict(scope["headers"])
    return True
