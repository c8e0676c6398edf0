"""Which kind of operation serves a place: most are plain, and pay nothing for what others have beside."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mock_server.calling_back import CallingBack
from mock_server.operations import ServedOperation
from mock_server.replaying import Replaying

if TYPE_CHECKING:
    from mock_server.served import Served
    from specs import Operation


class _ReplayingAndCallingBack(CallingBack, Replaying):
    """Answers recorded requests as they were, and has callbacks sent after all."""


def serve_operation(operation: Operation, served: Served) -> ServedOperation:
    """An operation as it is served."""
    recorded = bool(served.options.recordings) and bool(served.recordings.of(operation))
    kinds: dict[tuple[bool, bool], type[ServedOperation]] = {
        (False, False): ServedOperation,
        (False, True): CallingBack,
        (True, False): Replaying,
        (True, True): _ReplayingAndCallingBack,
    }
    return kinds[recorded, bool(operation.callbacks)](operation, served)
