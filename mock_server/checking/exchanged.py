"""One request to an operation and its answer, as claims speak of them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from mock_server.layers import FIELDS
from mock_server.requests import Request

if TYPE_CHECKING:
    from specs import Operation

Json = Any
Headers = Sequence[tuple[bytes, bytes]]


class _Nothing:
    """What stands where nothing stands; not None, which is a JSON value."""

    def __repr__(self) -> str:
        return "nothing"


NOTHING: Final[Any] = _Nothing()


@dataclass(frozen=True)
class Exchanged:
    """`path_values` are the values of the path's parameters as they stand in it; names of headers are in lower case;
    bodies are whole, and not compressed. `refused` is the kind of refusal where it was the mock that answered.
    """

    operation: Operation
    method: str
    path: str
    path_values: Mapping[str, str]
    query: bytes
    headers: Headers
    body: bytes
    status: int
    answer_headers: Headers
    answer_body: bytes
    refused: str | None = None

    @cached_property
    def request(self) -> Request:
        """The request as readers read it."""
        scope = {"method": self.method, "query_string": self.query, "headers": list(self.headers)}
        request = Request({**scope, FIELDS: dict(self.headers)}, self.path_values, 0.0)
        request.body = self.body
        return request

    @cached_property
    def fields(self) -> Mapping[str, str]:
        """The headers of the answer, by name in lower case; of several of one name, joined."""
        joined: dict[str, str] = {}
        for name, value in self.answer_headers:
            text, known = value.decode("latin-1"), joined.get(name.decode("latin-1").lower())
            joined[name.decode("latin-1").lower()] = text if known is None else f"{known}, {text}"
        return joined

    @property
    def media_type(self) -> str:
        """The media type of the answer, in lower case and without parameters."""
        return self.fields.get("content-type", "").partition(";")[0].strip().lower()

    @cached_property
    def value(self) -> Json:
        """The body of the answer as a JSON value; NOTHING where it is none."""
        try:
            value = json.loads(self.answer_body, parse_constant=_no_number)
            if b"\\u" in self.answer_body:
                json.dumps(value, ensure_ascii=False).encode()  # half a surrogate pair is no text
        except (ValueError, RecursionError):
            return NOTHING
        return value


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no number of JSON.")
