"""What a handler of the control API is given, and what it may give back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mock_server.answers import Answer, answer_with, compact
from mock_server.layers import Send
from mock_server.refusals import Refusal

if TYPE_CHECKING:
    from mock_server.requests import Request
    from mock_server.served import Served
    from mock_server.table import Table
    from mock_server.worlds import World, Worlds

Json = Any


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the control API. The request was read: its parameters and value are as the document says.

    `world` is the one that the request names.
    """

    request: Request
    world: World
    worlds: Worlds
    table: Table
    scheme: str = "http"

    @property
    def body(self) -> Json:
        """The value of the request's body; None where it has none."""
        return self.request.value

    def query(self, name: str, otherwise: Json = None) -> Json:
        """The value of a query parameter; a whole number is one in every notation (1e1)."""
        value = self.request.parameters.get("query", {}).get(name, otherwise)
        return int(value) if isinstance(value, float) and value.is_integer() else value

    def path(self, name: str) -> Json:
        """The value of a path parameter; a whole number is one in every notation (1e1)."""
        value = self.request.parameters["path"][name]
        return int(value) if isinstance(value, float) and value.is_integer() else value

    def served(self, name: str) -> Served:
        """The API of a name, as it is served in the world of the call. Raises Refusal `not_found`."""
        found = next((served for served in self.table.apis if served.api.name == name), None)
        if found is None:
            names = ", ".join(served.api.name for served in self.table.apis) or "none"
            raise Refusal("not_found", f"There is no API {name!r} here; served are: {names}.")
        return self.world.serve(found)

    def all_served(self) -> list[Served]:
        """All APIs as they are served in the world of the call."""
        return [self.world.serve(served) for served in self.table.apis]


@dataclass(frozen=True, slots=True)
class Stream:
    """An answer that goes on: `run` is given what sends the parts of the body, and returns at the end.

    It is cancelled when the client goes away.
    """

    media_type: str
    run: Callable[[Callable[[bytes], Awaitable[None]]], Awaitable[None]]

    async def send(self, send: Send) -> None:
        """Send the answer."""
        headers = [(b"content-type", self.media_type.encode()), (b"cache-control", b"no-store")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})

        async def part(body: bytes) -> None:
            await send({"type": "http.response.body", "body": body, "more_body": True})

        await self.run(part)
        await send({"type": "http.response.body", "body": b""})


Reply = Json | Answer | Stream | None
"""A JSON value for an answer with 200, None for 204, or an answer of one's own."""

Handler = Callable[[Call], Reply | Awaitable[Reply]]
"""A coroutine function where it takes its time. What is none is called in the thread that the stores are used in."""


def created(value: Json) -> Answer:
    """An answer with 201."""
    return json_answer(value, 201)


def json_answer(value: Json, status: int = 200) -> Answer:
    """A JSON value as an answer."""
    return answer_with(
        status, [(b"content-type", b"application/json"), (b"cache-control", b"no-store")], compact(value)
    )
