"""The headers of a documented response: constants, examples, and those that are computed from the answer."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from mock_server.answers import DECISION, Answer, HeaderList, Headers, compact

if TYPE_CHECKING:
    from mock_server.served import Served
    from specs import Header, MadeHeader, Response

Json = Any
Made = Callable[[bytes, float], bytes]

_NOT_OURS = {"content-type", "content-length", "content-encoding", "transfer-encoding", "trailer"}
_NOT_OURS |= {"connection", "keep-alive", "upgrade", "date"}
"""Headers that the body or the server decides, whatever the document says of them."""


class HeaderMaker:
    """Makes the answers of one response in one media type from their bodies: it adds the headers."""

    def __init__(self, response: Response | None, media_type: str | None, served: Served, decision: str) -> None:
        rules = {name.lower(): header for name, header in served.api.rules.headers.items()}
        shared: HeaderList = [(b"content-type", media_type.encode("latin-1", "replace"))] if media_type else []
        self._made: list[Made] = []
        names: list[bytes] = []
        for header in response.headers if response else ():
            name = header.name.lower()
            if name in _NOT_OURS:
                continue
            encoded = name.encode("latin-1", "replace")
            if name in rules:
                names.append(encoded)
                self._made.append(_compile_made(rules[name], served))
            elif (value := _value(header, served)) is not None:
                shared.append((encoded, _one_line(value)))
        self._own = b"".join([b"%b: %%b\r\n" % name.replace(b"%", b"%%") for name in names]) + b"content-length: %d\r\n"
        self._shared = Headers([*shared, (DECISION, decision.encode("latin-1", "replace"))])

    def answer(self, status: int, body: bytes, started: float, wait: float = 0.0) -> Answer:
        """The answer with this body; `started` is the `perf_counter` time of the request's arrival."""
        own = self._own % (*[make(body, started) for make in self._made], len(body))
        return Answer(status, self._shared, own, body, wait)


def _compile_made(header: MadeHeader, served: Served) -> Made:
    made = header.made
    if made == "uuid":
        chance = served.chance
        return lambda _body, _started: chance.uuid().encode()
    if made == "seconds":
        return lambda _body, started: b"%.6f" % (time.perf_counter() - started)
    if isinstance(made, Mapping) and made.get("digest_of") == "body":
        return _compile_digest(made)
    constant = _one_line(str(made))
    return lambda _body, _started: constant


def _compile_digest(made: Mapping[str, Json]) -> Made:
    digest = getattr(hashlib, str(made.get("algorithm", "sha256")))
    digits = int(made.get("digits", 64))
    prefix = 'W/"' if made.get("weak") else '"'
    return lambda body, _started: f'{prefix}{digest(body).hexdigest()[:digits]}"'.encode()


def _value(header: Header, served: Served) -> str | None:
    """The value to send for a documented header, None where it had better be left out."""
    if header.constant is not None:
        return header.constant
    if header.examples:
        return serialise(header.examples[0].value, explode=header.explode)
    schema = served.api.resolve(header.schema)
    if isinstance(schema, Mapping) and "default" in schema:
        return serialise(schema["default"], explode=header.explode)
    if header.required or (served.shows_all_headers and header.schema is not None):
        return serialise(served.generated(header.schema, f"header {header.pointer}"), explode=header.explode)
    return None


def serialise(value: Json, *, explode: bool = False) -> str:
    """A value in the style `simple`, as OpenAPI has it for headers."""
    if isinstance(value, list):
        return ",".join(serialise(item) for item in value)
    if isinstance(value, Mapping):
        joint = "=" if explode else ","
        return ",".join(f"{name}{joint}{serialise(member)}" for name, member in value.items())
    return value if isinstance(value, str) else compact(value).decode()


def _one_line(value: str) -> bytes:
    return " ".join(value.split()).encode("utf-8", "replace")
