"""Liars about what operations make of their resource."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from specs import Api, Behaviour, Claim, Effect, Value, altered
from specs.pointers import join
from tests.proof.exchange import NOTHING, Answered, Asked
from tests.proof.liar import Liar, MakeApi, Target, Unmade
from tests.proof.memory import Memory, documented
from tests.proof.overlay import Overlay, overlaid
from tests.proof.places import changed
from tests.proof.skews import Skew, suitable
from tests.proof.turns import of_operation, remembering, requests
from tests.proof.values import Keywords, is_time, shifted

Json = Any
Lies = Iterator[Liar | Unmade]


class Fields:
    """What is known of one operation's resource, and other values for its fields."""

    def __init__(self, api: Api, operation: str) -> None:
        self.api, self.operation = api, operation
        self.behaviour: Behaviour = api.rules.behaviours[operation]
        self.resource = api.rules.resources[self.behaviour.resource]
        self._keywords = Keywords(api)
        self.references = {by: kind for kind, by in self.resource.embeds.values()}

    def another(self, field: str, value: Json, *, sent: bool = False) -> Json:
        """A value of a field that differs from this one and is as good."""
        if field in self.references:
            return next((one for one in self._ids(self.references[field]) if one != value), NOTHING)
        said = self.said(field, "request" if sent else "response")
        if value is None and not sent:
            shown = documented(self.api, self.operation, join(self.behaviour.input, field))
            return shown if shown not in (NOTHING, None) else self._keywords.another(said, value)
        return self._keywords.another(said, value)

    def said(self, field: str, part: str) -> list[Claim]:
        """The claims about a field in the operation's requests, or in its successful answers."""
        where = self.behaviour.input if part == "request" else (self.behaviour.output or "")
        return [
            claim
            for claim in self.api.claims
            if (claim.operation, claim.part, claim.location) == (self.operation, part, "body")
            and claim.at == join(where, field)
            and claim.status in ("", "200", "2XX")
        ]

    def shown(self, field: str) -> list[Json]:
        """The values of a field in the seed and in the documented requests."""
        seeded = [one[field] for one in self.api.seed.resources.get(self.resource.name, ()) if field in one]
        sent = documented(self.api, self.operation, join(self.behaviour.input, field))
        return [*seeded, *([] if sent is NOTHING else [sent])]

    def _ids(self, kind: str) -> list[Json]:
        return [one[self.api.rules.resources[kind].identity] for one in self.api.seed.resources.get(kind, ())]

    def others(self, kind: str, identity: Json) -> Json:
        """A seeded resource of a kind that has another id, or NOTHING."""
        name = self.api.rules.resources[kind].identity
        found = (one for one in self.api.seed.resources.get(kind, ()) if str(one[name]) != str(identity))
        return next((dict(one) for one in found), NOTHING)


def of_effect(api: Api, claim: Claim) -> Lies:
    """Liars about one effect on one field."""
    fields = Fields(api, claim.operation)
    if fields.behaviour.output is None:
        yield Unmade(claim, "no answer shows the resource")
        return
    make = _SHAPES.get(claim.keyword)
    if make is None:
        yield Unmade(claim, f"nothing is known that breaks the effect {claim.keyword}")
        return
    yield from make(fields, claim)


def ruled(operation: str, change: Callable[[Behaviour], Behaviour]) -> MakeApi:
    """The API with another behaviour of an operation."""

    def make(api: Api) -> Api:
        behaviours = {**api.rules.behaviours, operation: change(api.rules.behaviours[operation])}
        return altered(api, rules=replace(api.rules, behaviours=behaviours))

    return make


def _effect_instead(claim: Claim, becomes: Value) -> Target:
    def change(behaviour: Behaviour) -> Behaviour:
        true = next(i for i, e in enumerate(behaviour.effects) if e.id == claim.name and claim.at in e.fields)
        when = behaviour.effects[true].when
        lie = Effect("lie", (claim.at,), becomes, when, behaviour.source)
        return replace(behaviour, effects=(*behaviour.effects[:true], lie, *behaviour.effects[true:]))

    return Target(api=ruled(claim.operation, change))


