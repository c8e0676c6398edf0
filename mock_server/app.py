"""The wiring of the mock on Connexion; the only room that imports it.

Connexion is given, per API, a projection of the document with nothing but paths, methods and operation ids: it holds
the stack together and brings each routed request to its operation. Matching a path is done by the mock's own routing,
whose cost does not grow with the number of operations, and reading and answering by operations compiled once.

What only hands a request on is no coroutine, but gives the one that it is handed to.
"""

from __future__ import annotations

import warnings
from collections.abc import Awaitable
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

with warnings.catch_warnings():  # connexion imports starlette's test client, which warns of its own future
    warnings.simplefilter("ignore")
    from connexion.middleware.abstract import RoutedAPI, RoutedMiddleware, SpecMiddleware
    from connexion.middleware.main import API, ConnexionMiddleware
    from connexion.resolver import Resolution, Resolver
    from connexion.spec import OpenAPISpecification

from mock_server.answers import Answer, Headers
from mock_server.layers import FIELDS, App, Receive, Scope, Send
from mock_server.operations import ServedOperation
from mock_server.problems import problem_details
from mock_server.refusals import Refusal
from mock_server.sending import send_answer
from mock_server.stores import StoreError
from mock_server.worlds import HEADER as WORLD
from mock_server.worlds import enter

if TYPE_CHECKING:
    from mock_server.routing import Route
    from mock_server.table import Place, Table
    from mock_server.worlds import Worlds

WARMED = 100
"""Up to how many operations are compiled at start; those of larger documents are compiled when they are first used."""


def wire(table: Table, fallback: App) -> App:
    """The ASGI app that answers the requests of a table's operations; everything without a route goes to `fallback`."""
    operations = {place.key: table.worlds.common.operation(place) for place in table.places}
    if len(operations) <= WARMED:
        for operation in operations.values():
            operation.warm()

    class Compiled(RoutedAPI):  # type: ignore[misc]
        """The operations of one API, looked up in what was compiled."""

        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self.add_paths()

        def make_operation(self, operation: Any) -> ServedOperation:
            return operations[operation.operation_id]

    class Operations(RoutedMiddleware):  # type: ignore[misc]
        """The innermost app: brings a routed request to its operation."""

        api_cls: ClassVar[type[Compiled]] = Compiled

        def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
            place = scope.get("mock.place")
            if place is None:
                going: Awaitable[None] = self.app(scope, receive, send)
                return going
            if WORLD in scope[FIELDS]:
                return _in_its_world(table.worlds, place, scope, receive, send)
            return operations[place.key](scope, receive, send)

    app = ConnexionMiddleware(Operations(fallback), middlewares=[partial(Routing, table=table)])
    for served in table.apis:
        base_path = f"/{served.api.name}"
        app.apis.append(
            API(_Projection(_projected(served.api.name, table)), base_path=base_path, resolver=_NoHandler())
        )
    app.app, app.middleware_stack = app._build_middleware_stack()  # now, not at the first request
    wired: App = app
    return wired


async def _in_its_world(worlds: Worlds, place: Place, scope: Scope, receive: Receive, send: Send) -> None:
    try:
        operation = await worlds.in_thread(lambda: worlds.of(scope).operation(place))
    except Refusal as refusal:  # the name of the world is none
        await send_answer(problem_details(refusal), scope, send)
        return
    except StoreError as error:
        await send_answer(problem_details(Refusal("unavailable", str(error))), scope, send)
        return
    await operation(scope, receive, send)


class _NoHandler(Resolver):  # type: ignore[misc]
    """The answers are no Python handlers: there is nothing to import."""

    def resolve(self, operation: Any) -> Resolution:
        return Resolution(lambda: None, operation.operation_id)


class _Projection(OpenAPISpecification):  # type: ignore[misc]
    """A document that was made here, and need not be validated."""

    @classmethod
    def _validate_spec(cls, spec: dict[str, Any]) -> None:
        pass


def _projected(name: str, table: Table) -> dict[str, Any]:
    """What Connexion needs to know of a document: that these operations are there."""
    response = {"responses": {"200": {"description": "As documented"}}}
    paths = {
        f"/{index}": {"get": {"operationId": place.key, **response}}
        for index, place in enumerate(table.places)
        if place.served.api.name == name
    }
    return {"openapi": "3.0.3", "info": {"title": name, "version": "1"}, "paths": paths}


class Routing(SpecMiddleware):  # type: ignore[misc]
    """Finds the operation of a request, in place of Connexion's routing."""

    def __init__(self, app: App, table: Table) -> None:
        self._app, self._table = app, table
        self._only = table.routers[None] if len(table.routers) == 1 else None

    def add_api(self, specification: Any, **kwargs: Any) -> None:
        """Nothing to add: the table has been made."""

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Name the operation in the scope, or refuse."""
        if scope["type"] != "http":
            return self._app(scope, receive, send)
        router = self._only or self._table.router(scope[FIELDS].get(b"host"))
        path = scope["path"]
        if path.startswith("/_") and (_is_reserved(path) or (enter(scope) and _is_reserved(scope["path"]))):
            scope["mock.router"] = router
            return self._app(scope, receive, send)
        path = scope["path"]
        if root := scope.get("root_path"):
            path = path.removeprefix(root)
        found = router.find(path, scope.get("raw_path"))
        if found is None:
            scope["mock.router"] = router
            return self._app(scope, receive, send)
        route, values = found
        method = scope["method"]
        entry = route.methods.get(method) or (route.methods.get("GET") if method == "HEAD" else None)
        if entry is None:
            found = router.find_with(method, path, scope.get("raw_path"))
            if found is None:
                return _refuse_method(route, scope, send, self._table.worlds)
            entry, values = found[0].methods[method], found[1]
        names, place = entry
        scope["path_params"] = dict(zip(names, values, strict=False)) if names else {}
        scope["mock.place"] = place
        return self._app(scope, receive, send)


def _is_reserved(path: str) -> bool:
    """Whether a path is the mock's own, whatever the documents have."""
    return path.startswith("/_mock/") or path == "/_mock"


async def _refuse_method(route: Route[Place], scope: Scope, send: Send, worlds: Worlds) -> None:
    allow = route.allow.encode()
    _, place = next(iter(route.methods.values()))
    refusal: Refusal | None = None
    answer = Answer(204, Headers([(b"allow", allow)]), b"", b"")
    if scope["method"] != "OPTIONS":
        text = f"{scope['method']} is not documented for {route.template}; documented are: {route.allow}."
        refusal = Refusal("method", text, headers=[(b"allow", allow)])
        answer = place.served.wording.answer(refusal, place.operation)
    await send_answer(await worlds.note(scope, answer, refusal, place.served.api), scope, send)


def no_route(scope: Scope) -> Refusal:
    """The refusal of a path at which nothing is served: it names paths that look like it, else some that there are."""
    path, router = scope["path"], scope["mock.router"]
    near = router.near(path)
    if near:
        text = f"Nothing is served at {path}. Paths that look like it: {', '.join(near)}."
    else:
        some = router.templates[:20]
        more = f" and {len(router.templates) - len(some)} more" if len(router.templates) > len(some) else ""
        text = f"Nothing is served at {path}. Served are: {', '.join(some) or 'no paths'}{more}."
    return Refusal("no_route", text)
