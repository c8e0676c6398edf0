"""Liars about the other laws: answers, cells of update matrices, documented errors, documented exchanges."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, Literal

from specs import Answered as Said
from specs import Api, Behaviour, Claim, Fixture, Permits, Strength, Value, altered
from specs.pointers import join
from tests.proof.effects import ruled
from tests.proof.exchange import NOTHING, Answered, Ask, Asked, Turn
from tests.proof.liar import Liar, MakeApi, Target, Unmade
from tests.proof.memory import Memory
from tests.proof.places import changed, find, leaves
from tests.proof.turns import answers, of_operation
from tests.proof.values import Keywords, is_time

Json = Any
Lies = Iterator[Liar | Unmade]


def of_answer(api: Api, claim: Claim) -> Lies:
    """Liars about what an answer says beside the resource."""
    if claim.keyword == "constant":
        success = {response.status for response in api.by_id[claim.operation].responses if response.is_success}
        said = [
            other
            for other in api.claims
            if (other.operation, other.part, other.at) == (claim.operation, "response", claim.at)
            and other.status in success
            and other.keyword not in ("const", "enum")
        ]
        other = Keywords(api).another(said, claim.expected)
        yield Liar(claim, "another", Target(api=_said(claim, Value("constant", constant=other))))
    elif claim.keyword == "now":
        yield Liar(claim, "stands still", Target(api=_said(claim, Value("constant", constant="2020-01-01T00:00:00Z"))))
    else:
        yield Liar(claim, "another", Target(api=_said(claim, Value("constant", constant="another"))))


def _said(claim: Claim, value: Value) -> MakeApi:
    def said(answer: Said) -> Said:
        return replace(answer, value=value) if answer.id == claim.name else answer

    def change(behaviour: Behaviour) -> Behaviour:
        return replace(behaviour, answer=tuple(said(answer) for answer in behaviour.answer))

    return ruled(claim.operation, change)


def of_permit(api: Api, claim: Claim) -> Lies:
    """Liars about one cell of an update matrix."""
    flipped: Literal["permitted", "refused"] = "permitted" if claim.expected == "refused" else "refused"

    def change(behaviour: Behaviour) -> Behaviour:
        permits = behaviour.permits or Permits("", "", ())
        cells = tuple(
            replace(cell, verdict=flipped) if (cell.field, cell.state) == (claim.at, claim.keyword) else cell
            for cell in permits.cells
        )
        return replace(behaviour, permits=replace(permits, cells=cells))

    yield Liar(claim, flipped, Target(api=ruled(claim.operation, change)))
    if claim.expected == "permitted":
        yield Liar(claim, "ignored", Target(turn=lambda served: _ignoring(served, claim)))


def _ignoring(api: Api, claim: Claim) -> Turn:
    memory = Memory(api)
    behaviour = api.rules.behaviours[claim.operation]
    permits = behaviour.permits

    async def turn(asked: Asked, ask: Ask) -> Answered:
        mine = of_operation(claim.operation)(asked) and permits is not None
        if (
            mine
            and permits
            and memory.before(asked).get(permits.by) == claim.keyword
            and claim.at in memory.sent(asked)
        ):
            asked = asked.with_json(changed(asked.json, f"{behaviour.input}/{claim.at}", lambda _: NOTHING))
        answered = await ask(asked)
        memory.learn(asked, answered)
        return answered

    return turn


def of_problem(api: Api, claim: Claim) -> Lies:
    """Liars about a documented error."""
    if claim.keyword == "refused":
        yield Liar(claim, "taken for another", Target(turn=lambda served: _taking_for_another(served, claim)))
    elif claim.keyword == "status":
        yield Liar(claim, "with a success", Target(api=_problem(claim, lambda p: replace(p, status=200))))
    else:
        words = ["another", *(["the same for every id"] if "{" in str(claim.expected) else [])]
        for shape in words:
            text = "ANOTHER_ONE" if shape == "another" else str(claim.expected).replace("{id}", "another")
            edit = lambda p, text=text: replace(p, members={**p.members, claim.keyword: text})  # noqa: E731
            yield Liar(claim, shape, Target(api=_problem(claim, edit)))


def _problem(claim: Claim, change: Callable[[Any], Any]) -> MakeApi:
    def make(api: Api) -> Api:
        problems = api.rules.problems
        kinds = {**problems.kinds, claim.name: change(problems.kinds[claim.name])}
        return altered(api, rules=replace(api.rules, problems=replace(problems, kinds=kinds)))

    return make


def _taking_for_another(api: Api, claim: Claim) -> Turn:
    memory = Memory(api)
    behaviour = api.rules.behaviours[claim.operation]

    async def turn(asked: Asked, ask: Ask) -> Answered:
        answered = await ask(asked)
        known = memory.known.get(behaviour.resource, {})
        if of_operation(claim.operation)(asked) and behaviour.key and memory.key(asked) not in known:
            if answered.status == api.rules.problems.kinds["not_found"].status and behaviour.key.location == "path":
                answered = await ask(asked.with_value(behaviour.key.name, next(iter(known))))
        else:
            memory.learn(asked, answered)
        return answered

    return turn


def of_exchange(api: Api, claim: Claim) -> Lies:
    """Liars about one documented exchange, and no other request."""
    fixture = next(f for f in api.fixtures if (f.name, f.operation) == (claim.name, claim.operation))
    if claim.keyword == "status":
        other = 201 if fixture.response.status != 201 else 200
        yield Liar(claim, f"{other} in its place", _replying(fixture, lambda a: replace(a, status=other)))
    elif claim.keyword == "headers":
        made = {name.lower() for name in api.rules.headers} | {"content-length", "content-type", "date"}
        named = [name for name in fixture.response.headers if name.lower() not in made]
        for name in (named[0], named[-1]) if len(named) > 1 else named:
            edit = lambda a, name=name: a.with_header(name, "another")  # noqa: E731
            yield Liar(claim, f"another {name}", _replying(fixture, edit))
    else:
        yield from _other_bodies(api, claim, fixture)


def _other_bodies(api: Api, claim: Claim, fixture: Fixture) -> Lies:
    shown = [value for _, value in leaves(fixture.request.body)] if fixture.request else []
    behaviour = api.rules.behaviours.get(claim.operation)
    places = [
        at
        for at, value in leaves(fixture.response.body)
        if isinstance(value, str | bool)
        and value not in shown
        and not is_time(value)
        # What the page does not show cannot be told to be wrong.
        and fixture.strength_at(f"/response/body/value{at}") is not Strength.ASSUMED
        and not (behaviour and _may_differ(behaviour, at))
    ]
    if not places:
        yield Unmade(claim, "the documented answer shows nothing but what was sent, was there before, or is a time")
    for at in dict.fromkeys([places[0], places[len(places) // 2], places[-1]] if places else []):
        edit = lambda a, at=at: a.with_json(changed(a.json, at, _other))  # noqa: E731
        yield Liar(claim, f"another {at}", _replying(fixture, edit))


def _may_differ(behaviour: Behaviour, at: str) -> bool:
    """Whether a target may show something else: what was there before the update, or what it chooses by itself."""
    here = [answer for answer in behaviour.answer if answer.at == at]
    if any(said.value.kind in ("now", "new", "sequence") or said.when.kind == "changed" for said in here):
        return True
    left = [field for effect in behaviour.effects if effect.becomes.kind == "unchanged" for field in effect.fields]
    return any(f"{at}/".startswith(join(behaviour.output or "", field) + "/") for field in left)


def _other(value: Json) -> Json:
    if isinstance(value, bool):
        return not value
    return f"{value} too" if isinstance(value, str) else value


def _replying(fixture: Fixture, edit: Callable[[Answered], Answered]) -> Target:
    mine = of_operation(fixture.operation)

    def documented(asked: Asked) -> bool:
        request = fixture.request
        if request is None or not mine(asked) or asked.path.rstrip("/") != request.path.partition("?")[0].rstrip("/"):
            return False
        return bool(asked.json == request.body) if request.has_body else True

    def edited(asked: Asked, answered: Answered) -> Answered:
        return (
            edit(answered) if find(answered.json, "") is not NOTHING and answered.status not in (401, 403) else answered
        )

    return Target(turn=answers(edited, documented))
