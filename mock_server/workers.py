"""Several processes that serve one mock: started, watched, replaced when they die, stopped together."""

from __future__ import annotations

import multiprocessing
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from multiprocessing.process import BaseProcess
from types import FrameType

from mock_server.table import CannotServe

Work = Callable[[socket.socket], None]
"""What each worker does with the listening socket until it is told to stop by SIGTERM. Has to be picklable."""

_PAUSE = 1.0
"""Seconds between the death of a worker that had just begun and the start of the next."""


class Workers:
    """`count` processes that do the same work on one socket."""

    def __init__(self, count: int, work: Work, bound: socket.socket) -> None:
        self._work, self._bound = work, bound
        self._context = multiprocessing.get_context("spawn")  # nothing of this process (threads, files) is taken along
        self._stopping = threading.Event()
        self._count = count
        self._processes: dict[BaseProcess, float] = {}

    def run(self) -> None:
        """Serve until SIGINT or SIGTERM; then let the workers finish what they are on. Returns normally then."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._stop)
        for _ in range(self._count):
            self._start()
        while not self._stopping.is_set():
            self._stopping.wait(0.1)
            self._replace_the_dead()
        self._bound.close()  # else new clients would be let in, and wait for a worker that does not come
        for process in self._processes:
            process.terminate()
        for process in self._processes:
            process.join()

    def _start(self) -> None:
        process = self._context.Process(target=_begin, args=(self._work, self._bound), name="mock-server worker")
        process.start()
        self._processes[process] = time.monotonic()

    def _replace_the_dead(self) -> None:
        for process, started in list(self._processes.items()):
            if process.exitcode is None or self._stopping.is_set():
                continue
            del self._processes[process]
            text = f"worker {process.pid} ended with {process.exitcode}; another takes its place"
            print(text, file=sys.stderr, flush=True)  # noqa: T201
            if time.monotonic() - started < _PAUSE:
                self._stopping.wait(_PAUSE)
            self._start()

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self._stopping.set()


def _begin(work: Work, bound: socket.socket) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all; the first process tells the workers
    threading.Thread(target=_end_with, args=(multiprocessing.parent_process(),), daemon=True).start()
    try:
        work(bound)
    except CannotServe as fault:  # what can be mended is told in a sentence, here as in the first process
        print(f"Error: {fault}", file=sys.stderr, flush=True)  # noqa: T201
        sys.exit(2)


def _end_with(parent: BaseProcess | None) -> None:
    """Stop when the first process dies, however it dies: nobody would be left to stop this one."""
    if parent is not None:
        parent.join()
        signal.raise_signal(signal.SIGTERM)
