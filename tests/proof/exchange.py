"""What passes between a client and a target, as values that a layer can look at and change."""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final
from urllib.parse import quote, unquote

from specs import Api, Operation

Json = Any
NOTHING: Final = object()
"""What stands where nothing stands."""

HeaderList = tuple[tuple[bytes, bytes], ...]


def parsed(body: bytes) -> Json:
    """A body as JSON, NOTHING where it is none."""
    try:
        return json.loads(body)
    except ValueError:
        return NOTHING


def compact(value: Json) -> bytes:
    """A JSON value as the mock writes it: no spaces, UTF-8."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def with_header(headers: HeaderList, name: str, value: str | None) -> HeaderList:
    """The headers with another value of one, in its place; None leaves it out."""
    key = name.lower().encode()
    if value is None:
        return tuple(header for header in headers if header[0].lower() != key)
    if any(header[0].lower() == key for header in headers):
        return tuple((key, value.encode("latin-1")) if header[0].lower() == key else header for header in headers)
    return (*headers, (key, value.encode("latin-1")))


def header_in(headers: HeaderList, name: str) -> str | None:
    """The value of a header, or None."""
    key = name.lower().encode()
    return next((value.decode("latin-1") for known, value in headers if known.lower() == key), None)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request; `operation` is the documented one that it is of (None for none), `values` its path parameters."""

    method: str
    path: str
    query: bytes
    headers: HeaderList
    body: bytes
    operation: Operation | None = None
    values: Mapping[str, str] = field(default_factory=dict)

    @property
    def json(self) -> Json:
        """The body as JSON, or NOTHING."""
        return parsed(self.body)

    def header(self, name: str) -> str | None:
        """The value of a header, or None."""
        return header_in(self.headers, name)

    def with_json(self, value: Json) -> Asked:
        """The request with another body."""
        headers = self.headers
        if self.header("content-type") is None:
            headers = with_header(headers, "content-type", "application/json")
        return replace(self, body=compact(value), headers=headers)

    def with_header(self, name: str, value: str | None) -> Asked:
        """The request with another value of a header."""
        return replace(self, headers=with_header(self.headers, name, value))

    def with_value(self, name: str, value: str) -> Asked:
        """The request with another value of a path parameter."""
        values = {**self.values, name: value}
        template = self.operation.full_path if self.operation else self.path
        path = re.sub(r"\{([^}]+)\}", lambda found: quote(values.get(found[1], ""), safe=""), template)
        return replace(self, path=path, values=values)


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer."""

    status: int
    headers: HeaderList
    body: bytes

    @property
    def json(self) -> Json:
        """The body as JSON, or NOTHING."""
        return parsed(self.body)

    @property
    def succeeded(self) -> bool:
        """Whether its status says so."""
        return 200 <= self.status < 300

    def header(self, name: str) -> str | None:
        """The value of a header, or None."""
        return header_in(self.headers, name)

    def with_body(self, body: bytes) -> Answered:
        """The answer with another body, and the length of that."""
        return replace(self, body=body, headers=with_header(self.headers, "content-length", str(len(body))))

    def with_json(self, value: Json) -> Answered:
        """The answer with another JSON body."""
        return self.with_body(compact(value))

    def with_header(self, name: str, value: str | None) -> Answered:
        """The answer with another value of a header; None leaves it out."""
        return replace(self, headers=with_header(self.headers, name, value))


Ask = Callable[[Asked], Awaitable[Answered]]
Turn = Callable[[Asked, Ask], Awaitable[Answered]]
"""What a layer does with a request: it asks the target behind it as often as it likes, and answers."""


def server_error() -> Answered:
    """The answer of a target that fell over."""
    page = b"<!doctype html><title>500</title>Internal Server Error"
    headers = ((b"content-type", b"text/html; charset=utf-8"), (b"content-length", str(len(page)).encode()))
    return Answered(500, headers, page)


class Routes:
    """Finds the documented operation of a request."""

    def __init__(self, api: Api) -> None:
        self._patterns = [
            (operation.method.upper(), re.compile(_pattern(operation.full_path)), operation)
            for operation in api.operations
        ]

    def named(self, asked: Asked) -> Asked:
        """The request, with its operation and path parameters."""
        for method, pattern, operation in self._patterns:
            if method == asked.method and (found := pattern.fullmatch(asked.path)):
                values = {name[2:]: unquote(value) for name, value in found.groupdict().items()}
                return replace(asked, operation=operation, values=values)
        return asked


def _pattern(template: str) -> str:
    parts = re.split(r"\{([^}]+)\}", template.rstrip("/"))
    return "".join(f"(?P<p_{part}>[^/]+)" if index % 2 else re.escape(part) for index, part in enumerate(parts)) + "/?"
