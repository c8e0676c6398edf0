"""Paths that are documented with a query (`/rest?method=echo`): what OpenAPI does not know, and documents have.

The router takes such a path for a path like others; here a request is given the one that its query means.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote, unquote

from mock_server.layers import FIELDS, App, Receive, Scope, Send

if TYPE_CHECKING:
    from mock_server.table import Table

Pair = tuple[str, str | None]
"""A name of the query and its documented value; None where the value is a parameter."""


def with_query_paths(app: App, table: Table) -> App:
    """The app, with documented queries looked for; the app itself where there are none."""
    queries = {place.path.partition("?")[2] for place in table.places if "?" in place.path}
    if not queries:
        return app
    wanted = sorted(map(_pairs, queries), key=len, reverse=True)

    async def moved(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["query_string"]:
            scope = _moved(scope, table, wanted)
        await app(scope, receive, send)

    return moved


def _pairs(query: str) -> list[Pair]:
    parts = (part.partition("=") for part in query.split("&"))
    return [(name, None if value.startswith("{") else value) for name, _, value in parts]


def _moved(scope: Scope, table: Table, wanted: Iterable[list[Pair]]) -> Scope:
    asked = dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True))
    router = table.router(scope[FIELDS].get(b"host"))
    for pairs in wanted:
        if all(name in asked and (value is None or unquote(value) == asked[name]) for name, value in pairs):
            query = "&".join(f"{name}={quote(asked[name]) if value is None else value}" for name, value in pairs)
            path = f"{scope['path']}?{query}"
            if router.find(path) is not None:
                return {**scope, "path": path, "raw_path": None}
    return scope
