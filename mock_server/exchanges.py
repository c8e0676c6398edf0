"""What happened: one request and its answer, as those who watch a world are told of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from mock_server.answers import Answer
    from mock_server.layers import Scope
    from mock_server.refusals import Refusal
    from mock_server.requests import Request
    from mock_server.served import Served
    from mock_server.worlds import World
    from specs import Operation


class Exchange(NamedTuple):
    """One request and its answer. `served` and `operation` are None where nothing is served at the path; `refusal`
    says why it was refused, None where it was not.
    """

    world: World
    served: Served | None
    operation: Operation | None
    scope: Scope
    request: Request
    answer: Answer
    refusal: Refusal | None


Listener = Callable[[Exchange], None]
