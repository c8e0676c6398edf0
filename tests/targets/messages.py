"""What goes over the wire: requests and answers as values, JSON in and out, and the calls that are kept as data."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Json = Any


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it came in: header names in lower case, the path unquoted and without its query."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it goes out: header names in lower case, in the order in which they are sent."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def with_headers(self, **changed: str | None) -> Answer:
        """This answer with other headers; underscores stand for hyphens, None takes a header away."""
        given = {name.replace("_", "-"): value for name, value in changed.items()}
        return Answer(self.status, _present({**self.headers, **given}), self.body)


@dataclass(frozen=True, slots=True)
class Call:
    """A request kept as data: the evidence that a fault shows.

    `body` is a JSON value, or the bytes themselves. `headers` override those of an ordinary client; None takes one
    away.
    """

    method: str
    path: str
    body: Json | bytes
    headers: Mapping[str, str | None] = field(default_factory=dict)

    def request(self, token: str, usual: Mapping[str, str]) -> Request:
        """The request that a client with this token and these usual headers makes."""
        ordinary = {"content-type": "application/json", "authorization": f"Bearer {token}", **usual}
        own = {name.lower(): value for name, value in self.headers.items()}
        headers = _present({**ordinary, **own})
        body = self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()
        return Request(self.method, self.path, headers, body)


def _present(headers: Mapping[str, str | None]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if value is not None}


def read_json(body: bytes) -> Json:
    """The JSON value of these bytes. Raises ValueError where they are none, or none that can be written again."""
    try:
        value = json.loads(body.decode("utf-8"))
        json.dumps(value, allow_nan=False, ensure_ascii=False).encode("utf-8")
    except RecursionError:
        raise ValueError("nested too deeply") from None
    return value


def write_json(value: Json, *, pretty: bool = False, ascii_only: bool = False) -> bytes:
    """A JSON value as UTF-8 bytes: without any white space, or over many lines; other letters escaped or not."""
    layout: dict[str, Any] = {"indent": 2} if pretty else {"separators": (",", ":")}
    return json.dumps(value, ensure_ascii=ascii_only, **layout).encode("utf-8")
