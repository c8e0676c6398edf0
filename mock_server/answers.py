"""What the mock sends back, ready for the socket."""

from __future__ import annotations

import json
import json.encoder
import re
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mock_server.faults.values import Fault

Json = Any
HeaderList = list[tuple[bytes, bytes]]

DECISION = b"mock-decision"
"""The response header that tells how the answer was chosen."""

_NO_TOKEN = re.compile(rb"[^!#$%&'*+.^_`|~0-9A-Za-z-]")
_CONTROL = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")


class Headers:
    """Headers that are the same in many answers. Names are in lower case; what HTTP does not allow is left out."""

    def __init__(self, headers: Sequence[tuple[bytes, bytes]]) -> None:
        self.list: HeaderList = [(_NO_TOKEN.sub(b"", name), _CONTROL.sub(b"", value)) for name, value in headers]

    @cached_property
    def lines(self) -> bytes:
        """The headers as they stand on the wire."""
        return b"".join(b"%s: %s\r\n" % header for header in self.list)


class Answer:
    """A status, headers (those that many answers share, and those of this one alone) and the bytes of a body.

    `own` has names in lower case, and values that HTTP allows. `wait` are seconds before the answer is sent; `fault`
    says how it is broken on its way.
    """

    __slots__ = ("body", "fault", "own", "shared", "status", "wait")

    def __init__(self, status: int, shared: Headers, own: HeaderList, body: bytes, wait: float = 0.0) -> None:
        self.status, self.shared, self.own, self.body, self.wait = status, shared, own, body, wait
        self.fault: Fault | None = None

    @property
    def headers(self) -> HeaderList:
        """All headers."""
        return self.shared.list + self.own

    def replace_headers(self, headers: HeaderList) -> None:
        """Give these headers, in place of those of the same names."""
        names = {name for name, _ in headers}
        if any(name in names for name, _ in self.shared.list):
            self.shared = Headers([header for header in self.shared.list if header[0] not in names])
        self.own = [*(header for header in self.own if header[0] not in names), *headers]


def _compile_encoder() -> Callable[[Json], str]:
    encoder = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False)
    make = getattr(json.encoder, "c_make_encoder", None)
    if make is None:  # another Python than CPython
        return encoder.encode
    chunks = make(None, encoder.default, json.encoder.encode_basestring, None, ":", ",", False, False, True)
    return lambda value: "".join(chunks(value, 0))


_encode = _compile_encoder()
"""`json.dumps` without the making of an encoder for each value, which takes a quarter of its time."""


def compact(value: Json) -> bytes:
    """A JSON value as compact UTF-8, members in their order."""
    return _encode(value).encode()


def answer_with(status: int, headers: Sequence[tuple[bytes, bytes]], body: bytes) -> Answer:
    """An answer that shares nothing with others; Content-Length is added."""
    return Answer(status, Headers([*headers, (b"content-length", b"%d" % len(body))]), [], body)
