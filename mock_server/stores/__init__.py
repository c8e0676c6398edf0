"""Where states are kept: in this process's memory, in an SQLite file, in PostgreSQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from mock_server.simulation.store import LIMIT
from mock_server.stores.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from concurrent.futures import Executor

    from mock_server.journal.exchanges import Exchanges
    from mock_server.journal.kept import Find
    from mock_server.simulation.chance import Chance
    from mock_server.simulation.store import Snapshot, Store
    from mock_server.stores.records import Records


class Stores(Protocol):
    """Opens the stores of one place. Names of stores are `<world>/<api>`, topics of records begin with `<world>/`."""

    @property
    def shared(self) -> bool:
        """Whether several processes can use these stores at once."""
        ...

    @property
    def thread(self) -> Executor | None:
        """The one thread in which requests use these stores, where using them takes long enough to be waited for."""
        ...

    def open(self, name: str, seed: Snapshot, limit: int = LIMIT) -> Store:
        """The store of this name: as it was left, or, where nothing is kept under this name, begun from `seed`.

        It holds at most `limit` resources of a kind. Raises StoreError.
        """
        ...

    def chance(self, store: Store, seed: int) -> Chance:
        """A source of ids for the resources of a store; no process is given one that another was given."""
        ...

    def records(self, topic: str, limit: int = LIMIT) -> Records:
        """The records of a topic, of which the newest `limit` are kept."""
        ...

    def exchanges(self, world: str, limit: int, most: int, find: Find) -> Exchanges:
        """The exchanges of a world's journal: the newest `limit`, in memory no more than `most` bytes of them.

        `find` finds an API and its operation by their names.
        """
        ...

    def worlds(self) -> Mapping[str, float]:
        """The worlds of which something is kept for all processes, each with the time at which it was used.

        In seconds since 1970, as was noted last: that is done once in a minute.
        """
        ...

    def drop(self, world: str) -> None:
        """Forget the stores and the records whose names begin with `<world>/`."""
        ...

    def sweep(self, age: float, spared: str) -> None:
        """Drop the worlds that nobody has used for `age` seconds, but never the one that is `spared`."""
        ...

    def check(self) -> None:
        """Raise StoreError where the stores cannot be used now."""
        ...

    def close(self) -> None:
        """Let go of files and connections."""
        ...


def open_stores(url: str | None = None) -> Stores:
    """The stores at a URL, `sqlite:///file.db` or `postgresql://user@host/database`; in memory where there is none.

    Raises StoreError.
    """
    if url is None:
        from mock_server.stores.memory import MemoryStores

        return MemoryStores()
    try:
        from mock_server.stores.sql import SqlStores
    except ModuleNotFoundError as missing:
        if missing.name != "sqlalchemy":
            raise
        raise StoreError("--store needs SQLAlchemy: pip install 'understudy[sql]'.") from None
    return SqlStores(url)


__all__ = ["StoreError", "Stores", "open_stores"]
