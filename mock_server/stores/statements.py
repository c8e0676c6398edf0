"""What stores ask of a database; compiled once, the same for SQLite and PostgreSQL."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Delete, Insert, Select, Update, bindparam, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql import ColumnElement

from mock_server.stores.tables import counters, resources, stores

_r, _c = resources.c, counters.c


def _of_kind() -> ColumnElement[bool]:
    return (_r.store == bindparam("of_store")) & (_r.kind == bindparam("of_kind"))


def _one() -> ColumnElement[bool]:
    return _of_kind() & (_r.key == bindparam("of_key"))


GET: Select[Any] = select(_r.resource).where(_one())
CHANGE: Update = resources.update().where(_one()).values(resource=bindparam("changed"))
KEEP: Insert = resources.insert()
DELETE: Delete = resources.delete().where(_one())
ALL: Select[Any] = select(_r.resource).where(_of_kind()).order_by(_r.place)
SIZE: Select[Any] = select(func.count()).select_from(resources).where(_of_kind())

OLDEST: Select[Any] = (
    select(_r.place)
    .where(_of_kind(), _r.seeded.is_(False), _r.key != bindparam("of_key"))
    .order_by(_r.place)
    .limit(bindparam("most"))
)
"""Resources that make room for another: those that were not in the seed, the oldest first."""

EVERYTHING: Select[Any] = select(_r.names, _r.resource).where(_r.store == bindparam("of_store")).order_by(_r.place)
COUNTED: Select[Any] = select(_c.what, _c.full_name, _c.value).where(_c.store == bindparam("of_store"))


COUNT: Select[Any] = select(_c.value).where(_c.store == bindparam("of_store"), _c.what == bindparam("of_what"))


def counting(dialect: str) -> Insert:
    """Add `step` to a counter that begins with `value`; gives what it is then."""
    statement = (postgresql if dialect == "postgresql" else sqlite).insert(counters)
    statement = statement.values(
        store=bindparam("store"),
        what=bindparam("what"),
        name=bindparam("name"),
        full_name=bindparam("full_name"),
        value=bindparam("value"),
    )
    changed = {"value": counters.c.value + bindparam("step")}
    counted: Insert = statement.on_conflict_do_update(
        index_elements=[_c.store, _c.what, _c.name], set_=changed
    ).returning(counters.c.value)
    return counted


USED: Select[Any] = select(stores.c.used).where(stores.c.store == bindparam("of_store"))
BEGIN: Insert = stores.insert()
USE: Update = stores.update().where(stores.c.store == bindparam("of_store")).values(used=bindparam("now"))
