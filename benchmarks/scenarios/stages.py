"""Where the time of a request goes: the share of each module, from samples taken under load."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections import Counter

from benchmarks.bench import Run, begin
from benchmarks.contestants import Contestant
from benchmarks.exchanges import documented_exchanges
from benchmarks.measuring import Load
from benchmarks.tables import Table, number

APPS = ("bare", "examples", "simulation")
SHOWN = 24
TURNS = 40
"""How many turns' time each app is loaded: some thousand samples at the usual pace."""


def stages(run: Run) -> Table:
    """Microseconds of CPU time per request, by module, of the bare app and of the mock in two modes."""
    spent = {app: _sampled(run, app) for app in APPS}
    total: Counter[str] = Counter()
    for by_module in spent.values():
        total.update(by_module)
    rows = [(module, *(_cell(spent[app][module]) for app in APPS)) for module, _ in total.most_common(SHOWN)]
    rest = [
        sum(spent[app].values()) - sum(spent[app][module] for module, _ in total.most_common(SHOWN)) for app in APPS
    ]
    rows += [("everything else", *(_cell(value) for value in rest))]
    rows += [("**all of it**", *(number(sum(spent[app].values())) for app in APPS))]
    return Table(
        "Where the time goes: µs per documented request",
        ("module", *APPS),
        tuple(rows),
        notes=(
            "From samples of the running module. Libraries count for the module that calls them, and the kernel for "
            "the one that writes to the socket: uvicorn writes head and body apart, `mock_server.connection` at once.",
        ),
    )


def _cell(value: float) -> str:
    return number(value) if value >= 0.05 else "-"


def _sampled(run: Run, app: str) -> Counter[str]:
    """Microseconds per request of each module."""
    exchanges = documented_exchanges()
    samples = run.folder / f"samples-{app}.json"
    command = (sys.executable, "-m", "benchmarks.sampled", app, "--port", "{port}", "--samples", str(samples))
    server = begin(run, Contestant(f"sampled {app}", command, ""), exchanges[0].request)
    try:
        with Load() as load:
            requests = [exchange.request for exchange in exchanges]
            load(server, requests, run.pace.warm_up)
            os.kill(server.process.pid, signal.SIGUSR1)
            per_request = load(server, requests, run.pace.seconds * TURNS).cpu
    finally:
        server.stop()
    run.tell(f"{app} sampled")
    counts = Counter[str](json.loads(samples.read_text("utf-8")))
    return Counter({module: count / counts.total() * per_request for module, count in counts.items()})
