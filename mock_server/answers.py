"""What the mock sends back, ready for the socket."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

Json = Any
HeaderList = list[tuple[bytes, bytes]]

DECISION = b"mock-decision"
"""The response header that tells how the answer was chosen."""


class Answer(NamedTuple):
    """A status, headers (names in lower case), the bytes of a body, and seconds to wait before it is sent."""

    status: int
    headers: HeaderList
    body: bytes
    wait: float = 0.0


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode


def compact(value: Json) -> bytes:
    """A JSON value as compact UTF-8, members in their order."""
    return _encode(value).encode()
