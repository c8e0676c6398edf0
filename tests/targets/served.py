"""Targets that run: the plain one, one with a fault or an honest variant, on a port of this machine."""

from __future__ import annotations

import json
import socket
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import uvicorn

from tests.targets import moments
from tests.targets.asgi import App, app
from tests.targets.catalogue import Fault, Variant
from tests.targets.driver_interviews import DriverInterviews, DriverSettings
from tests.targets.faults import FAULTS
from tests.targets.jobhive import Jobhive, JobhiveSettings
from tests.targets.kombo import Kombo, KomboSettings
from tests.targets.messages import Json
from tests.targets.target import Change, Listener, Target, combined
from tests.targets.variants import VARIANTS

FROZEN = "2024-01-15T16:45:00Z"
"""Where a clock that stands still stands: the documented update of JobHive."""

_TARGETS: Mapping[str, tuple[type[Target[Any]], type[Any]]] = {
    "driver_interviews": (DriverInterviews, DriverSettings),
    "jobhive": (Jobhive, JobhiveSettings),
    "kombo": (Kombo, KomboSettings),
}

APIS = tuple(_TARGETS)


class UnknownTarget(LookupError):
    """There is no API, fault or variant of this name."""


@dataclass(frozen=True)
class Running:
    """A running target: where it is, and which of its ids stand for which states."""

    api: str
    url: str
    states: Mapping[str, Mapping[str, Json]]


def fault_of(api: str, name: str) -> Fault:
    """The fault of this name. Raises UnknownTarget."""
    if f"{api}/{name}" not in FAULTS:
        raise UnknownTarget(f"{api} has no fault {name!r}; it has {', '.join(_names(FAULTS, api))}")
    return FAULTS[f"{api}/{name}"]


def variant_of(api: str, name: str) -> Variant:
    """The variant of this name. Raises UnknownTarget."""
    if f"{api}/{name}" not in VARIANTS:
        raise UnknownTarget(f"{api} has no variant {name!r}; it has {', '.join(_names(VARIANTS, api))}")
    return VARIANTS[f"{api}/{name}"]


def _names(catalogue: Mapping[str, Any], api: str) -> list[str]:
    return sorted(name.removeprefix(f"{api}/") for name in catalogue if name.startswith(f"{api}/"))


def build(
    api: str,
    *,
    variant: str | None = None,
    fault: str | None = None,
    token: str | None = None,
    clock: Callable[[], datetime] | None = None,
    listener: Listener | None = None,
    seed: int = 0,
) -> Target[Any]:
    """A target that has not been asked anything yet. Raises UnknownTarget.

    `clock` overrides the variant's, `seed` decides the random values in answers, `listener` is told the events.
    """
    if api not in _TARGETS:
        raise UnknownTarget(f"There is no target {api!r}; there are {', '.join(APIS)}")
    target, settings = _TARGETS[api]
    change = variant_of(api, variant).change if variant else Change()
    if fault:
        change = combined(change, fault_of(api, fault).change)
    frozen = variant is not None and variant_of(api, variant).clock == "frozen"
    clock = clock or (moments.ticking(FROZEN, step=0) if frozen else moments.wall_clock)
    return target(settings(token=token), change, clock=clock, seed=seed, listener=listener)


@contextmanager
def serve(
    api: str,
    *,
    variant: str | None = None,
    fault: str | None = None,
    token: str | None = None,
    webhook_url: str | None = None,
    port: int = 0,
) -> Iterator[Running]:
    """A target that runs in a thread until the block ends. Raises UnknownTarget.

    Port 0 is any free one. Without a token, any bearer token is accepted. Events are sent to `webhook_url`.
    """
    with ExitStack() as stack:
        target = build(api, variant=variant, fault=fault, token=token)
        if webhook_url:
            target.listener = stack.enter_context(_deliveries(webhook_url, target.settings.event_delay))
        title_case = variant is not None and variant_of(api, variant).header_names == "title-case"
        states = target.states
        url = stack.enter_context(_served(app(target, title_case=title_case), port))
        yield Running(api, url, states)


@contextmanager
def _served(application: App, port: int) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", port)) as listening:
        config = uvicorn.Config(
            application,
            log_config=None,
            log_level="critical",
            access_log=False,
            lifespan="off",
            http="h11",
            server_header=False,
            timeout_graceful_shutdown=1,
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        while not server.started and thread.is_alive():
            thread.join(0.005)
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


@contextmanager
def _deliveries(url: str, delay: float) -> Iterator[Listener]:
    def deliver(body: bytes) -> None:
        time.sleep(delay)
        request = urllib.request.Request(url, body, {"Content-Type": "application/json"})
        with suppress(OSError), urllib.request.urlopen(request, timeout=2):
            pass

    with ThreadPoolExecutor(1) as sender:

        def listener(event: str, body: Json) -> None:
            stamp = moments.write(moments.wall_clock(), "milliseconds")
            data = body.get("data") if isinstance(body, dict) else None
            sender.submit(deliver, json.dumps({"event": event, "timestamp": stamp, "data": data}).encode())

        yield listener
