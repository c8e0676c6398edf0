"""Other choices that a target may make about its resources, where the documentation makes none."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from specs import Api, Behaviour, Permits, Resource, Strength, altered
from tests.proof.exchange import Answered, Ask, Asked, Turn
from tests.proof.liar import MakeTurn, Target, Variant
from tests.proof.memory import Memory
from tests.proof.turns import refuse

Json = Any
Refuses = Callable[[Memory, Asked, Behaviour], bool]


def choices(api: Api) -> Iterator[Variant]:
    """The variants that make another choice about resources."""
    behaviours = api.rules.behaviours.values()
    if any(_done(behaviour) for behaviour in behaviours):
        yield Variant("what is done already is refused", Target(turn=_refusing(_is_done)))
    if any(behaviour.permits for behaviour in behaviours):
        same = "what is not permitted is refused, though it be the same"
        yield Variant(same, Target(turn=_refusing(_is_not_permitted)))
        closed = "where nothing is permitted, everything is refused"
        yield Variant(closed, Target(turn=_refusing(_is_closed)))
    if any(state.source.strength is Strength.ASSUMED for r in api.rules.resources.values() for state in r.states):
        yield Variant("states are spelt otherwise", Target(api=_spelt_otherwise))
    if any(parameter.required and parameter.location == "header" for o in api.operations for parameter in o.parameters):
        yield Variant("empty headers are refused", Target(turn=_refusing_empty_headers))
    keys = {behaviour.key.name for behaviour in behaviours if behaviour.key}
    if any(p.location == "path" and p.name not in keys for o in api.operations for p in o.parameters):
        yield Variant("unknown ids in a path are not found", Target(turn=_knowing_paths))


def _refusing(refuses: Refuses) -> MakeTurn:
    def make(api: Api) -> Turn:
        memory = Memory(api)

        async def turn(asked: Asked, ask: Ask) -> Answered:
            behaviour = memory.behaviour(asked)
            if behaviour is not None and refuses(memory, asked, behaviour):
                return await refuse(asked, ask)
            answered = await ask(asked)
            memory.learn(asked, answered)
            return answered

        return turn

    return make


def _done(behaviour: Behaviour) -> Mapping[str, Json]:
    """What an update makes of its resource whatever is sent."""
    if behaviour.action != "update":
        return {}
    constants = [e for e in behaviour.effects if e.becomes.kind == "constant" and e.when.kind == "always"]
    return {field: effect.becomes.constant for effect in constants for field in effect.fields}


def _is_done(memory: Memory, asked: Asked, behaviour: Behaviour) -> bool:
    done, before = _done(behaviour), memory.before(asked)
    return bool(done) and all(before.get(field) == value for field, value in done.items())


def _is_not_permitted(memory: Memory, asked: Asked, behaviour: Behaviour) -> bool:
    state = _state(memory, asked, behaviour)
    cells = behaviour.permits.cells if behaviour.permits else ()
    refused = {cell.field for cell in cells if (cell.state, cell.verdict) == (state, "refused")}
    return bool(refused & set(memory.sent(asked)))


def _is_closed(memory: Memory, asked: Asked, behaviour: Behaviour) -> bool:
    state = _state(memory, asked, behaviour)
    cells = [cell for cell in (behaviour.permits.cells if behaviour.permits else ()) if cell.state == state]
    return bool(cells) and all(cell.verdict == "refused" for cell in cells)


def _state(memory: Memory, asked: Asked, behaviour: Behaviour) -> Json:
    return memory.before(asked).get(behaviour.permits.by) if behaviour.permits else None


def _spelt_otherwise(api: Api) -> Api:
    """The API in which the states whose spelling is not shown have another one."""
    spelling = {
        state.value: state.value.replace("_", "-").upper()
        for resource in api.rules.resources.values()
        for state in resource.states
        if state.source.strength is Strength.ASSUMED
    }

    def in_resource(resource: Resource) -> Resource:
        states = tuple(replace(s, value=spelling.get(s.value, s.value)) for s in resource.states)
        return replace(resource, states=states)

    def in_permits(permits: Permits) -> Permits:
        return replace(permits, cells=tuple(replace(c, state=spelling.get(c.state, c.state)) for c in permits.cells))

    resources = {name: in_resource(resource) for name, resource in api.rules.resources.items()}
    behaviours = {
        name: replace(behaviour, permits=in_permits(behaviour.permits)) if behaviour.permits else behaviour
        for name, behaviour in api.rules.behaviours.items()
    }
    seeded = {
        kind: tuple({**one, **_respelt(resources.get(kind), one, spelling)} for one in found)
        for kind, found in api.seed.resources.items()
    }
    driven = altered(api, rules=replace(api.rules, resources=resources, behaviours=behaviours))
    return replace(driven, seed=replace(api.seed, resources=seeded))


def _respelt(resource: Resource | None, one: Mapping[str, Json], spelling: Mapping[str, str]) -> Mapping[str, Json]:
    field = resource.state_field if resource else None
    return {field: spelling[one[field]]} if field is not None and one.get(field) in spelling else {}


def _refusing_empty_headers(api: Api) -> Turn:
    async def turn(asked: Asked, ask: Ask) -> Answered:
        parameters = asked.operation.parameters if asked.operation else ()
        needed = [parameter.name for parameter in parameters if parameter.required and parameter.location == "header"]
        if any(asked.header(name) == "" for name in needed):
            return await refuse(asked, ask)
        return await ask(asked)

    return turn


def _knowing_paths(api: Api) -> Turn:
    shown = {part for fixture in api.fixtures if fixture.request for part in fixture.request.path.split("/")}
    memory = Memory(api)

    async def turn(asked: Asked, ask: Ask) -> Answered:
        known = shown | {key for found in memory.known.values() for key in found}
        if any(value not in known for value in asked.values.values()):
            refused = await refuse(asked, ask)
            return refused if refused.status in (401, 403) else Answered(404, refused.headers, refused.body)
        answered = await ask(asked)
        memory.learn(asked, answered)
        return answered

    return turn
