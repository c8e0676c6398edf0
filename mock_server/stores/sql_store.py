"""The state of one API in a database."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from mock_server.simulation.store import LIMIT, Resource, WritingRefused, as_text
from mock_server.stores import statements
from mock_server.stores.tables import counters, resources, short

if TYPE_CHECKING:
    from mock_server.simulation.store import Snapshot
    from mock_server.stores.database import Database

Json = Any

NOTED = 60.0
"""After how many seconds it is noted again that a store is used."""

_BLOCK = 1000
"""How many numbers a process draws at once."""


class SqlStore:
    """A store in a database, which other processes change, too. Holds at most `limit` resources of a kind.

    Past the limit the oldest resource that was not in the seed makes room for the new one. What is done outside of a
    transaction is a transaction of its own.
    """

    shared = True

    def __init__(self, database: Database, name: str, seed: Snapshot, limit: int = LIMIT) -> None:
        """Go on with what is kept under this name, or begin from `seed`."""
        self.name = name
        self._database, self._seed, self._limit = database, seed, limit
        self._store = short(name)
        self._counting = statements.counting(database.dialect)
        self._drawn, self._drawable = 0, 0
        with self.transaction():
            """It is there now."""

    @contextmanager
    def transaction(self, *, writing: bool = True) -> Iterator[Connection]:
        """All that is done within is done together, while nobody else changes the store; see `Store`."""
        if self._drawable - self._drawn < _BLOCK // 2 and self._database.running is None:
            self._draw_block()  # before it: the numbers must not be given back where the transaction fails
        with self._database.transaction(self._store, writing=writing) as connection:
            self._attend(connection, writing=writing)
            yield connection

    def get(self, kind: str, identity: Json) -> Resource | None:
        """The resource of this kind and id, or None."""
        with self._reading() as connection:
            return _loaded(connection.execute(statements.GET, self._where(kind, identity)).scalar())

    def put(self, kind: str, identity: Json, resource: Resource) -> None:
        """Keep a resource, in place of one with the same id."""
        where, written = self._where(kind, identity), _written(resource)
        with self._writing() as connection:
            if connection.execute(statements.CHANGE, {**where, "changed": written}).rowcount:
                return
            row = self._row(kind, as_text(identity), resource, seeded=False)
            connection.execute(statements.KEEP, row)
            size = connection.execute(statements.SIZE, where).scalar_one()
            if size > self._limit:
                oldest = connection.execute(statements.OLDEST, {**where, "most": size - self._limit}).scalars().all()
                connection.execute(resources.delete().where(resources.c.place.in_(oldest)))

    def delete(self, kind: str, identity: Json) -> bool:
        """Forget a resource; whether there was one."""
        with self._writing() as connection:
            return bool(connection.execute(statements.DELETE, self._where(kind, identity)).rowcount)

    def all(self, kind: str) -> list[Resource]:
        """All resources of a kind, in the order in which they were first put."""
        with self._reading() as connection:
            found = connection.execute(statements.ALL, {"of_store": self._store, "of_kind": short(kind)})
            return [json.loads(text) for text in found.scalars()]

    def next_number(self, kind: str, first: int = 1) -> int:
        """The next free number of a kind that counts its ids, from `first`; never the same twice."""
        with self._writing() as connection:
            while True:
                number = self._count(connection, "number", kind, first + 1) - 1
                if connection.execute(statements.GET, self._where(kind, number)).first() is None:
                    return number

    def count(self, sequence: str) -> int:
        """1 at the first call for this sequence, then 2, and so on."""
        with self._writing() as connection:
            return self._count(connection, "count", sequence, 1)

    def weigh(self, length: int) -> None:
        """Nothing to do: what is in a database is not in memory."""

    def draw(self) -> int:
        """A number that no process was or will be given again."""
        if self._drawn == self._drawable:
            if self._database.running is not None:
                with self._writing() as connection:
                    return self._count(connection, "draw", "", 1)
            self._draw_block()
        self._drawn += 1
        return self._drawn

    def snapshot(self) -> Snapshot:
        """All that is kept. What is changed afterwards does not show in it."""
        kinds: dict[str, dict[str, Json]] = {}
        counted: dict[str, dict[str, int]] = {"number": {}, "count": {}, "draw": {}}
        with self._reading() as connection:
            for names, resource in connection.execute(statements.EVERYTHING, {"of_store": self._store}):
                kind, key = json.loads(names)
                kinds.setdefault(kind, {})[key] = json.loads(resource)
            for what, name, value in connection.execute(statements.COUNTED, {"of_store": self._store}):
                counted[what][json.loads(name)] = value
        return {"resources": kinds, "next_id": counted["number"], "counts": counted["count"]}

    def restore(self, snapshot: Snapshot) -> None:
        """Keep what a snapshot holds, and nothing else."""
        with self._writing() as connection:
            self._refill(connection, snapshot)

    def reset(self) -> None:
        """Begin again from the seed state."""
        self.restore(self._seed)

    def _attend(self, connection: Connection, *, writing: bool) -> None:
        """Begin the store where somebody has dropped it, and note now and then that it is used."""
        used, now = connection.execute(statements.USED, {"of_store": self._store}).scalar(), time.time()
        if used is not None and abs(now - used) < NOTED:
            return
        if not writing:
            raise WritingRefused(always=False)
        if used is None:
            connection.execute(statements.BEGIN, {"store": self._store, "used": now})
            self._refill(connection, self._seed)
        else:
            connection.execute(statements.USE, {"of_store": self._store, "now": now})

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        if self._database.running is not None:
            with self._database.transaction(self._store, writing=False) as connection:
                yield connection
            return
        with ExitStack() as stack:
            try:
                connection = stack.enter_context(self.transaction(writing=False))
            except WritingRefused:
                connection = stack.enter_context(self.transaction(writing=True))
            yield connection

    def _writing(self) -> AbstractContextManager[Connection]:
        running = self._database.running is not None
        return self._database.transaction(self._store, writing=True) if running else self.transaction()

    def _draw_block(self) -> None:
        with self._database.transaction(self._store, writing=True) as connection:
            self._drawable = self._count(connection, "draw", "", _BLOCK, _BLOCK)
        self._drawn = self._drawable - _BLOCK

    def _count(self, connection: Connection, what: str, name: str, value: int, step: int = 1) -> int:
        row = {"store": self._store, "what": what, "name": short(name), "full_name": json.dumps(name)}
        counted = connection.execute(self._counting, {**row, "value": value, "step": step}).scalar_one()
        return int(counted)

    def _refill(self, connection: Connection, snapshot: Snapshot) -> None:
        connection.execute(resources.delete().where(resources.c.store == self._store))
        mine = (counters.c.store == self._store) & (counters.c.what != "draw")
        connection.execute(counters.delete().where(mine))
        first = self._seed["resources"]
        rows = [
            self._row(kind, key, resource, seeded=key in first.get(kind, {}))
            for kind, kept in snapshot["resources"].items()
            for key, resource in kept.items()
        ]
        if rows:
            connection.execute(statements.KEEP, rows)
        for what, counts in (("number", snapshot["next_id"]), ("count", snapshot["counts"])):
            for name, value in counts.items():
                self._count(connection, what, name, value)

    def _where(self, kind: str, identity: Json) -> dict[str, str]:
        return {"of_store": self._store, "of_kind": short(kind), "of_key": short(as_text(identity))}

    def _row(self, kind: str, key: str, resource: Resource, *, seeded: bool) -> Mapping[str, Json]:
        named = {"store": self._store, "kind": short(kind), "key": short(key), "names": json.dumps([kind, key])}
        return {**named, "seeded": seeded, "resource": _written(resource)}


def _written(resource: Resource) -> str:
    return json.dumps(resource, separators=(",", ":"), default=dict)


def _loaded(text: str | None) -> Resource | None:
    if text is None:
        return None
    resource: Resource = json.loads(text)
    return resource
