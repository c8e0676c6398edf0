"""Leaves the target as it was found, as far as updates can: what the run did not create gets its values back."""

from __future__ import annotations

from contract_tests.experiments.effects import saved_fields
from contract_tests.laws import aimed
from contract_tests.session import Session
from contract_tests.states import States


def run(session: Session, states: States) -> None:
    """Send the values that each resource showed first, in one update, or where that is refused in one for each."""
    for operation in session.api.operations:
        behaviour = session.api.rules.behaviours.get(operation.id)
        if behaviour is None or behaviour.action != "update" or not session.may(operation):
            continue
        base = states.base(operation)
        if base is None:
            continue
        for key, first in session.memory.found(behaviour.resource):
            values = {base.place(name): first[name] for name in saved_fields(behaviour) if first.get(name) is not None}
            call = aimed(behaviour, base.minimal(), key)
            together = call
            for at, value in values.items():
                together = together.sending(at, value)
            if values and not session.accepted(session.target.send(together)):
                for at, value in values.items():
                    session.target.send(call.sending(at, value))
