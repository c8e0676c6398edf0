"""The tables of a store in a database. Names and ids are kept as `short` writes them."""

from __future__ import annotations

import json
from hashlib import sha256

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

_LONGEST = 200
_Number = BigInteger().with_variant(Integer, "sqlite")

metadata = MetaData()

stores = Table(
    "understudy_stores",
    metadata,
    Column("store", String, primary_key=True),
    Column("used", Double, nullable=False),  # seconds since 1970
)

resources = Table(
    "understudy_resources",
    metadata,
    Column("place", _Number, primary_key=True),
    Column("store", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("key", String, nullable=False),
    Column("names", Text, nullable=False),  # the kind and the id as they are, as JSON
    Column("seeded", Boolean, nullable=False),
    Column("resource", Text, nullable=False),  # as JSON, members in their order
    UniqueConstraint("store", "kind", "key"),
)

counters = Table(
    "understudy_counters",
    metadata,
    Column("store", String, primary_key=True),
    Column("what", String, primary_key=True),
    Column("name", String, primary_key=True),
    Column("full_name", Text, nullable=False),
    Column("value", BigInteger, nullable=False),
)

records = Table(
    "understudy_records",
    metadata,
    Column("topic", String, primary_key=True),
    Column("number", BigInteger, primary_key=True),
    Column("of_group", String, nullable=False),
    Column("due", Double),
    Column("free_at", Double, nullable=False),
    Column("record", Text, nullable=False),
)


def short(text: str) -> str:
    """A text as every database can hold and index it: in ASCII, without NUL, and never long."""
    escaped = json.dumps(text)[1:-1]
    if len(escaped) <= _LONGEST:
        return escaped
    return f"{escaped[:_LONGEST]}~{sha256(escaped.encode()).hexdigest()}"
