"""From what was named (APIs, files, loaded specs) to the app that answers for them."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from mock_server.access_log import logged
from mock_server.control import fallback
from mock_server.edge import edge
from mock_server.layers import App
from mock_server.options import MockOptions
from mock_server.query_paths import with_query_paths
from mock_server.served import Served
from mock_server.table import Table
from mock_server.worlds import Worlds

if TYPE_CHECKING:
    from specs import Api


Spec: TypeAlias = "Api | str | Path | Mapping[str, Any]"
"""The name of a bundled API, the path of an OpenAPI document, the document as a dict, or a loaded spec."""


def create_app(apis: Spec | Sequence[Spec], options: MockOptions | None = None) -> App:
    """An ASGI app that answers as the APIs are documented.

    `apis` are names of bundled APIs, paths of OpenAPI documents, documents as dicts, or loaded specs; one or several.
    Raises SpecError for what cannot be read, CannotServe for what cannot be served together.
    """
    return assemble(make_table(apis, options or MockOptions()))


def make_table(apis: Spec | Sequence[Spec], options: MockOptions, before: Table | None = None) -> Table:
    """What is served where; the worlds of `before` go on. Raises SpecError, CannotServe and BadTime."""
    import specs

    given = [apis] if isinstance(apis, str | Path | specs.Api | Mapping) else list(apis)
    loaded = _with_own_names([one if isinstance(one, specs.Api) else specs.load(one) for one in given])
    if options.faults:
        from mock_server.faults.scenario import check_faults

        check_faults(options.faults, loaded)
    if options.state is not None:
        from mock_server.simulation.kinds import check_states

        options = dataclasses.replace(options, state=check_states(options.state, loaded, options))
    worlds = before.worlds if before else Worlds(options)
    table = Table([Served(api, options, worlds.common) for api in loaded], worlds)
    worlds.apis = {api.name: api for api in loaded}
    return table


def assemble(table: Table) -> App:
    """The app for a table, with its layers: errors, CORS."""
    from mock_server.app import no_route, wire  # connexion takes its time to import

    options = table.worlds.options
    wired = with_query_paths(wire(table, fallback(table, no_route)), table)
    app = edge(wired, allow_origins=options.cors, control_token=options.control_token)
    return logged(app, table.worlds.metrics) if table.worlds.metrics is not None else app


def _with_own_names(apis: Sequence[Api]) -> list[Api]:
    """The APIs, each with a name that no other has."""
    named: dict[str, Api] = {}
    for api in apis:
        name, number = api.name, 2
        while name in named:
            name, number = f"{api.name}-{number}", number + 1
        named[name] = api if name == api.name else dataclasses.replace(api, name=name)
    return list(named.values())
