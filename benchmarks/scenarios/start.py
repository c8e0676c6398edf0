"""From the start of a process to its first answer: the bundled APIs, and peers with one small document."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

import specs
from benchmarks import contestants, documents
from benchmarks.bench import Run, begin
from benchmarks.contestants import Contestant
from benchmarks.exchanges import documented_exchanges
from benchmarks.processes import DidNotStart
from benchmarks.tables import Goal, Table, number

PRISM = "Prism, one small document"
BUNDLED = "mock-server, all bundled APIs"


@dataclass(frozen=True, slots=True)
class Beginning:
    """One start: seconds and CPU seconds until the first 2xx answer, and bytes of memory then."""

    wall: float
    cpu: float
    memory: int


def start_up(run: Run) -> Table:
    """Times to the first 2xx answer."""
    exchange = documented_exchanges()[-1]
    document = documents.combined([specs.load(exchange.api)])
    file = documents.write(document, run.folder / "one.json")
    everyone = [
        contestants.bare("bare ASGI app", does=""),
        contestants.mock(BUNDLED, (), does=""),
        contestants.mock(f"mock-server {exchange.api}", (exchange.api,), does=""),
        contestants.mock("mock-server, the peers' document", (str(file),), does=""),
    ]
    if run.peers:
        file_3_0 = documents.write(documents.as_3_0(document), run.folder / "one-3.0.json")
        everyone += [
            contestants.prism(PRISM, file, does=""),
            contestants.openapi_backend("openapi-backend", file, does=""),
            contestants.mockoon("Mockoon", file, does=""),
            contestants.stock_connexion("Connexion, as it comes", file_3_0, does=""),
        ]
    begun, missing = first_answers(run, everyone, exchange.request, run.starts)
    goals = []
    if begun.get(PRISM):
        ratio = median_wall(begun[BUNDLED]) / median_wall(begun[PRISM])
        goals.append(Goal("bundled APIs ÷ Prism, first answer", ratio, 1.0))
    return Table(
        "First answer",
        ("server", "s (median)", "s (best)", "CPU s", "memory MB"),
        tuple(_row(contestant.name, begun[contestant.name], missing) for contestant in everyone),
        goals=tuple(goals),
        notes=(f"{run.starts} starts each, in turn; the first of each is not counted.",),
    )


def _row(name: str, begun: Sequence[Beginning], missing: dict[str, str]) -> tuple[str, ...]:
    if not begun:
        return (name, f"not measured: {missing[name]}", "", "", "")
    best, cpu = min(each.wall for each in begun), statistics.median(each.cpu for each in begun)
    memory = statistics.median(each.memory for each in begun) / 1e6
    return (name, *(number(value) for value in (median_wall(begun), best, cpu, memory)))


def median_wall(begun: Sequence[Beginning]) -> float:
    """The median of the seconds until the first answer."""
    return statistics.median(each.wall for each in begun)


def first_answers(
    run: Run, everyone: Sequence[Contestant], request: bytes, starts: int
) -> tuple[dict[str, list[Beginning]], dict[str, str]]:
    """What each start of each contestant took, but for its first; and why some could not be started."""
    begun: dict[str, list[Beginning]] = {contestant.name: [] for contestant in everyone}
    missing = {contestant.name: contestant.missing for contestant in everyone if contestant.missing}
    for turn in range(starts + 1):
        for contestant in everyone:
            if contestant.name in missing:
                continue
            try:
                server = begin(run, contestant, request)
            except DidNotStart as error:
                missing[contestant.name] = f"gave no 2xx answer: {' '.join(str(error).split())[:160]}"
                continue
            if turn:
                begun[contestant.name].append(Beginning(server.first_answer, server.first_cpu, server.memory()))
            server.stop()
        run.tell(f"start {turn} of {starts}" if turn else "warm")
    return begun, missing
