"""Records in a database, which several processes add to and claim from."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, and_, exists, func, insert, or_, select, update

from mock_server.simulation.store import LIMIT
from mock_server.stores import statements
from mock_server.stores.records import LANE
from mock_server.stores.tables import records, short

if TYPE_CHECKING:
    from mock_server.stores.database import Database
    from mock_server.stores.records import Claimed, Record

_r = records.c
_older = records.alias("older")
_NUMBERS = "records"
"""What the counter of a topic's records counts."""


class SqlRecords:
    """The records of one topic in a database; see `Records`."""

    def __init__(self, database: Database, topic: str, limit: int = LIMIT) -> None:
        self._database, self._topic, self._limit = database, short(topic), limit
        self._counting = statements.counting(database.dialect)

    @property
    def last(self) -> int:
        """The number that was given last; 0 where none was."""
        with self._reading() as connection:
            return connection.execute(statements.COUNT, {"of_store": self._topic, "of_what": _NUMBERS}).scalar() or 0

    def __len__(self) -> int:
        with self._reading() as connection:
            return connection.execute(select(func.count()).where(_r.topic == self._topic)).scalar_one()

    def add(self, record: Record, *, group: str = "", due: float | None = None) -> int:
        """Keep a record; gives its number."""
        row = {"topic": self._topic, "of_group": short(group), "due": due, "free_at": 0.0, "record": _written(record)}
        counter = {"store": self._topic, "what": _NUMBERS, "name": "", "full_name": '""', "value": 1, "step": 1}
        with self._writing() as connection:
            number: int = connection.execute(self._counting, counter).scalar_one()
            connection.execute(insert(records), {**row, "number": number})
            if number > self._limit:
                self._forget(connection, number)
        return number

    def _forget(self, connection: Connection, added: int) -> None:
        """Make room where there are too many: forget the oldest that are not due, else the oldest."""
        mine = _r.topic == self._topic
        newest = select(_r.number).where(mine).order_by(_r.number.desc())
        last = connection.execute(newest.offset(self._limit).limit(1)).scalar()
        if (
            last is None
            or connection.execute(records.delete().where(mine, _r.number <= last, _r.due.is_(None))).rowcount
        ):
            return
        settled = select(func.min(_r.number)).where(mine, _r.due.is_(None), _r.number < added).scalar_subquery()
        if not connection.execute(records.delete().where(mine, _r.number == settled)).rowcount:
            connection.execute(records.delete().where(mine, _r.number <= last))

    def get(self, number: int) -> Record | None:
        """The record of a number, or None."""
        with self._reading() as connection:
            text = connection.execute(select(_r.record).where(self._is(number))).scalar()
        return None if text is None else json.loads(text)

    def all(self, after: int = 0, limit: int = LIMIT) -> Claimed:
        """The records with a number above `after`, oldest first."""
        chosen = select(_r.number, _r.record).where(_r.topic == self._topic, _r.number > after)
        with self._reading() as connection:
            return _loaded(connection.execute(chosen.order_by(_r.number).limit(limit)).all())

    def replace(self, number: int, record: Record, *, due: float | None = None) -> bool:
        """Put a record in place of another, due at `due` or no more; whether there was one."""
        changed = update(records).where(self._is(number)).values(record=_written(record), due=due, free_at=0.0)
        with self._writing() as connection:
            return bool(connection.execute(changed).rowcount)

    def claim(self, now: float, seconds: float, most: int = 1, busy: Collection[str] = ()) -> Claimed:
        """Records that are due at `now`; nobody else is given them for `seconds`, or until they are replaced."""
        waits = exists().where(
            _older.c.topic == _r.topic,
            _older.c.of_group == _r.of_group,
            _older.c.due.is_not(None),
            _older.c.number < _r.number,
        )
        may_begin = or_(_r.of_group == "", ~waits)
        others = (~_r.record.contains(_written({LANE: name})[1:-1], autoescape=True) for name in sorted(busy))
        due = and_(_r.topic == self._topic, _r.due <= now, _r.free_at <= now, *others, may_begin)
        with self._writing() as connection:
            chosen = select(_r.number, _r.record).where(due).order_by(_r.number).limit(most)
            claimed = _loaded(connection.execute(chosen).all())
            if claimed:
                mine = _r.number.in_([number for number, _ in claimed])
                connection.execute(update(records).where(_r.topic == self._topic, mine).values(free_at=now + seconds))
        return claimed

    def remove(self, number: int) -> bool:
        """Forget a record; whether there was one."""
        with self._writing() as connection:
            return bool(connection.execute(records.delete().where(self._is(number))).rowcount)

    def clear(self) -> None:
        """Forget all records of the topic."""
        with self._writing() as connection:
            connection.execute(records.delete().where(_r.topic == self._topic))

    def _is(self, number: int) -> Any:
        return and_(_r.topic == self._topic, _r.number == number)

    def _reading(self) -> AbstractContextManager[Connection]:
        return self._database.transaction(self._scope, writing=False)

    def _writing(self) -> AbstractContextManager[Connection]:
        return self._database.transaction(self._scope, writing=True)

    @property
    def _scope(self) -> str:
        return f"records {self._topic}"


def _written(record: Record) -> str:
    return json.dumps(record, separators=(",", ":"), default=dict)


def _loaded(rows: Sequence[Row[int, str]]) -> Claimed:
    return [(row.number, json.loads(row.record)) for row in rows]
