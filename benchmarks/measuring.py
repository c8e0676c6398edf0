"""Rounds: every server in turn gets the same load for the same time, again and again, and the medians count.

On a machine that has other things to do, what a server reaches changes from second to second; what it needs of CPU
time changes less, and what it needs in comparison with another measured right before and after changes least.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from benchmarks.processes import Server

CONNECTIONS = 16


class Refused(Exception):
    """A server gave other answers than 2xx; a rate of refusals is no rate of answers."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One turn of one server: CPU time in microseconds per request, and requests per second."""

    cpu: float
    rate: float


@dataclass(frozen=True, slots=True)
class Pace:
    """How long is measured: the rounds, the seconds of each turn, and those of the turn that warms up."""

    rounds: int = 15
    seconds: float = 0.3
    warm_up: float = 2.0


class Load:
    """The process that sends requests."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "benchmarks.load"]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.communicate(timeout=60)  # closes its input: the end of its orders

    def __call__(
        self, server: Server, requests: Sequence[bytes], seconds: float, *, any_status: bool = False
    ) -> Sample:
        """Load a server with requests in turn. Raises Refused where a status is not 2xx, unless any will do."""
        order = {
            "port": server.port,
            "seconds": seconds,
            "connections": CONNECTIONS,
            "requests": [request.decode("latin-1") for request in requests],
        }
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        before = server.cpu_seconds()
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        result: dict[str, Any] = json.loads(self._process.stdout.readline())
        used = server.cpu_seconds() - before
        answers = result["good"] + (result["bad"] if any_status else 0)
        if not answers or (result["bad"] and not any_status):
            status = " ".join(result["first_bad"].split())[:200]
            raise Refused(
                f"{result['bad']} of {result['bad'] + result['good']} answers were not 2xx; the first: {status}"
            )
        return Sample(used / answers * 1e6, answers / result["seconds"])


@dataclass(frozen=True, slots=True)
class Turn:
    """One thing to be measured: a server and the requests it gets; `key` names it among the others."""

    key: str
    server: Server
    requests: Sequence[bytes]


def interleaved(
    turns: Sequence[Turn], load: Load, pace: Pace, tell: Callable[[str], None]
) -> tuple[dict[str, list[Sample]], dict[str, str]]:
    """The samples of each turn, one per round (A B C, A B C, ...), and why turns that refused were given up."""
    samples: dict[str, list[Sample]] = {turn.key: [] for turn in turns}
    given_up: dict[str, str] = {}
    for number in range(pace.rounds + 1):  # the first round warms up, and does not count
        for turn in turns:
            if turn.key in given_up:
                continue
            try:
                sample = load(turn.server, turn.requests, pace.seconds if number else pace.warm_up)
            except Refused as error:
                given_up[turn.key] = str(error)
                continue
            if number:
                samples[turn.key].append(sample)
        tell(f"round {number} of {pace.rounds}" if number else "warm")
    return {key: taken for key, taken in samples.items() if key not in given_up}, given_up


def median(samples: Sequence[Sample]) -> Sample:
    """The medians of a turn's samples."""
    return Sample(statistics.median(s.cpu for s in samples), statistics.median(s.rate for s in samples))


def ratio(samples: Sequence[Sample], limit: Sequence[Sample]) -> float:
    """How much more CPU time than the limit, as the median over the rounds of the ratio in each."""
    return statistics.median(one.cpu / other.cpu for one, other in zip(samples, limit, strict=True))
