"""Honest targets: the mock with one choice made otherwise of which the documentation says nothing for certain."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from specs import Api, Claim, Problem, Resource, Seed, Strength, altered
from specs.pointers import resolve
from tests.proof import liars, silences
from tests.proof.choices import choices
from tests.proof.exchange import NOTHING, Answered, Ask, Asked, Turn
from tests.proof.liar import Liar, MakeApi, Target, Variant
from tests.proof.places import Change, changed, matches
from tests.proof.turns import answers, concerns
from tests.proof.values import Keywords
from tests.proof.webhooks import honest

Json = Any
_STATUSES = (400, 403, 404, 409, 410, 422)
_BODIES = {
    "no body": (b"", None),
    "a page": (b"<!doctype html><title>No</title>", "text/html; charset=utf-8"),
    "a text": (b"no", "text/plain"),
    "another object": (b'{"errors":[{"detail":"no"}]}', "application/json"),
    "a list": (b'["no"]', "application/json"),
}


_CONTRARY = (
    "more members than documented",
    "more headers than documented",
    "header names in title case",
    "no WWW-Authenticate",
    "refusals with no body",
    "paths to the slash",
    "times with an offset are refused",
    "an update of nothing is refused",
    "what is done already is refused",
    "where nothing is permitted, everything is refused",
    "states are spelt otherwise",
    "unknown members are refused",
)
"""Variants that can be so all at once."""


def variants(api: Api) -> Iterator[Variant]:
    """The honest targets of an API, and one that is most of them at once."""
    single = list(_single(api))
    yield from single
    yield Variant("contrary in all", together([variant.target for variant in single if variant.name in _CONTRARY]))


def together(targets: Sequence[Target]) -> Target:
    """A target that differs from the mock in all of these ways; the turn of the last one comes first."""

    def make_api(api: Api) -> Api:
        for target in targets:
            api = target.driver(api)
        return api

    def make_turn(api: Api) -> Turn:
        turns = [target.turn(api) for target in targets if target.turn]

        async def turn(asked: Asked, ask: Ask) -> Answered:
            for inner in turns:
                ask = _behind(inner, ask)
            return await ask(asked)

        return turn

    return Target(make_api, make_turn, digests=all(target.digests for target in targets))


def _behind(turn: Turn, ask: Ask) -> Ask:
    return lambda asked: turn(asked, ask)


def _single(api: Api) -> Iterator[Variant]:
    yield Variant("the mock itself", Target(events=honest if api.rules.webhooks else None))
    yield from _statuses(api)
    for name, (body, media_type) in _BODIES.items():
        yield Variant(f"refusals with {name}", Target(turn=silences.refusals_as(api, body, media_type)))
    yield from silences.outsides()
    yield from silences.readings(api)
    yield from choices(api)
    yield from _laws(api)
    yield from _shown(api)
    yield from _otherwise(api)
    yield Variant("unknown members are refused", Target(api=_strict))
    yield Variant("numbers are read from texts", Target(turn=silences.numbers_read(api)))
    yield Variant("other data", Target(api=_other_data))


def _statuses(api: Api) -> Iterator[Variant]:
    stated = any(c.kind == "status" and c.strength is Strength.DOCUMENTED for c in api.claims)
    for kind, problem in api.rules.problems.kinds.items():
        statuses = (401, 403, 400) if kind == "unauthenticated" else _STATUSES
        if api.rules.problems.refused_at is not None and not stated:
            statuses = (*statuses, 200)  # a refusal is told by its body, and no status is stated
        for status in statuses:
            if status != problem.status:
                yield Variant(f"{kind} is {status}", Target(api=_with_status(problem, status)))


def _with_status(problem: Problem, status: int) -> MakeApi:
    def make(api: Api) -> Api:
        problems = api.rules.problems
        kinds = {**problems.kinds, problem.kind: replace(problem, status=status)}
        return altered(api, rules=replace(api.rules, problems=replace(problems, kinds=kinds)))

    return make


def _laws(api: Api) -> Iterator[Variant]:
    if any(behaviour.permits for behaviour in api.rules.behaviours.values()):
        yield Variant("what is not permitted is ignored", Target(turn=silences.ignoring_refused_fields))
    for name, resource in api.rules.resources.items():
        for notation in {*resource.times.values()}:
            other = "seconds" if notation == "milliseconds" else "milliseconds"
            times = dict.fromkeys(resource.times, other)
            if _admits(api, other):
                yield Variant(f"times in {other}", Target(api=_with_resource(name, replace(resource, times=times))))
        if resource.new_id and "next" in resource.new_id:
            yield Variant(f"ids of {name} from 9001", Target(api=_counting_from(name, 9001)))


def _admits(api: Api, notation: str) -> bool:
    """Whether no pattern of the documentation forbids a notation of times."""
    shown = "2025-10-20T09:24:36.000Z" if notation == "milliseconds" else "2025-10-20T09:24:36Z"
    keywords = Keywords(api)
    timed = [c for c in api.claims if c.kind == "response-schema" and c.expected == "date-time"]
    return all(keywords.keeps(other, shown) for claim in timed for other in keywords.said_with(claim))


def _with_resource(name: str, resource: Resource) -> MakeApi:
    return lambda api: altered(api, rules=replace(api.rules, resources={**api.rules.resources, name: resource}))


def _counting_from(kind: str, number: int) -> MakeApi:
    return lambda api: replace(api, seed=replace(api.seed, next_id={**api.seed.next_id, kind: number}))


def _shown(api: Api) -> Iterator[Variant]:
    """Members that may be null, or lacking."""
    seen: set[str] = set()
    for claim in api.claims:
        if claim.kind != "response-schema" or claim.status not in ("200", "2XX"):
            continue
        if claim.keyword == "required" and claim.strength is Strength.ASSUMED:
            yield Variant(f"{claim.id} (lacking while null)", _editing(claim, lambda v: NOTHING if v is None else v))
        nullable = claim.keyword == "type" and "null" in claim.expected
        nested = claim.at.count("/") > 2 and claim.at not in seen
        if nullable and nested and claim.strength is not Strength.DOCUMENTED:
            seen.add(claim.at)
            yield Variant(f"{claim.at} is null everywhere", _nulling(claim.at))


def _nulling(at: str) -> Target:
    def edited(_: Asked, answered: Answered) -> Answered:
        if not answered.succeeded or not list(matches(answered.json, at)):
            return answered
        return answered.with_json(changed(answered.json, at, lambda _: None))

    return Target(turn=answers(edited))


def _editing(claim: Claim, change: Change) -> Target:
    concerned = concerns(claim)

    def edited(asked: Asked, answered: Answered) -> Answered:
        body = answered.json
        if not concerned(asked, answered) or not list(matches(body, claim.at)):
            return answered
        return answered.with_json(changed(body, claim.at, change))

    return Target(turn=answers(edited))


def _otherwise(api: Api) -> Iterator[Variant]:
    """What lies about a claim that is not documented is honest."""
    seen: set[tuple[str, ...]] = set()
    for claim in api.claims:
        # One of each sort is enough: the errors of all operations are made alike.
        sort = (claim.kind, claim.part, claim.status, claim.keyword, "" if claim.status else claim.id)
        if claim.strength is Strength.DOCUMENTED or sort in seen or not _is_free(claim):
            continue
        seen.add(sort)
        for liar in liars.of_claim(api, claim):
            if isinstance(liar, Liar) and liar.shape != "not checked":
                yield Variant(f"{claim.strength} {liar.id}", liar.target)


def _is_free(claim: Claim) -> bool:
    """Whether another choice leaves what is documented as it was."""
    if claim.kind in ("header", "status", "answer", "permit", "media-type"):
        return True
    if claim.kind == "problem":
        return claim.keyword == "status"
    if claim.kind == "response-schema":
        return not claim.status.startswith("2")
    if claim.kind == "effect":
        return claim.keyword == "constant"
    return claim.kind == "request-schema" and claim.location == "body" and "object" not in str(claim.expected)


def _strict(api: Api) -> Api:
    """The API with no members in requests but the documented ones."""
    document = copy.deepcopy(dict(api.document))
    for claim in api.claims:
        if (
            claim.part == "request"
            and claim.location == "body"
            and claim.keyword == "type"
            and claim.expected == "object"
        ):
            resolve(document, claim.pointer.rpartition("/")[0]).setdefault("additionalProperties", False)
    return altered(api, document=document)


def _other_data(api: Api) -> Api:
    """The API with other resources: other ids, other texts."""
    kinds = {by: kind for resource in api.rules.resources.values() for kind, by in resource.embeds.values()}
    identities = {name: resource.identity for name, resource in api.rules.resources.items()}
    states = {resource.state_field for resource in api.rules.resources.values()}

    def other(kind: str, field: str, value: Json) -> Json:
        if field == identities.get(kind) or field in kinds:
            return value + 5000 if isinstance(value, int) else f"{value}z"
        plain = isinstance(value, str) and " " in value and field not in states
        return f"{value} II" if plain else value

    resources = {
        kind: tuple({field: other(kind, field, value) for field, value in one.items()} for one in seeded)
        for kind, seeded in api.seed.resources.items()
    }
    next_id = {kind: number + 5000 for kind, number in api.seed.next_id.items()}
    return replace(api, seed=Seed(resources, next_id))
