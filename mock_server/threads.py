"""Mocks that run beside a test, each in a thread of its own."""

from __future__ import annotations

import threading
import time
from functools import cached_property
from typing import Any

from mock_server.creation import Spec, create_app
from mock_server.layers import App
from mock_server.options import MockOptions
from mock_server.serving import bind, make_server, origin

_PATIENCE = 10.0
"""Seconds that a server may take to start or stop."""


class RunningMock:
    """One mock: `app` in process, `url` over HTTP. The server is started when its URL is first asked for."""

    def __init__(self, app: App) -> None:
        self.app = app
        self._thread: threading.Thread | None = None

    @cached_property
    def url(self) -> str:
        """The origin at which the mock listens: `http://127.0.0.1:<a free port>`. Raises RuntimeError if it can't."""
        bound = bind("127.0.0.1", 0)
        self._server = make_server(self.app)
        self._thread = threading.Thread(target=self._server.run, args=([bound],), daemon=True)
        self._thread.start()
        deadline = time.monotonic() + _PATIENCE
        while not self._server.started:
            if time.monotonic() > deadline or not self._thread.is_alive():
                raise RuntimeError("The mock did not start.")
            time.sleep(0.005)
        self._bound = bound
        return origin(bound)

    def close(self) -> None:
        """Stop the server, if there is one."""
        if self._thread is not None:
            self._server.should_exit = True
            self._thread.join(_PATIENCE)
            self._bound.close()
            self._thread = None


class Mocks:
    """Starts mocks, and stops them all."""

    def __init__(self) -> None:
        self._running: list[RunningMock] = []

    def __call__(self, *apis: Spec, **options: Any) -> RunningMock:
        """A new mock of the APIs; the options are those of `MockOptions`."""
        mock = RunningMock(create_app(list(apis), MockOptions(**options)))
        self._running.append(mock)
        return mock

    def close(self) -> None:
        """Stop all mocks."""
        for mock in self._running:
            mock.close()
