"""Memory under lasting load: what is kept has to be bounded."""

from __future__ import annotations

import dataclasses
import time

from benchmarks import contestants
from benchmarks.bench import Run, field_of
from benchmarks.exchanges import documented_exchanges, http_request
from benchmarks.measuring import Load
from benchmarks.tables import Goal, Table, number

GROWTH_GOAL = 5.0
READINGS = 10


def memory(run: Run) -> Table:
    """Resident memory while creates, updates and refusals go on for minutes."""
    exchanges = documented_exchanges()
    first = exchanges[0]
    refused = http_request(first.method, "/nowhere", first.headers, first.body)
    names = tuple(dict.fromkeys(exchange.api for exchange in exchanges))
    contestant = dataclasses.replace(contestants.mock("mock-server", names, does=""), keep_log=False)
    requests = [exchange.request for exchange in exchanges]
    readings: list[tuple[float, int, float]] = []
    with field_of(run, [contestant], first.request) as (servers, missing), Load() as load:
        if missing:
            return Table("Memory", ("note",), ((f"not measured: {missing[contestant.name]}",),))
        server = servers[0]
        seconds = run.minutes * 60 / READINGS
        load(server, requests, min(10.0, 2 * seconds))  # the store fills up to its bound
        begin, answered = time.perf_counter(), 0.0
        readings.append((0.0, server.memory(), 0.0))
        for turn in range(1, READINGS + 1):
            sample = load(server, requests, seconds)
            load(server, [refused], min(0.5, seconds / 4), any_status=True)
            answered += sample.rate * seconds
            readings.append((time.perf_counter() - begin, server.memory(), answered))
            run.tell(f"reading {turn} of {READINGS}")
    base = readings[0][1]
    rows = tuple((f"{at / 60:.1f}", f"{answers:,.0f}", number(size / 1e6)) for at, size, answers in readings)
    grown = 100 * (readings[-1][1] - base) / base
    return Table(
        f"Memory of the simulation under {number(run.minutes)} minutes of load",
        ("minutes", "requests", "memory MB"),
        rows,
        goals=(Goal("growth after the store is full", grown, GROWTH_GOAL, " %"),),
        notes=("Creates, updates of two APIs, and requests for a path that is not served, with the access log on.",),
    )
