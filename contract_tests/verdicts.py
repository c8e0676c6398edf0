"""What a run finds out, claim by claim, and which broken claim is only the consequence of another."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Final

from contract_tests.places import overlap
from contract_tests.results import Failure, Judgement, Verdict
from specs import Claim

ROOTS_FIRST: Final = (
    "security",
    "status",
    "media-type",
    "response-schema",
    "effect",
    "problem",
    "answer",
    "presence",
    "request-schema",
    "permit",
    "header",
    "robustness",
    "webhook",
    "exchange",
)
"""Kinds of claims, from those whose breach explains others to those that show the consequences."""


@dataclass(slots=True)
class _Fault:
    failure: Failure
    places: frozenset[str]
    cause: str | None


@dataclass(slots=True)
class _Entry:
    claim: Claim
    kept: int = 0
    faults: int = 0
    fault: _Fault | None = None
    reason: str = ""


@dataclass
class Ledger:
    """The evidence of a run. `chosen` are the ids of the claims that this run judges; evidence on others is dropped."""

    claims: tuple[Claim, ...]
    chosen: Collection[str]
    _entries: dict[str, _Entry] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._entries = {claim.id: _Entry(claim) for claim in self.claims}

    def judges(self, claim: Claim) -> bool:
        """Whether evidence on this claim is wanted: it was chosen, and is more than an assumption."""
        return claim.id in self.chosen and claim.strength.rank > 0

    def keep(self, claim: Claim | None, times: int = 1) -> None:
        """The target kept the claim in `times` answers."""
        if claim is not None and self.judges(claim):
            self._entries[claim.id].kept += times

    def breaks(
        self, claim: Claim | None, failure: Failure, places: Iterable[str] = (), cause: Claim | None = None
    ) -> None:
        """The target broke the claim. `places` are the pointers into the answers that showed it, each with its
        operation in front; `cause` is a claim that is known to have led to it. The smallest reproduction is kept.
        """
        if claim is None or not self.judges(claim):
            return
        entry = self._entries[claim.id]
        entry.faults += 1
        if entry.fault is None or _size(failure) < _size(entry.fault.failure):
            entry.fault = _Fault(failure, frozenset(places), cause.id if cause else None)

    def untested(self, claim: Claim | None, reason: str) -> None:
        """The claim could not be tested; the first reason that is given stands, unless evidence comes."""
        if claim is not None and not self._entries[claim.id].reason:
            self._entries[claim.id].reason = reason

    def explain(self, consequence: Claim | None, cause: Claim) -> None:
        """The breach of one claim is known to come from that of another."""
        entry = self._entries[consequence.id] if consequence is not None else None
        if entry is not None and entry.fault is not None and entry.claim.id != cause.id:
            entry.fault.cause = cause.id

    def is_broken(self, claim: Claim | None) -> bool:
        """Whether the claim is known to be broken."""
        return claim is not None and self._entries[claim.id].fault is not None

    def has_evidence(self, claim: Claim) -> bool:
        """Whether anything was found out about the claim."""
        entry = self._entries[claim.id]
        return entry.fault is not None or entry.kept > 0

    def judgements(self, left_out: str, otherwise: str) -> tuple[Judgement, ...]:
        """One judgement per claim, in order. `left_out` is the reason of those that were not chosen, `otherwise` of
        those nothing was found out about and nobody gave a reason for.
        """
        causes = self._causes()
        return tuple(self._judgement(entry, causes, left_out, otherwise) for entry in self._entries.values())

    def _judgement(self, entry: _Entry, causes: dict[str, str], left_out: str, otherwise: str) -> Judgement:
        claim = entry.claim
        if claim.strength.rank == 0:
            return Judgement(claim, Verdict.NOT_TESTED, reason="the documentation leaves it open")
        if claim.id not in self.chosen:
            return Judgement(claim, Verdict.NOT_TESTED, reason=left_out)
        if entry.fault is not None:
            return Judgement(
                claim,
                Verdict.BROKEN,
                observations=entry.kept + entry.faults,
                failure=entry.fault.failure,
                caused_by=causes.get(claim.id),
            )
        if entry.kept:
            return Judgement(claim, Verdict.KEPT, observations=entry.kept)
        return Judgement(claim, Verdict.NOT_TESTED, reason=entry.reason or otherwise)

    def _causes(self) -> dict[str, str]:
        """The root of each consequence: the claim named as its cause, the same fact broken in another operation, or a
        broken claim of a more basic kind that was read at the same place.
        """
        broken = [entry for entry in self._entries.values() if entry.fault is not None]
        broken.sort(key=lambda entry: (ROOTS_FIRST.index(entry.claim.kind), -entry.claim.strength.rank))
        causes: dict[str, str] = {}
        roots: list[_Entry] = []
        for entry in broken:
            cause = self._cause(entry, roots)
            if cause is None:
                roots.append(entry)
            else:
                causes[entry.claim.id] = cause
        return {claim: _ultimate(claim, causes) for claim in causes}

    def _cause(self, entry: _Entry, roots: list[_Entry]) -> str | None:
        assert entry.fault is not None  # noqa: S101 - for the type checker; `_causes` passes broken ones only
        named = entry.fault.cause
        if named is not None and named != entry.claim.id and self._entries[named].fault is not None:
            return named
        for root in roots:
            if _same_fact(root.claim, entry.claim):
                return root.claim.id
        for root in roots:
            if _explains(root, entry):
                return root.claim.id
        return None


def _same_fact(one: Claim, other: Claim) -> bool:
    """Whether two operations are said to do the same at the same place of the document (a shared schema or header)."""
    return (
        one.kind == other.kind
        and one.operation != other.operation
        and bool(one.pointer)
        and (one.pointer, one.keyword, one.at.rpartition("/")[2])
        == (other.pointer, other.keyword, other.at.rpartition("/")[2])
    )


def _explains(root: _Entry, entry: _Entry) -> bool:
    if root.fault is None or entry.fault is None:
        return False
    # An inferred claim is a warning: it must not hide what is documented.
    if root.claim.strength.rank < entry.claim.strength.rank:
        return False
    return any(overlap(one, other) for one in root.fault.places for other in entry.fault.places)


def _ultimate(claim: str, causes: dict[str, str]) -> str:
    seen = {claim}
    while (cause := causes[claim]) in causes and cause not in seen:
        seen.add(cause)
        claim = cause
    return causes[claim]


def _size(failure: Failure) -> tuple[int, int]:
    return len(failure.steps), sum(len(step.body or b"") for step in failure.steps)
