"""What a run finds out, claim by claim, and which broken claim is only the consequence of another."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
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
        """The root of each consequence: the claim named as its cause, the same fact broken in another operation, a
        broken claim of a more basic kind that was read at the same place, or the first of many that broke alike.
        """
        broken = [entry for entry in self._entries.values() if entry.fault is not None]
        broken.sort(key=lambda entry: (ROOTS_FIRST.index(entry.claim.kind), -entry.claim.strength.rank))
        causes: dict[str, str] = {}
        for index, entry in enumerate(broken):
            cause = self._cause(entry, broken[:index])
            if cause is not None and _ultimate_or_self(cause, causes) != entry.claim.id:
                causes[entry.claim.id] = cause
        causes |= _families([entry for entry in broken if entry.claim.id not in causes])
        return {claim: _ultimate(claim, causes) for claim in causes}

    def _cause(self, entry: _Entry, basic: list[_Entry]) -> str | None:
        """The claim that explains a broken one; `basic` are those of more basic kinds, whether roots or not."""
        fault = entry.fault
        if fault is not None and fault.cause is not None and self._entries[fault.cause].fault is not None:
            return fault.cause if fault.cause != entry.claim.id else None
        able = [root for root in basic if root.claim.strength.rank >= entry.claim.strength.rank]
        explaining = [root for root in able if _same_fact(root.claim, entry.claim) or _explains(root, entry)]
        if not explaining and entry.claim.kind == "exchange":
            # An exchange shows the symptoms of whatever else is wrong with its operation.
            explaining = [root for root in able if _shows_in_exchange(root.claim, entry.claim)]
        return explaining[0].claim.id if explaining else None


def _same_fact(one: Claim, other: Claim) -> bool:
    """Whether two operations are said to do the same: at one place of the document (a shared schema or header), or by
    laws of the same words.
    """
    if one.kind != other.kind or one.operation == other.operation or one.keyword != other.keyword:
        return False
    if one.kind in ("response-schema", "header", "request-schema", "presence"):
        return bool(one.pointer) and (one.pointer, _name(one)) == (other.pointer, _name(other))
    return one.at == other.at and (one.name == other.name or one.kind == "effect")


def _name(claim: Claim) -> str:
    return claim.at.rpartition("/")[2]


def _explains(root: _Entry, entry: _Entry) -> bool:
    if root.fault is None or entry.fault is None:
        return False
    return any(overlap(one, other) for one in root.fault.places for other in entry.fault.places)


def _shows_in_exchange(root: Claim, exchange: Claim) -> bool:
    if root.operation != exchange.operation or root.kind == "exchange":
        return False
    return (root.kind in ("header", "media-type")) == (exchange.keyword == "headers")


def _families(roots: list[_Entry]) -> dict[str, str]:
    """Of claims that broke alike and in numbers, the first stands for all: whatever does not check its input, or spells
    its members in another way, has one fault.
    """
    families: dict[tuple[str, ...], list[str]] = {}
    for root in roots:
        families.setdefault(_family(root.claim), []).append(root.claim.id)
    return {
        claim: members[0]
        for key, members in families.items()
        if len(members) >= FAMILY.get(key[0], 3)
        for claim in members[1:]
    }


FAMILY: Final[Mapping[str, int]] = {"security": 2, "robustness": 2, "envelope": 2, "effect": 4, "unchecked": 5}
"""How many that broke alike make a family; three where nothing is said."""


def _family(claim: Claim) -> tuple[str, ...]:
    if claim.kind == "security":
        return ("security", claim.source.strength)
    if claim.kind == "request-schema" or (claim.kind == "presence" and claim.keyword == "required"):
        return ("unchecked", claim.operation, claim.source.strength)
    if claim.kind == "robustness":
        return ("robustness", claim.operation)
    if claim.kind == "effect":
        return ("effect", claim.operation, claim.source.strength)
    if claim.kind == "response-schema" and claim.keyword == "required" and claim.at.count("/") == 1:
        return ("envelope", claim.operation, claim.status, claim.source.strength)
    return (claim.kind, claim.keyword, claim.operation, claim.source.strength)


def _ultimate_or_self(claim: str, causes: dict[str, str]) -> str:
    return _ultimate(claim, causes) if claim in causes else claim


def _ultimate(claim: str, causes: dict[str, str]) -> str:
    seen = {claim}
    while (cause := causes[claim]) in causes and cause not in seen:
        seen.add(cause)
        claim = cause
    return causes[claim]


def _size(failure: Failure) -> tuple[int, int]:
    return len(failure.steps), sum(len(step.body or b"") for step in failure.steps)
