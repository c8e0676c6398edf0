"""What the mock sends back, ready for the socket."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:
    from mock_server.faults.values import Fault

Json = Any
HeaderList = list[tuple[bytes, bytes]]

DECISION = b"mock-decision"
"""The response header that tells how the answer was chosen."""

_NO_TOKEN = re.compile(rb"[^!#$%&'*+.^_`|~0-9A-Za-z-]")
_CONTROL = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")


def header_lines(headers: Iterable[tuple[bytes, bytes]]) -> bytes:
    """Headers as they stand on the wire; nothing of them is checked."""
    return b"".join([b"%b: %b\r\n" % header for header in headers])


def header_list(lines: bytes) -> HeaderList:
    """Headers that stand on the wire as `header_lines` writes them."""
    return [(name, value) for name, _, value in (line.partition(b": ") for line in lines.split(b"\r\n")[:-1])]


class Headers:
    """Headers that are the same in many answers. Names are in lower case; what HTTP does not allow is left out."""

    def __init__(self, headers: Sequence[tuple[bytes, bytes]]) -> None:
        self.list: HeaderList = [(_NO_TOKEN.sub(b"", name), _CONTROL.sub(b"", value)) for name, value in headers]

    @cached_property
    def lines(self) -> bytes:
        """The headers as they stand on the wire."""
        return header_lines(self.list)


class Answer:
    """A status, headers (those that many answers share, and those of this one alone) and the bytes of a body.

    `own` are lines as they stand on the wire, with names in lower case and values that HTTP allows. `wait` are seconds
    before the answer is sent; `fault` says how it is broken on its way.
    """

    __slots__ = ("body", "fault", "own", "shared", "status", "wait")

    def __init__(self, status: int, shared: Headers, own: bytes, body: bytes, wait: float = 0.0) -> None:
        self.status, self.shared, self.own, self.body, self.wait = status, shared, own, body, wait
        self.fault: Fault | None = None

    @property
    def headers(self) -> HeaderList:
        """All headers."""
        return self.shared.list + header_list(self.own)

    def add_header(self, name: bytes, value: bytes) -> None:
        """Give one header more."""
        self.own += b"%b: %b\r\n" % (name, value)

    def replace_headers(self, headers: HeaderList) -> None:
        """Give these headers, in place of those of the same names."""
        names = {name for name, _ in headers}
        if any(name in names for name, _ in self.shared.list):
            self.shared = Headers([header for header in self.shared.list if header[0] not in names])
        kept = [header for header in header_list(self.own) if header[0] not in names]
        self.own = header_lines([*kept, *headers])


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def compact(value: Json) -> bytes:
    """A JSON value as compact UTF-8, members in their order."""
    try:
        return orjson.dumps(value)
    except TypeError:  # an integer of more than 64 bits, or half a surrogate pair, which stays the escape that it was
        return _encode(value).encode("utf-8", "backslashreplace")


def answer_with(status: int, headers: Sequence[tuple[bytes, bytes]], body: bytes) -> Answer:
    """An answer that shares nothing with others; Content-Length is added."""
    return Answer(status, Headers([*headers, (b"content-length", b"%d" % len(body))]), b"", body)
