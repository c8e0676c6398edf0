"""A database as stores use it: transactions, one at a time for those who change the same thing."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2b
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError

from mock_server.refusals import Refusal
from mock_server.simulation.store import WritingRefused
from mock_server.stores.errors import StoreError
from mock_server.stores.tables import metadata

PATIENCE = 20
"""Seconds for which a transaction waits for others before it gives up."""

_DRIVERS = {"sqlite": "sqlite+pysqlite", "postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}


class Running:
    """A transaction that is going on in this thread."""

    __slots__ = ("connection", "locked", "writing")

    def __init__(self, connection: Connection, *, writing: bool) -> None:
        self.connection, self.writing = connection, writing
        self.locked: set[str] = set()


class Database:
    """An SQLite file or a PostgreSQL database. Raises StoreError where it cannot be opened."""

    def __init__(self, url: str) -> None:
        parsed = _parsed(url)
        self.name = make_url(url).set(query={}).render_as_string(hide_password=True)  # a password may be in the query
        self.dialect = parsed.get_backend_name()
        self._is_sqlite = self.dialect == "sqlite"
        self._local = threading.local()
        try:
            self._engine = _sqlite(parsed) if self._is_sqlite else _postgresql(parsed)
            reading = {} if self._is_sqlite else {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
            self._engines = {
                True: self._engine.execution_options(writing=True),
                False: self._engine.execution_options(writing=False, **reading),
            }
            with self._begun("tables", writing=True) as running:
                metadata.create_all(running.connection)
        except ModuleNotFoundError as missing:
            raise StoreError(f"This store needs {missing.name}: pip install 'understudy[postgres]'.") from None
        except SQLAlchemyError as fault:
            raise StoreError(f"The store {self.name} cannot be used: {_told(fault)}.") from None

    @property
    def running(self) -> Running | None:
        """The transaction of this thread, if one is going on."""
        return getattr(self._local, "running", None)

    @contextmanager
    def transaction(self, scope: str, *, writing: bool) -> Iterator[Connection]:
        """A transaction; within another, it is a part of that one. Of all processes one at a time writes to a scope.

        Raises WritingRefused within one for reading, and Refusal `unavailable` where the database fails.
        """
        running = self.running
        if running is not None:
            if writing and not running.writing:
                raise WritingRefused
            if writing:
                self._lock(running, scope)
            yield running.connection
            return
        try:
            with self._begun(scope, writing=writing) as begun:
                self._local.running = begun
                try:
                    yield begun.connection
                finally:
                    self._local.running = None
        except DBAPIError as fault:
            message = f"The mock's store does not answer as it has to: {_told(fault)}."
            raise Refusal("unavailable", message, headers=[(b"retry-after", b"1")]) from fault

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    @contextmanager
    def _begun(self, scope: str, *, writing: bool) -> Iterator[Running]:
        with self._engines[writing].begin() as connection:
            running = Running(connection, writing=writing)
            if writing:
                self._lock(running, scope)
            yield running

    def _lock(self, running: Running, scope: str) -> None:
        if self._is_sqlite or scope in running.locked:  # SQLite has one lock for all, taken where writing begins
            return
        number = int.from_bytes(blake2b(f"understudy {scope}".encode(), digest_size=8).digest(), "big", signed=True)
        running.connection.execute(_LOCK, {"number": number})
        running.locked.add(scope)


_LOCK = text("SELECT pg_advisory_xact_lock(:number)")


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError:
        parsed = None
    driver = _DRIVERS.get(parsed.get_backend_name()) if parsed is not None else None
    if parsed is None or driver is None:
        raise StoreError(
            "--store takes a URL: sqlite:///file.db for a file, postgresql://user@host:5432/database for PostgreSQL."
        )
    if driver.startswith("sqlite") and parsed.database in {None, "", ":memory:"}:
        raise StoreError("An SQLite store needs a file: --store sqlite:///file.db. Without --store, memory is used.")
    return parsed.set(drivername=driver)


def _sqlite(url: URL) -> Engine:
    engine = create_engine(url, connect_args={"timeout": PATIENCE})

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # transactions are begun below, not by the driver
        _in_wal_mode(connection)
        connection.execute("PRAGMA synchronous=NORMAL")  # what was committed outlives the process; see WAL

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writing = connection.get_execution_options().get("writing", True)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

    return engine


def _in_wal_mode(connection: Any) -> None:
    """Let readers read while one writes. SQLite does not wait by itself for others that do the same now."""
    import sqlite3

    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as fault:
            if "locked" not in str(fault) or time.monotonic() > deadline:
                raise
            time.sleep(0.02)
        else:
            return


def _postgresql(url: URL) -> Engine:
    options = f"-c lock_timeout={PATIENCE}s -c statement_timeout={PATIENCE}s"
    given = url.query.get("options")
    if isinstance(given, str):
        options = f"{options} {given}"
    return create_engine(url, pool_pre_ping=True, connect_args={"options": options, "connect_timeout": 5})


def _told(fault: SQLAlchemyError) -> str:
    reason = fault.orig if isinstance(fault, DBAPIError) and fault.orig is not None else fault
    lines = str(reason).strip().splitlines()
    return lines[0].rstrip(".") if lines else type(reason).__name__
