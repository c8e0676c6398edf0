"""One exchange as the journal keeps it: as it came, so that keeping it costs little; it is put into words when read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from mock_server.answers import HeaderList
    from specs import Api, Operation

Json = Any


class Refused(NamedTuple):
    """Why a request was refused: a kind of `refusals.STATUSES`, and a sentence."""

    kind: str
    message: str


class Noted(NamedTuple):
    """A request and its answer.

    `at` are seconds since 1970 at the answer, `seconds` what it took. `api` and `operation` are None where nothing is
    served at the path. Of long bodies only the beginning is kept; `length` and `answer_length` tell how long they were.
    `violations` are those of the request and, where a real answer was checked, of the answer.
    """

    number: int
    at: float
    seconds: float
    world: str
    api: Api | None
    operation: Operation | None
    method: str
    path: str
    query: bytes
    headers: HeaderList
    body: bytes
    length: int
    status: int
    answer_headers: HeaderList
    answer_body: bytes
    answer_length: int
    refused: Refused | None
    violations: tuple[Mapping[str, Json], ...]

    @property
    def target(self) -> str:
        """The path with its query."""
        return f"{self.path}?{self.query.decode('latin-1')}" if self.query else self.path


def header(headers: HeaderList, name: bytes) -> str:
    """The value of a header; empty where there is none."""
    return next((value.decode("latin-1") for given, value in headers if given == name), "")
