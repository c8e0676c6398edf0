"""From what was named (APIs, files, loaded specs) to the app that answers for them."""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mock_server.control import fallback
from mock_server.cors import cors
from mock_server.layers import App, Receive, Scope, Send
from mock_server.options import MockOptions
from mock_server.problems import problem_details
from mock_server.refusals import Refusal
from mock_server.sending import send_answer
from mock_server.served import Served
from mock_server.table import Table

if TYPE_CHECKING:
    from specs import Api


logger = logging.getLogger("mock_server")


def create_app(
    apis: Api | str | Path | Sequence[Api | str | Path],
    options: MockOptions | None = None,
) -> App:
    """An ASGI app that answers as the APIs are documented.

    `apis` are names of bundled APIs, paths of OpenAPI documents, or loaded specs; one or several. Raises SpecError for
    what cannot be read, CannotServe for what cannot be served together.
    """
    return assemble(make_table(apis, options or MockOptions()))


def make_table(
    apis: Api | str | Path | Sequence[Api | str | Path],
    options: MockOptions,
    before: Table | None = None,
) -> Table:
    """What is served where; the states of `before` go on, by the API's name. Raises SpecError and CannotServe."""
    import specs

    given = [apis] if isinstance(apis, str | Path | specs.Api) else list(apis)
    loaded = _with_own_names([one if isinstance(one, specs.Api) else specs.load(one) for one in given])
    served = {each.api.name: each for each in before.apis} if before else {}
    return Table([Served(api, options, served.get(api.name)) for api in loaded])


def assemble(table: Table) -> App:
    """The app for a table, with its layers: errors, CORS."""
    from mock_server.app import no_route, wire  # connexion takes its time to import

    app = guarded(wire(table, fallback(table, no_route)))
    options = table.apis[0].options if table.apis else MockOptions()
    return cors(app) if options.cors else app


def guarded(app: App) -> App:
    """The app, with an answer even where a fault of the mock kept it from giving one; the fault is logged."""

    async def with_guard(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await app(scope, receive, send)
        except Exception:
            if scope["type"] != "http":
                raise
            logger.exception("The mock failed at %s %s", scope["method"], scope["path"])
            text = "The mock failed to answer this request. This is a fault of the mock; its log says why."
            await send_answer(problem_details(Refusal("internal", text)), scope, send)

    return with_guard


def _with_own_names(apis: Sequence[Api]) -> list[Api]:
    """The APIs, each with a name that no other has."""
    named: dict[str, Api] = {}
    for api in apis:
        name, number = api.name, 2
        while name in named:
            name, number = f"{api.name}-{number}", number + 1
        named[name] = api if name == api.name else dataclasses.replace(api, name=name)
    return list(named.values())
