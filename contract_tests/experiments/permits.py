"""Update matrices: each cell by an update of one field of a resource in one state."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from contract_tests.answers import Answer, brief
from contract_tests.compare import same
from contract_tests.laws import aimed, place
from contract_tests.places import NOTHING, find
from contract_tests.session import Session
from contract_tests.states import Base, States
from contract_tests.strangers import seems_unknown
from specs import Claim, Permits, State
from specs.pointers import join


def run(session: Session, states: States) -> None:
    """Judge the cells of the update matrices."""
    for operation in session.api.operations:
        claims = session.claims("permit", operation)
        base = states.base(operation) if claims and session.may(operation) else None
        if base is None or base.behaviour is None or base.behaviour.permits is None:
            for claim in claims:
                session.ledger.untested(claim, states.reasons.get(operation.id, ""))
            continue
        resource = session.api.rules.resources[base.behaviour.resource]
        for state in resource.states:
            mine = [claim for claim in claims if claim.keyword == state.value]
            if mine:
                _Column(session, states, base, base.behaviour.permits, state, mine).judge()


@dataclass
class _Column:
    """The cells of one state."""

    session: Session
    states: States
    base: Base
    permits: Permits
    state: State
    claims: list[Claim]

    def judge(self) -> None:
        """Find a resource in the state, and update each field of it."""
        found = self._subject()
        if found is None:
            resource = self.base.session.api.rules.resources[self.base.behaviour.resource]  # type: ignore[union-attr]
            for claim in self.claims:
                self.session.ledger.untested(
                    claim,
                    f'no {self.state.name.partition(" ")[2]} is known: give one with --states "{self.state.name}": '
                    f'{{"{resource.identity}": ...}}',
                )
            return
        subject, given, values = found
        for claim in self.claims:
            if claim.expected == "permitted":
                self._permitted(claim, subject, given=given)
        for claim in self.claims:
            if claim.expected == "refused":
                self._refused(claim, subject, values, given=given)

    def _subject(self) -> tuple[Base, bool, Mapping[str, Any]] | None:
        """A resource in the state, whether the run was told so, and what else is known of it."""
        behaviour = self.base.behaviour
        assert behaviour is not None  # noqa: S101 - for the type checker; `run` looked
        resource = self.session.api.rules.resources[behaviour.resource]
        given = self.states.given(self.state.name)
        if given and resource.identity in given:
            return self._aimed(given[resource.identity]), True, given
        if self._is_in_state(self.base.answer):
            return self.base, True, {}
        for row in self.session.api.seed.resources.get(resource.name, ()):
            if row.get(self.permits.by) != self.state.value:
                continue
            subject = self._aimed(row[resource.identity])
            answer = self.session.ask(subject.call.with_body(self._empty()))
            if self.session.accepted(answer):
                if self._is_in_state(answer):
                    return subject, True, {}
            elif not seems_unknown(self.session, answer):
                return subject, False, row
        return None

    def _aimed(self, key: Any) -> Base:
        behaviour = self.base.behaviour
        assert behaviour is not None  # noqa: S101 - for the type checker; `run` looked
        call = aimed(behaviour, self.base.call, key)
        return Base(self.session, self.base.operation, call, self.base.answer, behaviour, self.base.lean)

    def _empty(self) -> Any:
        body: Any = {}
        return (
            self.base.call.with_body({}).sending(self.base.behaviour.input, body).body if self.base.behaviour else body
        )

    def _is_in_state(self, answer: Answer) -> bool:
        shown = self._field(answer, self.permits.by)
        return isinstance(shown, str) and _plain(shown) == _plain(self.state.value)

    def _field(self, answer: Answer, name: str) -> Any:
        output = self.base.behaviour.output if self.base.behaviour else None
        return NOTHING if output is None else find(answer.json, join(output, name))

    def _permitted(self, claim: Claim, subject: Base, *, given: bool) -> None:
        value = subject.another(claim.at)
        if value is NOTHING:
            self.session.ledger.untested(claim, "only one value is documented")
            return
        unknown = subject.current(claim.at) is NOTHING
        answer = self.session.ask(subject.sending({subject.place(claim.at): value}), valid=True)
        if unknown and self.session.accepted(answer):
            # It may have had this value already; now it is known what it has.
            value = subject.another(claim.at)
            answer = self.session.ask(subject.sending({subject.place(claim.at): value}), valid=True)
        shown = self._field(answer, claim.at)
        places = [place(subject.behaviour, claim.at)] if subject.behaviour else []
        expected = f"{claim.at} becomes {brief(value)}: {claim.text}"
        if self.session.accepted(answer):
            if shown is NOTHING or same(shown, value):
                self.session.ledger.keep(claim)
            else:
                self.session.broke(claim, answer, expected, f"{claim.at}: {brief(shown)}", places=places)
        elif self.session.refuses(answer):
            if given or not seems_unknown(self.session, answer):
                got = self.session.said(answer)
                self.session.broke(claim, answer, expected, got, places=places, cause=self.base.fat)
            else:
                self.session.ledger.untested(claim, f"{self.state.name} could not be told at the target")

    def _refused(self, claim: Claim, subject: Base, values: Mapping[str, Any], *, given: bool) -> None:
        """Send a value that it does not have; refused, or answered without it, the cell is kept."""
        known = subject.current(claim.at)
        if known is NOTHING:
            known = values.get(claim.at, NOTHING)
        value = self.session.pool(subject.operation).other_than(subject.place(claim.at), known)
        if value is NOTHING:
            self.session.ledger.untested(claim, "only one value is documented")
            return
        answer = self.session.ask(subject.sending({subject.place(claim.at): value}), tainted=[subject.place(claim.at)])
        if self.session.refuses(answer):
            look = self._look(subject)
            shown = self._field(look, claim.at) if look is not None else NOTHING
            if look is not None and same(shown, value) and not same(known, value) and known is not NOTHING:
                self._tell(claim, look, value, f"refused, and saved all the same: {claim.at}: {brief(shown)}", answer)
            else:
                self.session.ledger.keep(claim)
        elif self.session.accepted(answer) and (given or self._is_in_state(answer)):
            self._accepted(claim, subject, known, value, answer)

    def _accepted(self, claim: Claim, subject: Base, known: Any, value: Any, answer: Answer) -> None:
        """It was answered with success: what does the field hold now?"""
        shown = self._field(answer, claim.at)
        if known is NOTHING and same(shown, value):
            # Perhaps it had this value already: a second one tells.
            value = self.session.pool(subject.operation).other_than(subject.place(claim.at), shown, 2)
            call = subject.sending({subject.place(claim.at): value})
            answer = self.session.ask(call, tainted=[subject.place(claim.at)])
            shown = self._field(answer, claim.at) if self.session.accepted(answer) else NOTHING
        if same(shown, value):
            self._tell(claim, answer, value, f"{claim.at}: {brief(shown)}")
            return
        if known is not NOTHING and shown is not NOTHING and not same(shown, known):
            self._tell(claim, answer, value, f"{claim.at}: {brief(shown)}, where there was {brief(known)}")
            return
        look = self._look(subject)
        later = self._field(look, claim.at) if look is not None else NOTHING
        if look is not None and same(later, value):
            self._tell(claim, look, value, f"saved all the same: {claim.at}: {brief(later)}", answer)
        else:
            self.session.ledger.keep(claim)

    def _look(self, subject: Base) -> Answer | None:
        """An answer that shows the resource, by an update that its state permits, or by one of nothing."""
        for cell in self.permits.cells:
            if cell.state == self.state.value and cell.verdict == "permitted":
                value = subject.another(cell.field)
                if value is not NOTHING:
                    answer = self.session.ask(subject.sending({subject.place(cell.field): value}))
                    return answer if self.session.accepted(answer) else None
        answer = self.session.ask(subject.call.with_body(self._empty()))
        return answer if self.session.accepted(answer) else None

    def _tell(self, claim: Claim, answer: Answer, value: Any, got: str, *before: Answer) -> None:
        places = [place(self.base.behaviour, claim.at)] if self.base.behaviour else []
        expected = f"refused, or not changed to {brief(value)}: {claim.text}"
        self.session.broke(claim, answer, expected, got, before=before, places=places)


def _plain(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.lower())
