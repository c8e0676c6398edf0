"""Which of the target's resources a check works on, and the request that is known to be accepted for it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import requests

from contract_tests.answers import Answer
from contract_tests.calls import Call
from contract_tests.laws import aimed, key_of, sent_fields
from contract_tests.places import NOTHING, find, put
from contract_tests.samples import Sample, sample
from contract_tests.session import Session, without_optional
from contract_tests.strangers import seems_unknown
from specs import Behaviour, Claim, Operation, Resource, State
from specs.pointers import join

LACKING = (400, 404, 409, 410, 422)
"""Statuses with which a target may say that something a request refers to is not there."""

UNSUPPORTED = 415
"""The status that refuses a media type, and says nothing of the rest."""


@dataclass
class Base:
    """A request that the target accepts, and from which probes are made.

    `call` is the documented one, aimed at a resource that exists. `lean`: what may be left out can be left out; where
    not, `fat` is the claim that was broken by that.
    """

    session: Session
    operation: Operation
    call: Call
    answer: Answer
    behaviour: Behaviour | None
    lean: bool = True
    fat: Claim | None = None

    @property
    def key(self) -> Any:
        """The id of the resource that it works on, or NOTHING."""
        return key_of(self.behaviour, self.call) if self.behaviour else NOTHING

    def place(self, name: str) -> str:
        """The place of a resource's field in the request's body."""
        return join(self.behaviour.input if self.behaviour else "", name)

    def minimal(self) -> Call:
        """The call with nothing in it that may be left out, unless the target asks for it."""
        if not self.lean or not isinstance(self.call.body, dict):
            return self.call
        return without_optional(self.call, self.session.claims_of(self.operation))

    def minimal_or_full(self) -> Call:
        """The minimal call with one field in it: an update of nothing need not be accepted."""
        if not self.lean or self.behaviour is None or self.behaviour.action != "update":
            return self.call
        for effect in self.behaviour.effects:
            for name in effect.fields if effect.becomes.kind == "sent" else ():
                value = find(self.call.body, self.place(name))
                if value is not NOTHING:
                    return self.sending({self.place(name): value})
        return self.call

    def sending(self, values: Mapping[str, Any]) -> Call:
        """The minimal call with these values, by their places in the body."""
        call = self.minimal()
        for at, value in values.items():
            call = call.sending(at, value)
        return call

    def current(self, name: str) -> Any:
        """What a field of the resource is known to be now, or NOTHING."""
        if self.behaviour is None or self.key is NOTHING:
            return NOTHING
        return self.session.memory.fields(self.behaviour.resource, self.key).get(name, NOTHING)

    def another(self, name: str, step: int = 1) -> Any:
        """A valid value for a field that it does not have now, or NOTHING."""
        at = self.place(name)
        current = self.current(name)
        if current is NOTHING and isinstance(self.call.body, dict):
            current = find(self.call.body, at)
        return self.session.pool(self.operation).other_than(at, current, step)


@dataclass
class States:
    """Finds resources at the target: those that the run created, then those that it was given, then documented ones."""

    session: Session
    _bases: dict[str, Base | None] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
    refused: dict[str, Answer] = field(default_factory=dict)
    certain: set[str] = field(default_factory=set)

    def base(self, operation: Operation) -> Base | None:
        """The request to start from, or None; then `reasons` says why, and `refused` has the answer."""
        if operation.id not in self._bases:
            self._bases[operation.id] = self._find(operation)
        return self._bases[operation.id]

    def adopt(self, operation: Operation, call: Call, answer: Answer) -> Base:
        """Start from this request from now on."""
        base = Base(self.session, operation, call, answer, self.session.api.rules.behaviours.get(operation.id))
        self._bases[operation.id] = base
        return base

    def denied(self) -> str | None:
        """Why nothing can be said: every documented request was answered with 401 or 403."""
        if not self.refused or any(base is not None for base in self._bases.values()):
            return None
        if any(answer.status not in (401, 403) for answer in self.refused.values()):
            return None
        status = next(iter(self.refused.values())).status
        return (
            f"The target refuses the token: every documented request was answered with {status}. Give one with --token."
        )

    def given(self, name: str) -> Mapping[str, Any] | None:
        """What the run was told of a named state; asked of the setup URL where one was given."""
        wanted = _plain(name)
        for told, values in self.session.options.states.items():
            if _plain(told) == wanted:
                return values
        return self._set_up(name)

    def creator(self, kind: str) -> Operation | None:
        """The operation that creates resources of a kind."""
        rules = self.session.api.rules
        found = (b.operation for b in rules.behaviours.values() if b.action == "create" and b.resource == kind)
        return next((self.session.api.by_id[name] for name in found if name in self.session.api.by_id), None)

    def created(self, kind: str) -> Any:
        """The id of a new resource, or NOTHING."""
        creator = self.creator(kind)
        base = self.base(creator) if creator and not self.session.options.safe else None
        if creator is None or base is None or base.behaviour is None or base.behaviour.output is None:
            return NOTHING
        answer = self.session.ask(base.call, valid=True)
        identity = self.session.api.rules.resources[kind].identity
        shown = find(answer.json, join(base.behaviour.output, identity)) if self.session.accepted(answer) else NOTHING
        return NOTHING if isinstance(shown, (dict, list)) else shown

    def may_lack(self, answer: Answer) -> bool:
        """Whether a documented request may be refused because the target does not have what it speaks of: the resource
        that it names, or others that it refers to by their documented ids.
        """
        operation = answer.call.operation
        behaviour = self.session.api.rules.behaviours.get(operation.id)
        if operation.id in self.certain or answer.status == UNSUPPORTED:
            return False
        if behaviour is None or behaviour.key is not None:
            return seems_unknown(self.session, answer)
        kinds = self._referred(behaviour, answer.call)
        if not kinds:
            return seems_unknown(self.session, answer)
        if answer.status not in LACKING or any(self.given(kind.phrase) for kind in kinds):
            return False
        # Where the documented state is there for other operations, it is there for this one.
        others = self.session.api.rules.behaviours.values()
        related = [o.operation for o in others if o.resource == behaviour.resource and o.key is not None]
        return all(self.base(self.session.api.by_id[name]) is None for name in related)

    def _referred(self, behaviour: Behaviour, call: Call) -> list[Resource]:
        """The kinds of resources that a request refers to."""
        resources = self.session.api.rules.resources
        sent = sent_fields(behaviour, call)
        embeds = resources[behaviour.resource].embeds.values() if behaviour.resource in resources else ()
        return [resources[kind] for kind, by in embeds if by in sent and kind in resources]

    def keys(self, behaviour: Behaviour, documented: Any) -> Iterator[tuple[Any, Mapping[str, Any], bool]]:
        """Ids to work on, best first, each with what else the state says, and whether it exists for certain."""
        resource = self.session.api.rules.resources[behaviour.resource]
        new = self.created(behaviour.resource)
        if new is not NOTHING and new is not None:
            yield new, {}, True
        names = [resource.phrase, *(state.name for state in _states_first(resource, behaviour))]
        for name in names:
            values = self.given(name)
            if values and resource.identity in values:
                yield values[resource.identity], values, True
                break
        yield documented, {}, False

    def _find(self, operation: Operation) -> Base | None:
        found = sample(self.session.api, operation) or self._made_up(operation)
        if found is None:
            self.reasons[operation.id] = "the documentation shows no request for this operation"
            return None
        call = self._people(operation, found.call)
        behaviour = self.session.api.rules.behaviours.get(operation.id)
        if behaviour is None or behaviour.key is None or behaviour.resource not in self.session.api.rules.resources:
            return self._tried(operation, call, behaviour)
        for key, values, certain in self.keys(behaviour, key_of(behaviour, call)):
            tried = aimed(behaviour, call, key)
            for parameter in operation.parameters:
                if parameter.name in values:
                    tried = tried.with_parameter(parameter.location, parameter.name, str(values[parameter.name]))
            base = self._tried(operation, tried, behaviour)
            if base is not None:
                return base
            if certain:
                self.certain.add(operation.id)
        return None

    def _made_up(self, operation: Operation) -> Sample | None:
        """A request that is shown nowhere; Schemathesis takes a second to import, and is wanted here only then."""
        if not self.session.options.schemathesis:
            return None
        from contract_tests import volume

        call = volume.made_up(self.session, operation)
        return None if call is None else Sample(call, None)

    def _tried(self, operation: Operation, call: Call, behaviour: Behaviour | None) -> Base | None:
        answer = self.session.ask(call, valid=True)
        if self.session.accepted(answer):
            self._media_type(operation, call, answer)
            self.reasons.pop(operation.id, None)
            self.refused.pop(operation.id, None)
            return Base(self.session, operation, call, answer, behaviour)
        self._media_type(operation, call, answer)
        self.refused.setdefault(operation.id, answer)
        self.reasons.setdefault(operation.id, self._reason(operation, answer))
        return None

    def _media_type(self, operation: Operation, call: Call, answer: Answer) -> None:
        """What the answer to a documented request says of its media type."""
        claim = self.session.request_type(operation, call.content_type)
        if self.session.accepted(answer):
            self.session.ledger.keep(claim)
        elif claim is not None and answer.status == UNSUPPORTED:
            self.session.broke(claim, answer, claim.text, self.session.said(answer))

    def _reason(self, operation: Operation, answer: Answer) -> str:
        behaviour = self.session.api.rules.behaviours.get(operation.id)
        resource = self.session.api.rules.resources.get(behaviour.resource) if behaviour else None
        said = f"the documented request of {operation.id} was answered with {answer.status}"
        if resource is None:
            return said
        return f'{said}; say what is there with --states: "{resource.phrase}": {{"{resource.identity}": ...}}'

    def _people(self, operation: Operation, call: Call) -> Call:
        """The documented request with the ids of other resources that the run was told of."""
        behaviour = self.session.api.rules.behaviours.get(operation.id)
        resource = self.session.api.rules.resources.get(behaviour.resource) if behaviour else None
        if behaviour is None or resource is None or not isinstance(call.body, dict):
            return call
        for kind, by in resource.embeds.values():
            at = join(behaviour.input, by)
            other = self.session.api.rules.resources.get(kind)
            values = self.given(other.phrase) if other and find(call.body, at) is not NOTHING else None
            if other and values and other.identity in values:
                call = call.with_body(put(call.body, at, values[other.identity]))
        return call

    def _set_up(self, name: str) -> Mapping[str, Any] | None:
        options = self.session.options
        if options.setup is None:
            return None
        headers = {"Authorization": f"Bearer {options.setup_token}"} if options.setup_token else {}
        body = {"state": name, "api": self.session.api.name}
        try:
            answer = requests.post(
                options.setup, json=body, headers=headers, timeout=options.timeout, allow_redirects=False
            )
            values = answer.json() if answer.ok else None
        except (requests.RequestException, ValueError) as error:
            self.session.note(f"The setup URL could not bring about {name!r}: {type(error).__name__}")
            return None
        if isinstance(values, dict):
            return values
        said = f"it answered with {answer.status_code}" if values is None else "it answered with no object"
        self.session.note(f"The setup URL could not bring about {name!r}: {said}")
        return None


def _states_first(resource: Resource, behaviour: Behaviour) -> list[State]:
    """The states of a resource, those that permit most first."""
    cells = behaviour.permits.cells if behaviour.permits else ()
    permitted = {
        state.value: sum(cell.verdict == "permitted" for cell in cells if cell.state == state.value)
        for state in resource.states
    }
    return sorted(resource.states, key=lambda state: -permitted[state.value])


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.lower())
