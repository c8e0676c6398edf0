"""Who answers which operation of a proxy."""

from __future__ import annotations

from collections.abc import Mapping

from mock_server.control.calls import Call, Handler, Json
from mock_server.refusals import Refusal


def read_proxy(call: Call) -> Json:
    """The upstream, and who answers which operation."""
    from mock_server.proxy.session import session_of  # only a proxy has one

    session = session_of(call.worlds)
    if session is None:
        raise Refusal("not_found", "This is no proxy; `mock-server proxy API --upstream URL` starts one.")
    return {"upstream": session.upstream, "operations": session.answerers}


def switch_proxy(call: Call) -> Json:
    """Let others answer operations."""
    from mock_server.proxy.session import UnknownOperation, session_of

    session = session_of(call.worlds)
    if session is not None:
        try:
            session.switch(call.body["operations"])
        except UnknownOperation as error:
            raise Refusal("invalid", str(error)) from None
    return read_proxy(call)


HANDLERS: Mapping[str, Handler] = {"readProxy": read_proxy, "switchProxy": switch_proxy}
