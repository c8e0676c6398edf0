"""Operations of which exchanges were recorded: a request that is like a recorded one is answered as it was then."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from mock_server.operations import Pipeline, ServedOperation
from mock_server.recordings import value_of

if TYPE_CHECKING:
    from mock_server.answers import Answer
    from mock_server.requests import Request
    from mock_server.served import Served
    from specs import Operation


class Replaying(ServedOperation):
    """Answers the requests of one operation, recorded ones as they were."""

    @cached_property
    def _pipeline(self) -> Pipeline:
        return _Recorded(self.operation, self.served)


class _Recorded(Pipeline):
    """The stages of one operation; what was recorded stands behind the guard, in place of the others."""

    def __init__(self, operation: Operation, served: Served) -> None:
        super().__init__(operation, served)
        self._recordings = served.recordings.of(operation)

    def answer(self, request: Request) -> Answer:
        """The answer to a request; one with a preference is for the mock. Raises Refusal."""
        if b"prefer" in request.fields or b"__" in request.query:
            return super().answer(request)
        value = value_of(request.body)
        recording = next((one for one in self._recordings if one.fits(request, value)), None)
        if recording is None:
            return super().answer(request)
        if self._guard is not None:
            self._guard(request)
        return recording.answer()
