"""Stores in a database: an SQLite file or PostgreSQL, by SQLAlchemy."""

from __future__ import annotations

import random
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from sqlalchemy import select, text

from mock_server.journal.exchanges import SharedExchanges
from mock_server.refusals import Refusal
from mock_server.simulation.chance import Chance
from mock_server.simulation.store import LIMIT
from mock_server.stores.database import Database
from mock_server.stores.errors import StoreError
from mock_server.stores.sql_records import SqlRecords
from mock_server.stores.sql_store import NOTED, SqlStore
from mock_server.stores.tables import counters, records, resources, short, stores

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mock_server.journal.exchanges import Exchanges
    from mock_server.journal.kept import Find
    from mock_server.simulation.store import Snapshot, Store
    from mock_server.stores.records import Records


class SharedChance(Chance):
    """Ids that are made from a seed and from numbers of which each is drawn once, whichever process draws it."""

    def __init__(self, seed: int, store: SqlStore) -> None:
        super().__init__(seed)
        self._seed, self._store = seed, store

    def uuid(self) -> str:
        """A random UUID (version 4)."""
        self._draw()
        return super().uuid()

    def text(self, pattern: str) -> str:
        """A text of the pattern, in which `{12}` stands for 12 random letters and digits."""
        self._draw()
        return super().text(pattern)

    def _draw(self) -> None:
        self._random = random.Random(f"{self._seed} {self._store.draw()}")  # noqa: S311  (ids of a mock are no secrets)


class SqlStores:
    """Opens the stores of one database. Raises StoreError where it cannot be used."""

    shared = True

    def __init__(self, url: str) -> None:
        self._database = Database(url)
        self.thread = ThreadPoolExecutor(1, thread_name_prefix="store")

    def open(self, name: str, seed: Snapshot, limit: int = LIMIT) -> SqlStore:
        """The store of this name: as it was left, or, where nothing is kept under this name, begun from `seed`."""
        try:
            return SqlStore(self._database, name, seed, limit)
        except Refusal as refusal:
            raise StoreError(refusal.message) from None

    def chance(self, store: Store, seed: int) -> Chance:
        """A source of ids for the resources of a store; no process is given one that another was given."""
        return SharedChance(seed, store) if isinstance(store, SqlStore) else Chance(seed)

    def records(self, topic: str, limit: int = LIMIT) -> Records:
        """The records of a topic, of which the newest `limit` are kept."""
        return SqlRecords(self._database, topic, limit)

    def exchanges(self, world: str, limit: int, most: int, find: Find) -> Exchanges:  # noqa: ARG002
        """The exchanges of a world's journal, of which the newest `limit` are kept."""
        return SharedExchanges(self.records(f"{world}/@journal", limit), find)

    def drop(self, world: str) -> None:
        """Forget the stores and the records whose names begin with `<world>/`. Those that are in use begin again."""
        with self._database.transaction(short(world), writing=True) as connection:
            for column in (resources.c.store, counters.c.store, stores.c.store, records.c.topic):
                mine = column.startswith(f"{short(world)}/", autoescape=True)
                connection.execute(column.table.delete().where(mine))

    def worlds(self) -> Mapping[str, float]:
        """The worlds of which something is kept, with the time at which each was used, as it was noted last."""
        last: dict[str, float] = {}
        with self._database.transaction("worlds", writing=False) as connection:
            for store, used in connection.execute(select(stores.c.store, stores.c.used)):
                world = store.partition("/")[0]
                last[world] = max(used, last.get(world, 0.0))
        return last

    def sweep(self, age: float, spared: str) -> None:
        """Drop the worlds that nobody has used for `age` seconds, but never the one that is `spared`."""
        long_ago = time.time() - age - NOTED
        for world, used in self.worlds().items():
            if used < long_ago and world != short(spared):
                self.drop(world)

    def check(self) -> None:
        """Raise StoreError where the database does not answer now."""
        try:
            with self._database.transaction("", writing=False) as connection:
                connection.execute(text("SELECT 1"))
        except Refusal as refusal:
            raise StoreError(refusal.message) from None

    def close(self) -> None:
        """Close all connections, when what is going on has ended; what is kept stays."""
        self.thread.shutdown()
        self._database.close()
