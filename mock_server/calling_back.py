"""Operations that are followed by callbacks: served as any other, with a look at each exchange."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from mock_server.layers import FIELDS, Scope
from mock_server.operations import ServedOperation
from mock_server.refusals import Refusal
from mock_server.webhooks.callbacks import Callbacks
from mock_server.webhooks.expressions import Exchange

if TYPE_CHECKING:
    from mock_server.answers import Answer
    from mock_server.requests import Request
    from mock_server.served import Served
    from specs import Operation

Json = Any


class CallingBack(ServedOperation):
    """Answers the requests of one operation, and has its callbacks sent."""

    def __init__(self, operation: Operation, served: Served) -> None:
        super().__init__(operation, served)
        self._callbacks = Callbacks(operation, served)

    def _answer(self, request: Request, scope: Scope, refusal: Refusal | None) -> Answer:
        """The answer to a request; what follows it is kept before it is sent."""
        answer = super()._answer(request, scope, refusal)
        if 200 <= answer.status < 300:
            try:
                self._callbacks.follow(Exchange(_url(scope), request, answer.status, answer.headers, _json(answer)))
            except Refusal as refused:  # the store fails: nothing was promised yet
                return self._pipeline.refuse(refused, request)
        return answer


def _url(scope: Scope) -> str:
    host = scope[FIELDS].get(b"host") or ":".join(map(str, scope.get("server") or ("localhost",))).encode()
    path = (scope.get("raw_path") or scope["path"].encode()).partition(b"?")[0]
    query = b"?" + scope["query_string"] if scope["query_string"] else b""
    return f"{scope['scheme']}://{(host + path + query).decode('latin-1')}"


def _json(answer: Answer) -> Json:
    try:
        return json.loads(answer.body)
    except ValueError:
        return None
