"""The documented operations that are measured, each with its request and its answer as the fixtures have them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import specs

MEASURED = (
    ("driver_interviews", "create_interview"),
    ("driver_interviews", "update_interview"),
    ("jobhive", "update_interview"),
)
"""API and fixture of each measured exchange."""

LEFT_TO_THE_CLIENT = {"host", "content-length", "connection"}


@dataclass(frozen=True, slots=True)
class Exchange:
    """One documented exchange, ready to be sent and answered.

    `template` is the path with the server's base path. `numbered` says that the path's last parameter is an integer.
    `schema` is that of the request body, a JSON Schema complete in itself. `answer` is compact JSON.
    """

    api: str
    operation: str
    method: str
    path: str
    template: str
    numbered: bool
    headers: Mapping[str, str]
    body: bytes
    schema: Mapping[str, Any]
    status: int
    answer: bytes
    answer_type: str
    answer_headers: Mapping[str, str]

    @property
    def request(self) -> bytes:
        """The request as it goes over the wire."""
        return http_request(self.method, self.path, self.headers, self.body)


def http_request(method: str, path: str, headers: Mapping[str, str], body: bytes = b"") -> bytes:
    """An HTTP/1.1 request with keep-alive."""
    kept = [f"{name}: {value}" for name, value in headers.items() if name.lower() not in LEFT_TO_THE_CLIENT]
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", *kept, f"Content-Length: {len(body)}", "", ""]
    return "\r\n".join(lines).encode("latin-1") + body


def documented_exchanges() -> tuple[Exchange, ...]:
    """The measured exchanges, in the order of MEASURED."""
    apis = {name: specs.load(name) for name, _ in MEASURED}
    return tuple(_exchange(apis[name], fixture) for name, fixture in MEASURED)


def _exchange(api: specs.Api, name: str) -> Exchange:
    fixture = next(fixture for fixture in api.fixtures if fixture.name == name)
    operation = api.by_id[fixture.operation]
    assert fixture.request is not None
    assert operation.body is not None
    assert operation.success is not None
    media, answer = operation.body.content[0], operation.success.content[0]
    return Exchange(
        api=api.name,
        operation=operation.id,
        method=operation.method.upper(),
        path=fixture.request.path,
        template=operation.full_path,
        numbered=any(_is_integer(api, parameter) for parameter in operation.parameters),
        headers=fixture.request.headers,
        body=_compact(fixture.request.body),
        schema={**_self_contained(api), **(media.schema or {})},
        status=fixture.response.status or int(operation.success.status),
        answer=_compact(fixture.response.body),
        answer_type=answer.name,
        answer_headers=fixture.response.headers,
    )


def _is_integer(api: specs.Api, parameter: specs.Parameter) -> bool:
    schema = api.resolve(parameter.schema)
    return isinstance(schema, Mapping) and schema.get("type") == "integer"


def _self_contained(api: specs.Api) -> dict[str, Any]:
    return {"components": api.document.get("components", {})}


def _compact(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()
