"""The values: what is to be proved, and what came of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

Part = Literal["liar", "variant", "unmade"]


@dataclass(frozen=True, slots=True)
class Job:
    """One target that is to be judged: `name` is that of the liar or variant; `kind` the kind of its claim."""

    api: str
    part: Part
    name: str
    kind: str
    claim: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the suite said of one target.

    `broken` are the ids of the broken claims that count, roots first; `cited` says whether the lie is among
    them. `detail` tells the first failure, or why nothing could be said.
    """

    job: Job
    broken: tuple[str, ...] = ()
    cited: bool = False
    detail: str = ""

    @property
    def caught(self) -> bool:
        """Whether the suite found anything wrong."""
        return bool(self.broken)

    @property
    def failed(self) -> bool:
        """Whether the suite failed: a liar that got away or was taken for another, an honest target that was blamed."""
        if self.job.part == "variant":
            return self.caught or bool(self.detail)
        return self.job.part == "liar" and not (self.caught and self.cited)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: how many claims of a kind there are, and what became of their liars."""

    api: str
    kind: str
    claims: int
    liars: int
    caught: int
    cited: int
    unmade: int


def rows(outcomes: Iterable[Outcome]) -> list[Row]:
    """The table of the liars, by API and kind, in the order in which these first came."""
    grouped: dict[tuple[str, str], list[Outcome]] = {}
    for outcome in outcomes:
        if outcome.job.part != "variant":
            grouped.setdefault((outcome.job.api, outcome.job.kind), []).append(outcome)
    return [_row(api, kind, found) for (api, kind), found in grouped.items()]


def _row(api: str, kind: str, outcomes: Sequence[Outcome]) -> Row:
    liars = [outcome for outcome in outcomes if outcome.job.part == "liar"]
    return Row(
        api,
        kind,
        claims=len({outcome.job.claim for outcome in outcomes}),
        liars=len(liars),
        caught=sum(outcome.caught for outcome in liars),
        cited=sum(outcome.cited for outcome in liars),
        unmade=sum(outcome.job.part == "unmade" for outcome in outcomes),
    )
