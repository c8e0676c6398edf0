"""The outermost layer: no request goes without an answer, and browsers get the leave that they ask for."""

from __future__ import annotations

import logging

from mock_server import cors
from mock_server.control.callers import is_local_page
from mock_server.layers import FIELDS, App, Receive, Scope, Send
from mock_server.problems import problem_details
from mock_server.refusals import Refusal
from mock_server.sending import SHORT_WAY, send_answer

CONTROL = "/_mock/api"
logger = logging.getLogger("mock_server")


def edge(app: App, *, allow_origins: bool = True, control_token: str | None = None) -> App:
    """The app, with an answer even where a fault of the mock kept it from giving one (the fault is logged), and, where
    `allow_origins`, with CORS. What the control API says without a token is for pages of this machine only.
    """

    def may_read(path: str, origin: bytes) -> bool:
        return CONTROL not in path or control_token is not None or is_local_page(origin)

    async def with_edge(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        fields = scope[FIELDS] = dict(scope["headers"])
        if allow_origins and b"origin" in fields and may_read(scope["path"], fields[b"origin"]):
            if scope["method"] == "OPTIONS" and b"access-control-request-method" in fields:
                await cors.answer_preflight(fields, send)
                return
            scope.pop(SHORT_WAY, None)
            send = cors.with_leave(send, fields[b"origin"])
        try:
            await app(scope, receive, send)
        except Exception:
            logger.exception("The mock failed at %s %s", scope["method"], scope["path"])
            text = "The mock failed to answer this request. This is a fault of the mock; its log says why."
            await send_answer(problem_details(Refusal("internal", text)), scope, send)

    return with_edge
