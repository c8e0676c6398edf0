"""A socket on which one target after the other stands, and the suite's run against each."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from typing import Any

import uvicorn

from contract_tests import Report, RunOptions, run
from specs import Api
from tests.proof.layer import App, Receive, Scope, Send, layered
from tests.proof.liar import TOKEN, Target
from tests.proof.webhooks import honest, sending


class Stage:
    """A server of which the app can be changed; `url` is where it listens."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._app: App | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the present target answer."""
        if self._app is not None:
            await self._app(scope, receive, send)

    def judged(
        self, api: Api, target: Target, only: tuple[str, ...] = (), *, events: bool = False, seed: int = 0
    ) -> Report:
        """What the suite says of a target. `events`: the target sends events, and the run awaits them."""
        listen = ("127.0.0.1", _free_port()) if events else None
        app = target.build(api)
        if listen is not None:
            url = f"http://{listen[0]}:{listen[1]}"
            app = layered(api, app, sending(api, url, target.events or honest)(api))
        self._app = app
        options = RunOptions(
            url=self.url,
            token=TOKEN,
            states=states(target.driver(api), others=target.driver(api).seed != api.seed),
            seed=seed,
            only=only,
            listen=listen,
            schemathesis=False,
        )
        return run(api, options)


@contextmanager
def stage() -> Iterator[Stage]:
    """A stage on a free port of this machine, until the block ends."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        made = Stage(f"http://127.0.0.1:{listening.getsockname()[1]}")
        config = uvicorn.Config(made, log_config=None, lifespan="off", access_log=False, server_header=False)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        try:
            yield made
        finally:
            server.should_exit = True
            thread.join()


def states(api: Api, *, others: bool = False) -> Mapping[str, Mapping[str, Any]]:
    """What stands for each state at a target that starts from the seed: state name to the id of the first one in it.

    `others`: the seed is not the documented one, so the ids of all kinds of resources are told.
    """
    found: dict[str, Mapping[str, Any]] = {}
    for kind, resource in api.rules.resources.items():
        for state in resource.states:
            for seeded in api.seed.resources.get(kind, ()):
                if seeded.get(resource.state_field or "") == state.value:
                    found.setdefault(state.name, {resource.identity: seeded[resource.identity]})
        if others and (first := api.seed.resources.get(kind)):
            found[resource.phrase] = {resource.identity: first[0][resource.identity]}
    return found


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
