"""What a layer knows of the resources behind it: the seed, and what answers showed since."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from specs import Api, Behaviour, Condition
from specs.pointers import join, split
from tests.proof.exchange import NOTHING, Answered, Asked
from tests.proof.places import changed, find

Json = Any


class Memory:
    """The resources of one target, by kind and id (as text); and what requests and answers say of them."""

    def __init__(self, api: Api) -> None:
        self.api = api
        self.known: dict[str, dict[str, dict[str, Json]]] = {}
        for kind, seeded in api.seed.resources.items():
            identity = api.rules.resources[kind].identity if kind in api.rules.resources else "id"
            self.known[kind] = {str(one[identity]): dict(one) for one in seeded}

    def behaviour(self, asked: Asked) -> Behaviour | None:
        """What the rules say of the request's operation."""
        return self.api.rules.behaviours.get(asked.operation.id) if asked.operation else None

    def sent(self, asked: Asked) -> Mapping[str, Json]:
        """The fields of the resource that a request sends."""
        behaviour = self.behaviour(asked)
        found = find(asked.json, behaviour.input) if behaviour else NOTHING
        return found if isinstance(found, dict) else {}

    def shown(self, asked: Asked, answered: Answered) -> Mapping[str, Json]:
        """The fields of the resource that a successful answer shows."""
        behaviour = self.behaviour(asked)
        if behaviour is None or behaviour.output is None or not self.accepted(answered):
            return {}
        found = find(answered.json, behaviour.output)
        return found if isinstance(found, dict) else {}

    def accepted(self, answered: Answered) -> bool:
        """Whether the target did what it was asked to."""
        problems = self.api.rules.problems
        told = problems.refused_at is not None and find(answered.json, problems.refused_at) == problems.refused_value
        return answered.succeeded and not told

    def key(self, asked: Asked, answered: Answered | None = None) -> str | None:
        """The id that a request names, else the one that its answer shows."""
        behaviour = self.behaviour(asked)
        if behaviour is None:
            return None
        if behaviour.key is not None:
            where, name = behaviour.key.location, behaviour.key.name
            value = asked.values.get(name, NOTHING) if where == "path" else find(asked.json, name)
        else:
            identity = self.api.rules.resources[behaviour.resource].identity
            value = self.shown(asked, answered).get(identity, NOTHING) if answered else NOTHING
        return None if value is NOTHING else str(value)

    def before(self, asked: Asked) -> Mapping[str, Json]:
        """What is known of the resource that a request names."""
        behaviour, key = self.behaviour(asked), self.key(asked)
        return {} if behaviour is None or key is None else self.known.get(behaviour.resource, {}).get(key, {})

    def learn(self, asked: Asked, answered: Answered) -> None:
        """Keep what an answer shows."""
        behaviour, key = self.behaviour(asked), self.key(asked, answered)
        if behaviour is not None and key is not None and self.accepted(answered):
            fields = self.known.setdefault(behaviour.resource, {}).setdefault(key, {})
            fields.update(self.sent(asked) if behaviour.output is None else self.shown(asked, answered))

    def showing(self, asked: Asked, answered: Answered, values: Mapping[str, Json]) -> Answered:
        """The answer, with other values of the resource's fields."""
        behaviour = self.behaviour(asked)
        if behaviour is None or behaviour.output is None or not values or not self.shown(asked, answered):
            return answered
        body = answered.json
        for field, value in values.items():
            body = changed(body, join(behaviour.output, field), lambda _, value=value: value)  # type: ignore[misc]
        return answered.with_json(body)

    def holds(self, condition: Condition, asked: Asked, answered: Answered) -> bool:
        """Whether a condition of the rules holds for an exchange; ask before `learn`."""
        sent, before = self.sent(asked), self.before(asked)
        first = condition.fields[0] if condition.fields else ""
        if condition.kind == "changed":
            return any(name in sent and sent[name] != before.get(name, NOTHING) for name in condition.fields)
        if condition.kind == "sent":
            return bool(sent.get(first, NOTHING) == condition.equals)
        if condition.kind == "not_sent":
            return first not in sent
        if condition.kind == "answered":
            return bool(find(answered.json, first) == condition.equals)
        return True


def documented(api: Api, operation: str, at: str) -> Json:
    """A value that the documentation shows for a place of an operation's request body, else one of the seed state, else
    NOTHING.
    """
    for fixture in api.fixtures:
        if fixture.operation == operation and fixture.request is not None and fixture.request.has_body:
            found = find(fixture.request.body, at)
            if found is not NOTHING:
                return found
    behaviour = api.rules.behaviours.get(operation)
    if behaviour is None or not at.startswith(behaviour.input + "/"):
        return NOTHING
    tokens = split(at[len(behaviour.input) :])
    for resource in api.seed.resources.get(behaviour.resource, ()):
        found = find(resource, join("", *tokens))
        if found is not NOTHING:
            return found
    return NOTHING
