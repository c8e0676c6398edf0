"""Documents of more than a thousand operations: throughput against that of a small part, first answer, memory."""

from __future__ import annotations

import dataclasses
import json
import statistics
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import contestants, documents
from benchmarks.bench import Run, field_of
from benchmarks.contestants import NODE_MODULES, Contestant
from benchmarks.exchanges import http_request
from benchmarks.measuring import Load, Sample, Turn, interleaved, median
from benchmarks.scenarios.start import Beginning, first_answers, median_wall
from benchmarks.synthetic import large_document
from benchmarks.tables import Goal, Table, number

HEADERS = {"Accept": "application/json", "Content-Type": "application/json", "Authorization": "Bearer token"}
SIMULATION, EXAMPLES = "mock-server --quiet", "mock-server --quiet --mode examples"
PRISM, CONNEXION = "Prism, silent", "Connexion, as it comes"
GITHUB = NODE_MODULES / "@octokit" / "openapi" / "generated" / "api.github.com.json"
MEMORY_GOAL = 200.0
LOSS_GOAL = 10.0
PART = "part: "
"""What the names of the servers with the small documents begin with."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A large document and a part of it that has the same operation, with a request to it."""

    title: str
    whole: Path
    part: Path
    request: bytes


def large(run: Run) -> Table:
    """The synthetic document; the request goes to an operation in its middle."""
    document = large_document(run.operations, run.seed)
    collections = [path for path in document["paths"] if "{" not in path]
    path = collections[len(collections) // 2]
    body = document["paths"][path]["post"]["requestBody"]["content"]["application/json"]["example"]
    pair = Pair(
        title=f"A synthetic document of {documents.count_operations(document):,} operations",
        whole=documents.write(document, run.folder / "large.json"),
        part=documents.write(documents.part_of(document, [path, path + "/{id}"]), run.folder / "part.json"),
        request=http_request("POST", path, HEADERS, json.dumps(body).encode()),
    )
    return _compare(run, pair)


def real(run: Run) -> Table:
    """The document of GitHub's REST API, as npm has it; the request creates an issue."""
    title = "A real document: GitHub's REST API (`@octokit/openapi`)"
    if not GITHUB.exists():
        return Table(title, ("server", "note"), (("all", "not measured: npm has not installed @octokit/openapi"),))
    document: dict[str, Any] = json.loads(GITHUB.read_text("utf-8"))
    path = "/repos/{owner}/{repo}/issues"
    body = {"title": "Found a bug", "body": "It does not work.", "labels": ["bug"]}
    pair = Pair(
        title=f"{title}, {documents.count_operations(document):,} operations, {GITHUB.stat().st_size / 1e6:.0f} MB",
        whole=GITHUB,
        part=documents.write(
            documents.part_of(document, [path, path + "/{issue_number}"]), run.folder / "github-part.json"
        ),
        request=http_request("POST", "/repos/octocat/hello-world/issues", HEADERS, json.dumps(body).encode()),
    )
    return _compare(run, pair, "unvalidated")


def _compare(run: Run, pair: Pair, backend_option: str = "") -> Table:
    everyone = _everyone(run, pair.whole, backend_option)
    quick = [contestant for contestant in everyone if contestant.name != CONNEXION]
    begun, missing = first_answers(run, quick, pair.request, max(1, run.starts // 2))
    if len(quick) < len(everyone):  # half a minute for each start
        slow, slow_missing = first_answers(run, [everyone[-1]], pair.request, 1)
        begun, missing = {**begun, **slow}, {**missing, **slow_missing}
    able = [contestant for contestant in quick if contestant.name not in missing]
    parts = [each for each in _everyone(run, pair.part, backend_option) if each.name in {one.name for one in able}]
    parts = [dataclasses.replace(each, name=PART + each.name) for each in parts]
    with field_of(run, [*able, *parts], pair.request) as (servers, not_started), Load() as load:
        servers.sort(key=lambda server: server.name.removeprefix(PART))  # what is compared is measured side by side
        turns = [Turn(server.name, server, [pair.request]) for server in servers]
        samples, given_up = interleaved(turns, load, run.pace, run.tell)
        memory = {server.name: server.memory() / 1e6 for server in servers}
    missing = {**not_started, **given_up, **missing}
    return Table(
        pair.title,
        ("server", "first answer s", "CPU s", "memory MB", "req/s", "part: req/s", "µs", "part: µs"),
        tuple(_row(contestant.name, begun, samples, memory, missing) for contestant in everyone),
        goals=tuple(_goals(begun, samples, memory)),
        notes=(
            "part: the same operation in a document that has only its resource. Memory is taken after the load.",
            f"µs: CPU time of the server per request, median of {run.pace.rounds} interleaved rounds.",
        ),
    )


def _everyone(run: Run, file: Path, backend_option: str) -> list[Contestant]:
    ours = [
        contestants.mock(SIMULATION, (str(file),), "--quiet", does=""),
        contestants.mock(EXAMPLES, (str(file),), "--quiet", "--mode", "examples", does=""),
    ]
    if not run.peers:
        return ours
    document = json.loads(file.read_text("utf-8"))
    lowered = file
    if not document["openapi"].startswith("3.0"):
        lowered = documents.write(documents.as_3_0(document), run.folder / f"{file.stem}-3.0.json")
    options = (backend_option,) if backend_option else ()
    backend = "openapi-backend, no validation" if options else "openapi-backend"
    return [
        *ours,
        contestants.prism(PRISM, file, "--verboseLevel", "silent", does=""),
        contestants.openapi_backend(backend, file, *options, does=""),
        contestants.mockoon("Mockoon", file, does=""),
        contestants.stock_connexion(CONNEXION, lowered, does="", patience=150.0),
    ]


def _row(
    name: str,
    begun: dict[str, list[Beginning]],
    samples: dict[str, list[Sample]],
    memory: dict[str, float],
    missing: dict[str, str],
) -> tuple[str, ...]:
    taken = begun.get(name)
    if not taken:
        return (name, f"not measured: {missing.get(name, '')}", *[""] * 6)
    wall, cpu = median_wall(taken), statistics.median(each.cpu for each in taken)
    resident = memory.get(name, max(each.memory for each in taken) / 1e6)
    cells = [number(wall), number(cpu), number(resident)]
    whole, part = (median(samples[key]) if key in samples else None for key in (name, PART + name))
    cells += [number(each.rate) if each else "-" for each in (whole, part)]
    return (name, *cells, *(number(each.cpu) if each else "-" for each in (whole, part)))


def _goals(begun: dict[str, list[Beginning]], samples: dict[str, list[Sample]], memory: dict[str, float]) -> list[Goal]:
    goals = []
    for name in (SIMULATION, EXAMPLES):
        if name in samples and PART + name in samples:
            pairs = zip(samples[name], samples[PART + name], strict=True)
            loss = statistics.median(1 - part.cpu / whole.cpu for whole, part in pairs)
            goals.append(Goal(f"{name}: throughput lost to the size of the document", 100 * loss, LOSS_GOAL, " %"))
    if begun.get(PRISM) and begun.get(SIMULATION):
        goals.append(Goal("first answer ÷ Prism's", median_wall(begun[SIMULATION]) / median_wall(begun[PRISM]), 0.25))
    if SIMULATION in memory:
        goals.append(Goal("memory", memory[SIMULATION], MEMORY_GOAL, " MB"))
    return goals
