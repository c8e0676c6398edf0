"""What a run found: a judgement per claim, with the exchanges that show it. Every report is made from these values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from specs import Claim

ANOTHER_SHARD: Final = "another shard judges it"
"""The reason of a judgement that was left to another shard."""

NOT_CHOSEN: Final = "the run was asked for other claims only"
"""The reason of a judgement that `RunOptions.only` leaves out."""


class Verdict(StrEnum):
    """What can be said of a claim after a run."""

    KEPT = "kept"
    BROKEN = "broken"
    NOT_TESTED = "not tested"


@dataclass(frozen=True, slots=True)
class Step:
    """One request that was sent, and what came back; secrets are redacted. `status` is None where nothing came."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes | None
    status: int | None
    answer_headers: Mapping[str, str]
    answer_body: bytes
    seconds: float = 0.0
    curl: str = ""


@dataclass(frozen=True, slots=True)
class Failure:
    """How a claim was broken: what the docs led one to expect, what came, and the steps that show it (the last one is
    the one that broke it; the ones before bring the target into the state it needs).

    `where` is a JSON pointer into the last answer's body, a header's name, or empty.
    """

    expected: str
    got: str
    where: str
    steps: tuple[Step, ...]

    @property
    def curl(self) -> str:
        """The commands that reproduce it, one a line."""
        return "\n".join(step.curl for step in self.steps if step.curl)


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict on one claim.

    `observations` counts the answers it was held against. `reason` says why it was not tested. `failure` is the
    smallest reproduction, where broken. `caused_by` is the id of the broken claim that this one is a consequence of;
    a consequence is no failure of its own. `waived` is the reason of the waiver that covers it.
    """

    claim: Claim
    verdict: Verdict
    observations: int = 0
    reason: str = ""
    failure: Failure | None = None
    caused_by: str | None = None
    waived: str | None = None

    @property
    def left_out(self) -> bool:
        """Whether this run was told not to test the claim: another shard does, or other claims were chosen."""
        return self.verdict is Verdict.NOT_TESTED and self.reason in (ANOTHER_SHARD, NOT_CHOSEN)


@dataclass(frozen=True, slots=True)
class Report:
    """All that one run has to say of one API at one target.

    `could_not_run` says why nothing, or not everything, could be judged (target unreachable, token refused, gone
    half-way); what was found before stands in `judgements` all the same. `notes` are remarks for people: volume of
    Schemathesis, states that were not given, unused or expired waivers. `options` are those that reproduce the run.
    """

    api: str
    title: str
    url: str
    seed: int
    profile: str
    judgements: tuple[Judgement, ...]
    requests: int = 0
    seconds: float = 0.0
    could_not_run: str | None = None
    notes: tuple[str, ...] = ()
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def broken(self) -> tuple[Judgement, ...]:
        """The failures at their roots: broken, not waived, no consequence of one as strong; strongest claims first."""
        ranks = {j.claim.id: j.claim.strength.rank for j in self.judgements if j.verdict is Verdict.BROKEN}
        roots = [
            j
            for j in self.judgements
            if j.verdict is Verdict.BROKEN and not j.waived and ranks.get(j.caused_by or "", -1) < j.claim.strength.rank
        ]
        return tuple(sorted(roots, key=lambda j: (-j.claim.source.strength.rank, j.claim.id)))

    def of(self, verdict: Verdict) -> tuple[Judgement, ...]:
        """The judgements with this verdict."""
        return tuple(j for j in self.judgements if j.verdict is verdict)
