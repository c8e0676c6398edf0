"""A server that watches where its own CPU time goes: `python -m benchmarks.sampled APP --port N --samples FILE`.

APP is `bare`, `examples` or `simulation`. From SIGUSR1 on it notes which module runs, a hundred times or more in each
second of CPU time; at its end it writes the counts, by module, as JSON. Unlike a tracing profiler it does not make
calls dearer than they are.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import signal
from collections import Counter
from pathlib import Path
from types import FrameType

from benchmarks.bare import Bare, run_bare
from benchmarks.exchanges import documented_exchanges

EVERY = 0.001
OUTSIDE = "event loop, sockets, kernel"
_OURS = ("mock_server.", "benchmarks.", "connexion.", "uvicorn.")
_ENTRIES = {"data_received", "resume_writing", "connection_made", "on_response_complete"}


class Sampler:
    """Counts, by module, where the main thread is each time the timer rings."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()

    def prepare(self) -> None:
        """Begin to count when SIGUSR1 comes."""
        signal.signal(signal.SIGPROF, self._ring)
        signal.signal(signal.SIGUSR1, self._begin)

    def _begin(self, _number: int, _frame: FrameType | None) -> None:
        signal.setitimer(signal.ITIMER_PROF, EVERY, EVERY)

    def _ring(self, _number: int, frame: FrameType | None) -> None:
        self.counts[_where(frame)] += 1


def _where(frame: FrameType | None) -> str:
    """The module of the innermost frame that is not a library's. What rings in C code is heard at the next entry."""
    entered = frame
    while frame is not None:
        module = frame.f_globals.get("__name__", "")
        if module == "__main__":
            module = str(frame.f_globals["__spec__"].name)
        if module.startswith(_OURS) and module != "benchmarks.sampled":
            if frame is entered and frame.f_code.co_name in _ENTRIES and frame.f_lasti <= 8:
                return OUTSIDE
            return "uvicorn" if module.startswith("uvicorn.") else module
        frame = frame.f_back
    return OUTSIDE


def main() -> None:
    """Serve until stopped, then write the counts."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.sampled", description=__doc__)
    parser.add_argument("app", choices=["bare", "examples", "simulation"])
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--samples", type=Path, required=True)
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, _stop)  # uvicorn gives the signal back at its end: to this, not to the default
    sampler = Sampler()
    sampler.prepare()
    with contextlib.suppress(KeyboardInterrupt):
        _serve(given.app, given.port)
    signal.setitimer(signal.ITIMER_PROF, 0)
    given.samples.write_text(json.dumps(sampler.counts), "utf-8")


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _serve(name: str, port: int) -> None:
    exchanges = documented_exchanges()
    if name == "bare":
        run_bare(Bare(exchanges, documented_headers=False), port)
        return
    from mock_server import MockOptions, create_app
    from mock_server.serving import bind, serve

    names = list(dict.fromkeys(exchange.api for exchange in exchanges))
    options = MockOptions(mode="examples" if name == "examples" else "simulation")
    serve(create_app(names, options), bind("127.0.0.1", port))


if __name__ == "__main__":
    main()
