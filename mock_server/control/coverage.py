"""Which claims and operations the exchanges of a world have exercised."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from mock_server.checking.exchanged import Exchanged
from mock_server.control.calls import Call, Handler, Json
from mock_server.refusals import Refusal

if TYPE_CHECKING:
    from mock_server.checking import Ledger
    from mock_server.journal import Noted
    from mock_server.served import Served
    from mock_server.table import Table


async def read_coverage(call: Call) -> Json:
    """The report of the contract suite, made of what the journal holds; of a proxy, of all that went through it."""
    from mock_server.proxy.session import session_of

    served = _asked(call)
    session = session_of(call.worlds)
    if session is not None:
        return session.report(served.api.name)
    exchanges, last = await call.world.journal.now()
    made = await asyncio.to_thread(_made, served, exchanges, call)  # beside: it takes its time
    if last > len(exchanges):
        made["notes"].append(f"Earlier exchanges are no longer in the journal: {last - len(exchanges)}.")
    return made


def _made(served: Served, exchanges: Sequence[Noted], call: Call) -> dict[str, Json]:
    from mock_server.checking import report  # claims are derived when they are first asked for

    ledger, unread = _held(served, exchanges, call.table)
    host = call.request.fields.get(b"host", b"").decode("latin-1")
    made = report(ledger, url=f"{call.scheme}://{host}", profile="mock")
    if unread:
        made["notes"].append(f"Exchanges with long bodies were not looked at: {unread}.")
    return made


def _asked(call: Call) -> Served:
    name = call.query("api")
    if name is None and len(call.table.apis) > 1:
        names = ", ".join(served.api.name for served in call.table.apis)
        raise Refusal("invalid", f"Several APIs are served: say which one by ?api=...; there are: {names}.")
    return call.served(name if name is not None else call.table.apis[0].api.name)


def _held(served: Served, exchanges: Sequence[Noted], table: Table) -> tuple[Ledger, int]:
    from mock_server.checking import Checker, Ledger
    from mock_server.journal.entries import entry

    checker, ledger, unread = Checker(served.api), Ledger(served.api), 0
    for noted in exchanges:
        if noted.api is None or noted.operation is None or noted.api.name != served.api.name:
            continue
        exchanged = as_exchanged(noted, table)
        if exchanged is None:
            unread += 1
        else:
            ledger.enter(exchanged.operation.id, checker.hold(exchanged), entry(noted))
    return ledger, unread


def as_exchanged(noted: Noted, table: Table) -> Exchanged | None:
    """An exchange of the journal as claims speak of it; None where its bodies were not kept whole."""
    operation = noted.operation
    if operation is None or len(noted.body) < noted.length or len(noted.answer_body) < noted.answer_length:
        return None
    host = next((value for name, value in noted.headers if name == b"host"), None)
    found = table.router(host).find(noted.path)
    if found is None:
        return None
    route, values = found
    names, _ = route.methods.get(operation.method, ((), None))
    return Exchanged(
        operation,
        noted.method,
        noted.path,
        dict(zip(names, values, strict=False)),
        noted.query,
        noted.headers,
        noted.body,
        noted.status,
        noted.answer_headers,
        noted.answer_body,
        noted.refused.kind if noted.refused else None,
    )


HANDLERS: Mapping[str, Handler] = {"readCoverage": read_coverage}
