"""What the run knows of the target's resources: what each answer showed of them, and what was sent since."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from contract_tests.answers import Answer
from contract_tests.laws import LawClaims, key_of, sent_fields
from contract_tests.verdicts import Ledger
from specs import Api, Claim


@dataclass(slots=True)
class Pending:
    """A value that was sent and has not been seen again: the claim that it is kept, what was sent, what was there."""

    claim: Claim | None
    value: Any
    before: Any


@dataclass(slots=True)
class Seen:
    """A field as an answer showed it. `shaky`: a request that was refused, or should have been, may have changed it."""

    value: Any
    answer: Answer
    pending: Pending | None = None
    shaky: bool = False


@dataclass(slots=True)
class Known:
    """A resource as far as the answers showed it; `turn` is when it was shown last."""

    fields: dict[str, Seen] = field(default_factory=dict)
    turn: int = 0


@dataclass(frozen=True, slots=True)
class Event:
    """An accepted request that changed a resource."""

    turn: int
    key: str
    sent: Mapping[str, Any]
    answer: Answer


@dataclass(frozen=True, slots=True)
class Dispute:
    """A value that was answered once and is not there any more: was it not saved, or reset by who looked?"""

    saving: Claim | None
    looking: Claim | None
    looked: tuple[str, str]
    tell: Callable[[Claim | None], None]


class Memory:
    """The resources that answers showed, by kind and id.

    `known` is how each was shown last, `seen_first` how each that the run did not create was shown first; `events` are
    the accepted requests by kind, `people` the resources embedded in others, `turn` counts the answers. `doubts` are
    broken claims after which ids mean little; `confirmed` are pairs of operation and field, where it is known that the
    one leaves the other alone; `disputes` wait for that.
    """

    def __init__(self, api: Api, ledger: Ledger) -> None:
        self.api, self.ledger, self.claims = api, ledger, LawClaims(api)
        self.known: dict[tuple[str, str], Known] = {}
        self.events: dict[str, list[Event]] = {}
        self.people: dict[tuple[str, str], tuple[Any, Answer]] = {}
        self.turn = 0
        self.doubts: dict[str, Claim] = {}
        self.confirmed: set[tuple[str, str]] = set()
        self.disputes: list[Dispute] = []
        self.seen_first: dict[tuple[str, str], dict[str, Any]] = {}

    def settle(self) -> None:
        """Decide who is to blame where a sent value did not come back: the operation that should have saved it,
        if the one that looked is known to leave such values alone; else the one that looked.
        """
        for dispute in self.disputes:
            saved = dispute.looked in self.confirmed
            dispute.tell(dispute.saving if saved else dispute.looking)
        self.disputes.clear()

    def fields(self, kind: str, key: Any) -> dict[str, Any]:
        """The fields of a resource that are known for sure."""
        known = self.known.get((kind, str(key)))
        return {} if known is None else {name: seen.value for name, seen in known.fields.items() if not seen.shaky}

    def found(self, kind: str) -> list[tuple[str, Mapping[str, Any]]]:
        """The resources of a kind that were there before the run: their ids, and the fields they showed first."""
        return [(key, fields) for (other, key), fields in self.seen_first.items() if other == kind]

    def refused(self, answer: Answer) -> None:
        """A refused request may have changed what it sent; nothing says that it must not have."""
        behaviour = self.api.rules.behaviours.get(answer.call.operation.id)
        if behaviour is None:
            return
        known = self.known.get((behaviour.resource, str(key_of(behaviour, answer.call))))
        for name in sent_fields(behaviour, answer.call) if known else ():
            if known is not None and name in known.fields:
                known.fields[name].shaky = True