def _mine(claim: Claim, edit: Callable[[Overlay, Asked, Answered], Answered]) -> Target:
    suits = of_operation(claim.operation)
    return Target(turn=overlaid(lambda overlay, a, shown: edit(overlay, a, shown) if suits(a) else shown))


def _answered(fields: Fields, claim: Claim) -> Lies:
    def old(memory: Memory, asked: Asked, answered: Answered) -> Answered:
        sent = memory.sent(asked)
        if claim.at not in sent:
            return answered
        before = memory.before(asked).get(claim.at, NOTHING)
        shown = memory.shown(asked, answered).get(claim.at)
        value = before if before not in (NOTHING, shown) else fields.another(claim.at, shown)
        return answered if value is NOTHING else memory.showing(asked, answered, {claim.at: value})

    mine = of_operation(claim.operation)
    yield Liar(claim, "saved, but not answered", Target(turn=remembering(old, mine)))

    def another(value: Json) -> Json:
        return fields.another(claim.at, value, sent=True)

    skews: dict[str, Skew] = {"changed on the way": another}
    if claim.at not in fields.references:
        skews.update(suitable(fields.said(claim.at, "request"), fields.shown(claim.at)))
    for name, skew in skews.items():
        yield Liar(claim, name, Target(turn=requests(_skewing(fields, claim.at, skew), mine)))


def _skewing(fields: Fields, field: str, skew: Skew) -> Callable[[Asked], Asked]:
    memory = Memory(fields.api)

    def skewed(asked: Asked) -> Asked:
        sent = memory.sent(asked)
        value = skew(sent[field]) if field in sent else NOTHING
        return asked if value is NOTHING or value == sent[field] else _sending(fields.behaviour, asked, field, value)

    return skewed


def _sending(behaviour: Behaviour, asked: Asked, field: str, value: Json) -> Asked:
    return asked.with_json(changed(asked.json, join(behaviour.input, field), lambda _: value))


def _kept(fields: Fields, claim: Claim) -> Lies:
    def forget(overlay: Overlay, asked: Asked, shown: Answered) -> Answered:
        memory, key = overlay.memory, overlay.memory.key(asked, shown)
        if claim.at in memory.sent(asked) and key is not None:
            now = memory.shown(asked, shown).get(claim.at)
            before = overlay.replaced.get(claim.at, memory.before(asked).get(claim.at, NOTHING))
            old = before if before not in (NOTHING, now) else fields.another(claim.at, now)
            overlay.put(fields.resource.name, key, claim.at, old)
        return shown

    yield Liar(claim, "answered, but not saved", _mine(claim, forget))


def _unchanged(fields: Fields, claim: Claim) -> Lies:
    def once(memory: Memory, asked: Asked, answered: Answered) -> Answered:
        shown = memory.shown(asked, answered)
        if claim.at in memory.sent(asked) or claim.at not in shown:
            return answered
        # Where every answer shows the same other value, that is what it is: only every second one does.
        count = memory.known.setdefault("count", {}).setdefault("", {"n": 0})
        count["n"] += 1
        if count["n"] % 2 and claim.at != fields.resource.identity:
            return answered
        return memory.showing(asked, answered, {claim.at: fields.another(claim.at, shown[claim.at])})

    yield Liar(claim, "another in the answer", Target(turn=remembering(once, of_operation(claim.operation))))
    if claim.at == fields.resource.identity:
        return

    def reset(overlay: Overlay, asked: Asked, shown: Answered) -> Answered:
        memory, key = overlay.memory, overlay.memory.key(asked, shown)
        value = memory.shown(asked, shown).get(claim.at, NOTHING)
        if claim.at in memory.sent(asked) or key is None or value is NOTHING:
            return shown
        other = fields.another(claim.at, value)
        overlay.put(fields.resource.name, key, claim.at, other)
        return memory.showing(asked, shown, {claim.at: other})

    yield Liar(claim, "reset", _mine(claim, reset))


