"""What is served where: every operation of every API at its paths, without two of them at one place."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from mock_server.routing import RouteCollision, Router

if TYPE_CHECKING:
    from mock_server.served import Served
    from mock_server.worlds import Worlds
    from specs import Operation


class CannotServe(Exception):
    """What was asked for cannot be served; the message says why, and the way out."""


@dataclass(frozen=True, slots=True)
class Place:
    """One operation of one API, where it is served. `key` is unique: `jobhive:updateInterview`.

    `host` is the one for which it is served where APIs are told apart by host.
    """

    served: Served
    operation: Operation
    base_path: str
    host: str | None = None
    key: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "key", f"{self.served.api.name}:{self.operation.id}")

    @property
    def path(self) -> str:
        """The path template as it is served."""
        return self.base_path + self.operation.path


class Table:
    """All places, found by host and path. `routers` are by host; the one for `None` is for every other host.

    APIs that are to be told apart by their paths, and have one in common, are served below their names: `warnings`
    say so.
    """

    def __init__(self, apis: Sequence[Served], worlds: Worlds) -> None:
        self.apis, self.worlds = tuple(apis), worlds
        self.places: list[Place] = []
        self.routers: dict[str | None, Router[Place]] = {None: Router()}
        self.warnings: list[str] = []
        self._below_names: set[str] = set()
        if len(apis) > 1:
            self._below_names = self._colliding()
        for served in apis:
            host = _host(served) if served.options.serve_by == "host" and len(apis) > 1 else None
            for operation in served.api.operations:
                self._add(Place(served, operation, self._base_path(served, operation), host))
        for served in apis:
            self._add_short_paths(served)
        if len(self.routers) > 1:
            self._add_for_any_host()

    def router(self, host: bytes | None) -> Router[Place]:
        """The router for the value of a Host header."""
        if len(self.routers) == 1 or host is None:
            return self.routers[None]
        name = host.decode("latin-1").rpartition("@")[2].partition(":")[0].lower()
        return self.routers.get(name, self.routers[None])

    def _base_path(self, served: Served, operation: Operation) -> str:
        is_below = served.options.serve_by == "prefix" or served.api.name in self._below_names
        prefix = f"/{served.api.name}" if is_below else ""
        given = served.options.base_path
        base = operation.base_path if given is None else given
        return prefix + base.rstrip("/")

    def _colliding(self) -> set[str]:
        """The names of the APIs that have a path in common with another, where paths are to tell them apart."""
        found: set[str] = set()
        router: Router[Place] = Router()
        for served in self.apis:
            for operation in served.api.operations if served.options.serve_by == "path" else ():
                place = Place(served, operation, self._base_path(served, operation))
                try:
                    router.add(operation.method, place.path, place)
                except RouteCollision as collision:
                    other = collision.other
                    assert isinstance(other, Place)  # noqa: S101  (routers hold places)
                    names = other.served.api.name, served.api.name
                    if names[0] != names[1] and not found.issuperset(names):
                        self.warnings.append(_below(names, place))
                        found.update(names)
        return found

    def _add_for_any_host(self) -> None:
        """Find for a host that no document names what is at one place only."""
        for place in self.places:
            with suppress(RouteCollision):
                self.routers[None].add(place.operation.method, place.path, place)

    def _add(self, place: Place) -> None:
        router = self.routers.setdefault(place.host, Router())
        try:
            router.add(place.operation.method, place.path, place)
        except RouteCollision as collision:
            other = collision.other
            assert isinstance(other, Place)  # noqa: S101  (routers hold places)
            if other.served is place.served:  # the document's warnings say so
                return
            raise _refusal(place, other) from None
        self.places.append(place)

    def _add_short_paths(self, served: Served) -> None:
        """Serve a document that nobody has described further without its base path, too, where that is free.

        Clients of such a document are as often configured with the origin alone.
        """
        options = served.options
        if served.has_rules or options.serve_by != "path" or options.base_path is not None:
            return
        if served.api.name in self._below_names:
            return
        router = self.routers[None]
        for operation in served.api.operations:
            if operation.base_path.rstrip("/"):
                try:
                    router.add(operation.method, operation.path, Place(served, operation, ""))
                except RouteCollision:
                    continue


def _host(served: Served) -> str | None:
    for server in served.api.servers:
        with suppress(ValueError):  # not a URL
            if host := urlsplit(server).hostname:
                return host
    return None


def _below(names: tuple[str, str], place: Place) -> str:
    return (
        f"{names[0]} and {names[1]} both have {place.operation.method} {place.path}: they are served below /{names[0]} "
        f"and /{names[1]}; --serve-by host tells them apart by the Host header."
    )


def _refusal(place: Place, other: Place) -> CannotServe:
    what = f"{place.operation.method} {place.path}"
    return CannotServe(
        f"{other.served.api.name} and {place.served.api.name} both have {what}: "
        "serve them with --serve-by prefix, or one of them by a mock of its own with another --port."
    )
