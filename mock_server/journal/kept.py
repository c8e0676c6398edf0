"""How exchanges are kept: what came and went is one block of bytes, so that keeping many of them costs little."""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

import httptools

from mock_server.answers import HeaderList, Headers, header_lines, header_list
from mock_server.journal.noted import Noted, Refused

if TYPE_CHECKING:
    from specs import Api, Operation

Json = Any
LONGEST_BODY = 64 * 1024
"""How many bytes of a body are kept."""

Kept = tuple[
    "Api | None",
    "Operation | None",
    Headers,  # those of the answer's headers that many answers share
    Refused | None,
    tuple[Mapping[str, Json], ...],  # violations
    bytes,  # all else: NUMBERS, the request as it came over the wire, the answer's own headers, its body
]
"""An exchange as it is kept. A few dozen small objects for each of a thousand exchanges would keep the memory of all
requests cold: that costs more than anything else about them.
"""

NUMBERS = struct.Struct("<ddHIIII")
"""When it ended (seconds since 1970), how long it took, the status; the lengths of the request and of the answer's own
headers in the block; those of both bodies before they were cut.
"""

Find = Callable[[str, str | None], "tuple[Api | None, Operation | None]"]
"""Finds an API and its operation by their names."""


def request_bytes(method: str, path: str, query: bytes, headers: HeaderList, body: bytes) -> bytes:
    """A request as it could have come over the wire, its body cut to what is kept. `path` is decoded."""
    target = quote(path).encode() + (b"?" + query if query else b"")
    return b"%b %b HTTP/1.1\r\n%b\r\n%b" % (method.encode(), target, header_lines(headers), body[:LONGEST_BODY])


def as_kept(noted: Noted) -> Kept:
    """An exchange that somebody else had, as it is kept."""
    request = request_bytes(noted.method, noted.path, noted.query, noted.headers, noted.body)
    own = header_lines(noted.answer_headers)
    numbers = NUMBERS.pack(
        noted.at, noted.seconds, noted.status, len(request), len(own), noted.length, noted.answer_length
    )
    block = b"".join((numbers, request, own, noted.answer_body[:LONGEST_BODY]))
    return noted.api, noted.operation, _NONE, noted.refused, noted.violations, block


_NONE = Headers([])


def as_noted(number: int, world: str, kept: Kept) -> Noted:
    """An exchange as it is read."""
    api, operation, shared, refused, violations, block = kept
    at, seconds, status, length, own_length, sent, answered = NUMBERS.unpack_from(block)
    begin = NUMBERS.size + length
    head, _, body = block[NUMBERS.size : begin].partition(b"\r\n\r\n")
    line, *lines = head.lstrip(b"\r\n").split(b"\r\n")
    method, _, target = line.rpartition(b" ")[0].partition(b" ")
    raw_path, query = _split(target)
    path = raw_path.decode("latin-1")
    return Noted(
        number,
        at,
        seconds,
        world,
        api,
        operation,
        method.decode("latin-1"),
        unquote(path) if "%" in path else path,
        query,
        [_header(line) for line in lines if line],
        body,
        sent,
        status,
        shared.list + header_list(block[begin : begin + own_length]),
        block[begin + own_length :],
        answered,
        refused,
        violations,
    )


def as_record(kept: Kept) -> Mapping[str, Json]:
    """What is kept as JSON, for a store that others read, too: the API and the operation by their names."""
    api, operation, shared, refused, violations, block = kept
    return {
        "api": api.name if api else None,
        "operation": operation.id if operation else None,
        "shared": shared.lines.decode("latin-1"),
        "refused": refused,
        "violations": [dict(violation) for violation in violations],
        "block": block.decode("latin-1"),
    }


def of_record(record: Mapping[str, Json], find: Find) -> Kept:
    """What a record keeps. An API that is no longer served is none."""
    api, operation = find(record["api"], record["operation"]) if record["api"] else (None, None)
    shared = Headers(header_list(record["shared"].encode("latin-1")))
    refused = Refused(*record["refused"]) if record["refused"] else None
    return api, operation, shared, refused, tuple(record["violations"]), record["block"].encode("latin-1")


def _split(target: bytes) -> tuple[bytes, bytes]:
    """The path and the query of a request's target, as the server finds them."""
    try:
        url = httptools.parse_url(target)
    except httptools.HttpParserInvalidURLError:
        return target, b""
    return url.path or b"", url.query or b""


def _header(line: bytes) -> tuple[bytes, bytes]:
    name, _, value = line.partition(b":")
    return name.lower(), value.strip(b" \t")