def _constant(fields: Fields, claim: Claim) -> Lies:
    constants = (
        effect.becomes.constant
        for behaviour in fields.api.rules.behaviours.values()
        for effect in behaviour.effects
        if claim.at in effect.fields
        and effect.becomes.kind == "constant"
        and behaviour.resource == fields.resource.name
    )
    near = [value for value in constants if value != claim.expected and value is not None]
    other = near[0] if near else fields.another(claim.at, claim.expected)
    yield Liar(claim, "another", _effect_instead(claim, Value("constant", constant=other)))
    if fields.behaviour.action == "update":
        yield Liar(claim, "as it was", _effect_instead(claim, Value("unchanged")))


def _embedded(fields: Fields, claim: Claim) -> Lies:
    kind, by = fields.resource.embeds[claim.at]

    def wrong(memory: Memory, asked: Asked, answered: Answered) -> Answered:
        other = fields.others(kind, memory.shown(asked, answered).get(by))
        return answered if other is NOTHING else memory.showing(asked, answered, {claim.at: other})

    mine = of_operation(claim.operation)
    yield Liar(claim, "somebody else", Target(turn=remembering(wrong, mine)))

    def stale(memory: Memory, asked: Asked, answered: Answered) -> Answered:
        before, now = memory.before(asked).get(by, NOTHING), memory.sent(asked).get(by, NOTHING)
        old = memory.known.get(kind, {}).get(str(before))
        if old is None or now in (NOTHING, before):
            return answered
        return memory.showing(asked, answered, {claim.at: old})

    if fields.behaviour.action == "update" and any(by in e.fields for e in _sent(fields)):
        yield Liar(claim, "stale", Target(turn=remembering(stale, mine)))


def _sent(fields: Fields) -> list[Effect]:
    return [effect for effect in fields.behaviour.effects if effect.becomes.kind == "sent"]


def _new(fields: Fields, claim: Claim) -> Lies:
    def same(memory: Memory, asked: Asked, answered: Answered) -> Answered:
        value = memory.shown(asked, answered).get(claim.at, NOTHING)
        first = memory.known.setdefault("first", {}).setdefault("", {})
        if value is NOTHING:
            return answered
        return memory.showing(asked, answered, {claim.at: first.setdefault(claim.at, value)})

    yield Liar(claim, "always the same", Target(turn=remembering(same, of_operation(claim.operation))))


def _now(fields: Fields, claim: Claim) -> Lies:
    yield Liar(claim, "as it was", _effect_instead(claim, Value("unchanged")))

    def backwards(memory: Memory, asked: Asked, answered: Answered) -> Answered:
        count = memory.known.setdefault("count", {}).setdefault("", {"n": 0})
        value: Json = memory.shown(asked, answered).get(claim.at)
        if not is_time(value):
            return answered
        count["n"] += 1
        return memory.showing(asked, answered, {claim.at: shifted(value, -24 * count["n"])})

    yield Liar(claim, "backwards", Target(turn=remembering(backwards, of_operation(claim.operation))))


def _untouched(fields: Fields, claim: Claim) -> Lies:
    def bleed(overlay: Overlay, asked: Asked, shown: Answered) -> Answered:
        memory, key = overlay.memory, overlay.memory.key(asked, shown)
        kind = fields.resource.name
        for field, value in memory.shown(asked, shown).items():
            if field in memory.sent(asked):
                for other in memory.known.get(kind, {}):
                    if other != key:
                        overlay.put(kind, other, field, value)
        return shown

    yield Liar(claim, "changes the others, too", _mine(claim, bleed))


_SHAPES: dict[str, Callable[[Fields, Claim], Lies]] = {
    "answered": _answered,
    "kept": _kept,
    "unchanged": _unchanged,
    "constant": _constant,
    "embedded": _embedded,
    "new": _new,
    "now": _now,
    "untouched": _untouched,
}
