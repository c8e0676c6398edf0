"""What the scenarios share: the choices of a run, and servers that could or could not be started."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.contestants import Contestant
from benchmarks.measuring import Pace
from benchmarks.processes import DidNotStart, Server, start


@dataclass(frozen=True, slots=True)
class Run:
    """The choices of one run, and the folder for what it has to write down meanwhile."""

    folder: Path
    port: int = 4600
    pace: Pace = field(default_factory=Pace)
    starts: int = 5
    operations: int = 1500
    minutes: float = 3.0
    seed: int = 0
    peers: bool = True

    def tell(self, text: str) -> None:
        """Say on standard error what is going on."""
        print(f"  {text}", file=sys.stderr, flush=True)


@contextlib.contextmanager
def field_of(
    run: Run, contestants: Sequence[Contestant], request: bytes
) -> Iterator[tuple[list[Server], dict[str, str]]]:
    """The contestants as running servers, stopped at the end, and why those that are missing cannot be measured."""
    servers: list[Server] = []
    missing: dict[str, str] = {}
    try:
        for contestant in contestants:
            if contestant.missing:
                missing[contestant.name] = contestant.missing
                continue
            try:
                servers.append(begin(run, contestant, request))
                run.tell(f"{contestant.name} answers")
            except DidNotStart as error:
                missing[contestant.name] = f"gave no 2xx answer: {' '.join(str(error).split())[:160]}"
                run.tell(f"{contestant.name} {missing[contestant.name]}")
        yield servers, missing
    finally:
        for server in servers:
            server.stop()


def begin(run: Run, contestant: Contestant, request: bytes) -> Server:
    """Start one contestant. Raises DidNotStart."""
    log = run.folder / f"{run.port}-{contestant.name.replace(' ', '-').replace('/', '-')}.log"
    return start(
        contestant.name,
        contestant.command,
        run.port,
        request,
        log if contestant.keep_log else Path(os.devnull),
        patience=contestant.patience,
    )
