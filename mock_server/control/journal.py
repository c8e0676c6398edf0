"""The journal of a world: read, watched, verified, cleared; as an HTTP Archive."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from difflib import get_close_matches
from functools import partial

from mock_server.answers import Answer, answer_with, compact
from mock_server.control.calls import Call, Handler, Json, Stream
from mock_server.journal import Journal
from mock_server.journal.entries import entry
from mock_server.journal.filters import Filter
from mock_server.journal.verification import verify
from mock_server.refusals import Refusal

PAUSE = 15.0
"""Seconds after which those who watch are told that the connection still lives."""


async def read_journal(call: Call) -> Json:
    """The newest exchanges that are asked for, or the first after one; oldest first."""
    exchanges, last = await call.world.journal.now()
    after, limit, asked = call.query("after"), call.query("limit", 100), _filter(call)

    def listed() -> Json:
        found = list(asked.of(noted for noted in exchanges if noted.number > (after or 0)))
        shown = found[-limit:] if after is None else found[:limit]
        return {"entries": [entry(noted) for noted in shown], "last": last, "forgotten": last - len(exchanges)}

    return await asyncio.to_thread(listed)  # beside: putting many exchanges into words takes its time


def read_journal_entry(call: Call) -> Json:
    """One exchange."""
    noted = call.world.journal.get(call.path("number"))
    if noted is None:
        raise Refusal("not_found", f"The journal of this world has no entry {call.path('number')} (any more).")
    return entry(noted)


def clear_journal(call: Call) -> None:
    """Forget all exchanges."""
    call.world.journal.clear()


def watch_journal(call: Call) -> Stream:
    """Exchanges as they happen, as server-sent events; after the one that the client saw last, where it names one.

    One that there was not yet was seen in a journal that is no more: all that is kept in this one is new to the client.
    """
    seen, last = call.request.fields.get(b"last-event-id", b""), call.world.journal.last
    named = int(seen) if seen.isdigit() and len(seen) < 16 else call.query("after", last)
    after = named if named <= last else 0
    return Stream("text/event-stream", partial(_watch, call.world.journal, _filter(call), after))


async def archive_journal(call: Call) -> Answer:
    """The exchanges that are asked for as a HAR file."""
    from mock_server.journal.har import as_har  # most mocks are never asked for it

    exchanges, _ = await call.world.journal.now()
    text = await asyncio.to_thread(as_har, _filter(call).of(exchanges), call.scheme)
    headers = [(b"content-type", b"application/json"), (b"cache-control", b"no-store")]
    return answer_with(200, headers, text.encode())


async def verify_calls(call: Call) -> Json:
    """Whether a request was received as often as it should have been; if not, what came nearest."""
    _check_operation(call, call.body["request"].get("operation"))
    exchanges, last = await call.world.journal.now()
    found = await asyncio.to_thread(verify, exchanges, call.body["request"], call.body.get("times", {}))
    return {**found, "forgotten": last - len(exchanges)}


async def _watch(journal: Journal, asked: Filter, after: int, send: Callable[[bytes], Awaitable[None]]) -> None:
    await send(b": the journal\n\n")
    while not journal.closed:
        exchanges = await journal.more(after, PAUSE)
        if not exchanges and not journal.closed:
            await send(b": still here\n\n")
            continue
        if exchanges and exchanges[0].number > after + 1:
            missed = json.dumps({"missed": exchanges[0].number - after - 1})
            await send(f"event: missed\ndata: {missed}\n\n".encode())
        for noted in asked.of(exchanges):
            await send(b"id: %d\nevent: exchange\ndata: %b\n\n" % (noted.number, compact(entry(noted))))
        after = exchanges[-1].number if exchanges else after


def _filter(call: Call) -> Filter:
    """What is asked for. Raises Refusal for an API or an operation that there is not: nothing would ever fit."""
    if call.query("api") is not None:
        call.served(call.query("api"))
    _check_operation(call, call.query("operation"))
    names = ("api", "operation", "method", "path", "status", "violations", "refused")
    return Filter(**{name: call.query(name) for name in names})


def _check_operation(call: Call, name: str | None) -> None:
    known = [operation.id for served in call.table.apis for operation in served.api.operations]
    if name is not None and name not in known:
        near = get_close_matches(name, known, 3) or known[:5]
        raise Refusal("not_found", f"There is no operation {name!r}; there are: {', '.join(near) or 'none'}.")


HANDLERS: Mapping[str, Handler] = {
    "readJournal": read_journal,
    "readJournalEntry": read_journal_entry,
    "clearJournal": clear_journal,
    "watchJournal": watch_journal,
    "archiveJournal": archive_journal,
    "verifyCalls": verify_calls,
}
