"""What the mock says of itself, below `/_mock/`: what is served, its health, the documents."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from html import escape
from inspect import isawaitable
from typing import TYPE_CHECKING, Any

from mock_server.answers import Answer, answer_with, compact
from mock_server.control.api import ROOT as API
from mock_server.control.api import ControlApi
from mock_server.control.readiness import Readiness
from mock_server.layers import App, Receive, Scope, Send
from mock_server.metrics import CONTENT_TYPE, Metrics
from mock_server.problems import problem_details
from mock_server.refusals import Refusal
from mock_server.sending import send_answer

if TYPE_CHECKING:
    from mock_server.table import Table
    from specs import Api

ROOT = "/_mock"


def control(table: Table) -> Callable[[Scope], Answer | Awaitable[Answer] | None]:
    """What answers the paths below `/_mock`; None for every other path."""
    pages: dict[str, Callable[[], Answer | Awaitable[Answer]]] = {
        f"{ROOT}": lambda: _answer(_page(table), "text/html; charset=utf-8"),
        f"{ROOT}/": lambda: _answer(_page(table), "text/html; charset=utf-8"),
        f"{ROOT}/health": lambda: _answer(compact({"status": "ok", "apis": [s.api.name for s in table.apis]}), _JSON),
        f"{ROOT}/ready": Readiness(table.worlds.stores),
    }
    if (metrics := table.worlds.metrics) is not None:
        pages[f"{ROOT}/metrics"] = lambda: _measured(metrics, table)
    for served in table.apis:
        below = f"{ROOT}/{served.api.name}"
        pages[f"{below}/openapi.yaml"] = partial(_original, served.api)
        pages[f"{below}/openapi.json"] = partial(_original_as_json, served.api)

    def answer(scope: Scope) -> Answer | Awaitable[Answer] | None:
        path: str = scope["path"]
        if path != ROOT and not path.startswith(f"{ROOT}/"):
            return None
        if path not in pages:
            there = ", ".join([*pages, f"{API}/openapi.json"])
            return problem_details(Refusal("no_route", f"Nothing is at {path}. There are: {there}."))
        if scope["method"] not in {"GET", "HEAD"}:
            text = f"{path} can only be read."
            return problem_details(Refusal("method", text, headers=[(b"allow", b"GET, HEAD")]))
        return pages[path]()

    return answer


_JSON = "application/json"


def fallback(table: Table, refuse: Callable[[Scope], Refusal]) -> App:
    """The app for everything that no operation is for: the lifespan, the pages of the mock, and the refusal."""
    pages, api = control(table), ControlApi(table, table.worlds.options.control_token)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _live(receive, send, table)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1000})
        elif scope["path"] == API or scope["path"].startswith(f"{API}/"):
            await api(scope, receive, send)
        else:
            answer = pages(scope)
            if answer is None:
                refusal = refuse(scope)
                answer = await table.worlds.note(scope, problem_details(refusal), refusal)
            await send_answer(await answer if isawaitable(answer) else answer, scope, send)

    return app


async def _live(receive: Receive, send: Send, table: Table) -> None:
    while True:
        try:
            message = await receive()
        except asyncio.CancelledError:  # by a second Ctrl-C: nothing is waited for any more
            return
        if message["type"] == "lifespan.startup":
            table.worlds.outbox.start()
        if message["type"] == "lifespan.shutdown":
            if table.worlds.metrics is not None:
                table.worlds.metrics.flush()
            table.worlds.close()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return


async def _measured(metrics: Metrics, table: Table) -> Answer:
    try:
        text = await table.worlds.in_thread(metrics.text)
    except Refusal as refusal:
        return problem_details(refusal)
    return _answer(text.encode(), CONTENT_TYPE)


def _answer(body: bytes, media_type: str) -> Answer:
    return answer_with(200, [(b"content-type", media_type.encode())], body)


def _original(api: Api) -> Answer:
    return _answer(api.original.encode(), "application/yaml")


def _original_as_json(api: Api) -> Answer:
    """The document as it stands in its file; only YAML can hold what it says in another notation."""
    from specs.reading import parse

    return _answer(compact(parse(api.original, api.file)), _JSON)


def _page(table: Table) -> bytes:
    parts = [_HEAD]
    for served in table.apis:
        api = served.api
        documents = [f"{ROOT}/{escape(api.name)}/openapi.{form}" for form in ("yaml", "json")]
        links = " · ".join(f'<a href="{url}">{url.rpartition("/")[2]}</a>' for url in documents)
        parts.append(
            f"<h2>{escape(api.title)} <small>{escape(api.name)} {escape(api.version)} · {links}</small></h2><table>"
        )
        for place in table.places:
            if place.served is served:
                operation = place.operation
                cells: list[Any] = [operation.method, place.path, operation.summary or operation.id]
                parts.append("<tr>" + "".join(f"<td>{escape(str(cell))}</td>" for cell in cells) + "</tr>")
        parts.append("</table>")
    return "".join(parts).encode()


_HEAD = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>Mock server</title>'
    "<style>body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem}"
    "small{font-weight:400;font-size:.8rem}td{padding:.2rem 1rem .2rem 0;font:.9rem ui-monospace,monospace}"
    "td:last-child{font-family:inherit}</style><h1>Mock server</h1>"
    "<p>These operations are answered here. <a href='/_mock/health'>health</a>"
    " · <a href='/_mock/api/openapi.json'>control API</a></p>"
)
