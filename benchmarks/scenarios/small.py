"""The documented operations: CPU time per validated request, compared with the bare app, and requests per second."""

from __future__ import annotations

import statistics
from pathlib import Path

import specs
from benchmarks import contestants, documents
from benchmarks.bench import Run, field_of
from benchmarks.contestants import Contestant
from benchmarks.exchanges import Exchange, documented_exchanges
from benchmarks.measuring import Load, Sample, Turn, interleaved, median, ratio
from benchmarks.peers.wiremock import write_mappings
from benchmarks.processes import DidNotStart
from benchmarks.tables import Goal, Table, number

LIMIT, SIMULATION, EXAMPLES = "bare ASGI app", "mock-server --quiet", "mock-server --quiet --mode examples"
GOALS = {SIMULATION: 1.6, EXAMPLES: 1.3}


def small(run: Run) -> Table:
    """CPU time per request of everyone, on each documented operation."""
    exchanges = documented_exchanges()
    everyone = _everyone(run, exchanges)
    with field_of(run, everyone, exchanges[0].request) as (servers, missing), Load() as load:
        turns = [
            Turn(f"{server.name} {number}", server, [each.request])
            for number, each in enumerate(exchanges)
            for server in servers
        ]
        samples, given_up = interleaved(turns, load, run.pace, run.tell)
    if LIMIT in missing:
        raise DidNotStart(f"{LIMIT} {missing[LIMIT]}")
    rows, ratios = [], {}
    for contestant in everyone:
        keys = [f"{contestant.name} {index}" for index in range(len(exchanges))]
        why = missing.get(contestant.name) or next((given_up[key] for key in keys if key in given_up), "")
        if why:
            rows.append((contestant.name, contestant.does, *["-"] * (len(exchanges) + 1), f"not measured: {why}"))
            continue
        taken = [samples[key] for key in keys]
        limits = [samples[f"{LIMIT} {index}"] for index in range(len(exchanges))]
        ratios[contestant.name] = statistics.mean(ratio(own, limit) for own, limit in zip(taken, limits, strict=True))
        rows.append((contestant.name, contestant.does, *_cells(taken), number(ratios[contestant.name])))
    return Table(
        "Documented operations, 16 connections, one process",
        ("server", "does", *(f"{each.method} {each.api} µs" for each in exchanges), "req/s", "CPU ÷ bare"),
        tuple(rows),
        goals=tuple(Goal(f"{name} ÷ bare", ratios[name], limit) for name, limit in GOALS.items() if name in ratios),
        notes=(f"µs: CPU time of the server per request, median of {run.pace.rounds} interleaved rounds.",),
    )


def _cells(taken: list[list[Sample]]) -> list[str]:
    medians = [median(samples) for samples in taken]
    return [*(number(each.cpu) for each in medians), number(statistics.mean(each.rate for each in medians))]


def _everyone(run: Run, exchanges: tuple[Exchange, ...]) -> list[Contestant]:
    names = tuple(dict.fromkeys(exchange.api for exchange in exchanges))
    ours = [
        contestants.bare(LIMIT, does="routes, checks the token, parses, validates"),
        contestants.bare("the same, all documented headers", "--documented-headers", does="the same"),
        contestants.mock(SIMULATION, names, "--quiet", does="validates, keeps state"),
        contestants.mock("mock-server", names, does="the same, with its access log"),
        contestants.mock("mock-server --quiet --journal 0", names, "--quiet", "--journal", "0", does="no journal kept"),
        contestants.mock(EXAMPLES, names, "--quiet", "--mode", "examples", does="validates"),
    ]
    return ours + (_peers(run.folder, names, exchanges) if run.peers else [])


def _peers(folder: Path, names: tuple[str, ...], exchanges: tuple[Exchange, ...]) -> list[Contestant]:
    document = documents.combined(specs.load(name) for name in names)
    file = documents.write(document, folder / "documented.json")
    file_3_0 = documents.write(documents.as_3_0(document), folder / "documented-3.0.json")
    mappings = write_mappings(exchanges, folder / "wiremock")
    return [
        contestants.wiremock("WireMock", mappings, does="matches path, token, type; reads no OpenAPI; body unread"),
        contestants.openapi_backend("openapi-backend", file, does="validates (no formats)"),
        contestants.prism("Prism, silent", file, "--verboseLevel", "silent", does="validates"),
        contestants.prism("Prism", file, does="validates, with its log"),
        contestants.mockoon("Mockoon", file, does="neither validates nor checks the token"),
        contestants.stock_connexion("Connexion, as it comes", file_3_0, does="validates"),
    ]
