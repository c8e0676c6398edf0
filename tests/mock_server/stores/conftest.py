"""The places in which stores are tested: memory, an SQLite file, PostgreSQL where there is one."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from mock_server.stores import Stores, open_stores

POSTGRES = "UNDERSTUDY_TEST_POSTGRES"


def store_url(place: str, folder: Path) -> Iterator[str | None]:
    """The URL of a place with nothing in it; what a test leaves there is removed."""
    if place == "memory":
        yield None
        return
    sqlalchemy = pytest.importorskip("sqlalchemy", reason="the extra 'sql' is not installed")
    if place == "sqlite":
        yield f"sqlite:///{folder / 'store.db'}"
        return
    given = os.environ.get(POSTGRES)
    if not given:
        if os.environ.get("CI") == "true":
            pytest.fail(f"{POSTGRES} has to name a PostgreSQL database here: postgresql://user@host/database")
        pytest.skip(f"{POSTGRES} names no PostgreSQL database")
    schema = f"understudy_{uuid.uuid4().hex[:12]}"
    url = sqlalchemy.make_url(given).set(drivername="postgresql+psycopg")
    engine = sqlalchemy.create_engine(url)
    with engine.begin() as connection:
        connection.execute(sqlalchemy.text(f"CREATE SCHEMA {schema}"))
    try:
        yield url.update_query_dict({"options": f"-c search_path={schema}"}).render_as_string(hide_password=False)
    finally:
        with engine.begin() as connection:
            connection.execute(sqlalchemy.text(f"DROP SCHEMA {schema} CASCADE"))
        engine.dispose()


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str | None]:
    yield from store_url(request.param, tmp_path)


@pytest.fixture(params=["sqlite", "postgresql"])
def shared_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str | None]:
    yield from store_url(request.param, tmp_path)


@pytest.fixture
def stores(url: str | None) -> Iterator[Stores]:
    opened = open_stores(url)
    yield opened
    opened.close()
