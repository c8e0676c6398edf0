"""A request as the mock reads it: what came over the socket, and what it was found to mean."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mock_server.layers import FIELDS, RAW

Json = Any

_NONE: Mapping[str, Mapping[str, Json]] = {}


class Request:
    """One request. `fields` are its headers by name in lower case (of several of one name, joined as HTTP says).

    `raw` are all bytes of the request as they came, None where they did not come at once; `body` are those of its body.
    `parameters` (by location and name) and `value` (of the body) are set when the request was read; `value` is None as
    well where there is no body, so `has_value` tells.
    """

    __slots__ = (
        "body",
        "fields",
        "has_value",
        "headers",
        "method",
        "parameters",
        "path_values",
        "query",
        "raw",
        "started",
        "value",
    )

    def __init__(self, scope: Mapping[str, Any], path_values: Mapping[str, str], started: float) -> None:
        self.method: str = scope["method"]
        self.query: bytes = scope["query_string"]
        self.headers: list[tuple[bytes, bytes]] = scope["headers"]
        self.path_values = path_values
        self.started = started
        self.raw: bytes | None = scope.get(RAW)
        self.body = b""
        self.value: Json = None
        self.has_value = False
        self.parameters = _NONE
        self.fields: dict[bytes, bytes] = scope[FIELDS] if FIELDS in scope else dict(self.headers)
        if len(self.fields) != len(self.headers):
            self._join()

    def _join(self) -> None:
        joined: dict[bytes, bytes] = {}
        for name, value in self.headers:
            separator = b"; " if name == b"cookie" else b", "
            joined[name] = joined[name] + separator + value if name in joined else value
        self.fields = joined
