"""Layers for what the documentation leaves open: the outside of answers, and what is made of odd requests."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from specs import Api, Strength
from specs.pointers import join
from tests.proof.exchange import NOTHING, Answered, Ask, Asked, Turn
from tests.proof.liar import MakeTurn, Target, Variant
from tests.proof.memory import Memory
from tests.proof.places import changed, find, leaves
from tests.proof.turns import answers, instead, refuse, requests
from tests.proof.values import is_time

Json = Any


def outsides() -> Iterator[Variant]:
    """Other outsides of answers: HTTP and JSON leave them open."""
    for name, edit in _OUTSIDES.items():
        yield Variant(name, Target(turn=answers(_of_all(edit))))
    yield Variant("every 20th request is too many", Target(turn=_limited))


def _of_all(edit: Callable[[Answered], Answered]) -> Callable[[Asked, Answered], Answered]:
    return lambda _, answered: edit(answered)


def _in_json(edit: Callable[[Json], Json]) -> Callable[[Answered], Answered]:
    return lambda answered: answered if answered.json is NOTHING else answered.with_json(edit(answered.json))


def _deep(value: Json, edit: Callable[[dict[str, Json]], dict[str, Json]]) -> Json:
    if isinstance(value, dict):
        return edit({name: _deep(member, edit) for name, member in value.items()})
    return [_deep(item, edit) for item in value] if isinstance(value, list) else value


def _pretty(answered: Answered) -> Answered:
    body = answered.json
    return answered if body is NOTHING else answered.with_body(json.dumps(body, indent=2).encode())


def _titled(answered: Answered) -> Answered:
    return replace(answered, headers=tuple((name.title(), value) for name, value in answered.headers))


_OUTSIDES: Mapping[str, Callable[[Answered], Answered]] = {
    "more members than documented": _in_json(lambda body: _deep(body, lambda members: {**members, "more": [1]})),
    "members by name": _in_json(lambda body: _deep(body, lambda members: dict(sorted(members.items())))),
    "members in the opposite order": _in_json(lambda body: _deep(body, lambda m: dict(reversed(list(m.items()))))),
    "answers over many lines, in ASCII": _pretty,
    "more headers than documented": lambda answered: answered.with_header("X-More", "1"),
    "header names in title case": _titled,
    "no WWW-Authenticate": lambda answered: answered.with_header("www-authenticate", None),
    "every connection closed": lambda answered: answered.with_header("connection", "close"),
}


def _limited(_api: Api) -> Turn:
    count = iter(range(1, 10**9))

    async def turn(asked: Asked, ask: Ask) -> Answered:
        if next(count) % 20:
            return await ask(asked)
        return Answered(429, ((b"retry-after", b"0"), (b"content-length", b"0")), b"")

    return turn


def readings(api: Api) -> Iterator[Variant]:
    """Other readings of odd requests: stricter and laxer ones."""
    slash = lambda asked: asked.path.endswith("/") != _template(asked).endswith("/")  # noqa: E731
    yield Variant("paths to the slash", Target(turn=instead(_not_there, slash)))
    long = lambda asked: any(isinstance(v, str) and len(v) > 1000 for _, v in leaves(asked.json))  # noqa: E731
    yield Variant("long texts are refused", Target(turn=instead(refuse, long)))
    offset = lambda asked: any(is_time(v) and not v.endswith("Z") for _, v in leaves(asked.json))  # noqa: E731
    yield Variant("times with an offset are refused", Target(turn=instead(refuse, offset)))
    blank = lambda asked: any(value in ("", []) for _, value in leaves(asked.json))  # noqa: E731
    yield Variant("blank texts and empty lists are refused", Target(turn=instead(refuse, blank)))
    yield Variant(
        "null is taken for left out", Target(turn=requests(_without_nulls, lambda asked: asked.json is not NOTHING))
    )
    updates = {name for name, behaviour in api.rules.behaviours.items() if behaviour.action == "update"}
    if updates:
        nothing = lambda asked: _sends_nothing(api, asked, updates)  # noqa: E731
        yield Variant("an update of nothing is refused", Target(turn=instead(refuse, nothing)))
    if _body_may_lack(api):
        yield Variant("no body is an update of nothing", Target(turn=requests(_of_nothing(api), _bodiless)))


def _template(asked: Asked) -> str:
    return asked.operation.full_path if asked.operation else asked.path


async def _not_there(_asked: Asked, _ask: Ask) -> Answered:
    return Answered(404, ((b"content-length", b"0"),), b"")


def _without_nulls(asked: Asked) -> Asked:
    body = asked.json
    nulls = [at for at, value in leaves(body) if value is None and at and not at.rpartition("/")[2].isdigit()]
    for at in nulls:
        body = changed(body, at, lambda _: NOTHING)
    return asked.with_json(body) if nulls else asked


def _sends_nothing(api: Api, asked: Asked, updates: set[str]) -> bool:
    if asked.operation is None or asked.operation.id not in updates or asked.header("authorization") is None:
        return False
    return bool(find(asked.json, api.rules.behaviours[asked.operation.id].input) == {})


def _bodiless(asked: Asked) -> bool:
    return asked.operation is not None and not asked.body


def _body_may_lack(api: Api) -> bool:
    words = [claim for claim in api.claims if claim.kind == "presence" and claim.location == "body" and not claim.at]
    return any(claim.keyword == "required" and claim.strength is Strength.ASSUMED for claim in words)


def _of_nothing(api: Api) -> Callable[[Asked], Asked]:
    lax = {
        claim.operation
        for claim in api.claims
        if claim.kind == "presence" and not claim.at and claim.location == "body" and claim.strength is Strength.ASSUMED
    }

    def filled(asked: Asked) -> Asked:
        if asked.operation is None or asked.operation.id not in lax:
            return asked
        behaviour = api.rules.behaviours.get(asked.operation.id)
        body: Json = {}
        for name in reversed(behaviour.input.split("/")[1:] if behaviour else []):
            body = {name: body}
        return asked.with_json(body)

    return filled


def ignoring_refused_fields(api: Api) -> Turn:
    """What the state of a resource does not permit is ignored, not refused."""
    memory = Memory(api)

    async def turn(asked: Asked, ask: Ask) -> Answered:
        behaviour, before = memory.behaviour(asked), memory.before(asked)
        if behaviour is not None and behaviour.permits is not None:
            permits = behaviour.permits
            refused = {
                cell.field
                for cell in permits.cells
                if (cell.verdict, cell.state) == ("refused", before.get(permits.by))
            }
            for field in refused & set(memory.sent(asked)):
                asked = asked.with_json(changed(asked.json, join(behaviour.input, field), lambda _: NOTHING))
        answered = await ask(asked)
        memory.learn(asked, answered)
        return answered

    return turn


def refusals_as(api: Api, body: bytes, media_type: str | None) -> MakeTurn:
    """Refusals whose bodies are documented nowhere have another one."""

    def edited(asked: Asked, answered: Answered) -> Answered:
        if answered.status < 400 or asked.operation is None or _is_documented(api, asked, answered):
            return answered
        return answered.with_header("content-type", media_type).with_body(body)

    return answers(edited)


def _is_documented(api: Api, asked: Asked, answered: Answered) -> bool:
    response = asked.operation.response_for(answered.status) if asked.operation else None
    if response is None:
        return False
    return any(media.source.strength is not Strength.ASSUMED for media in response.content)


def numbers_read(api: Api) -> MakeTurn:
    """Numbers are read from texts where that is not documented to be wrong."""
    lax = {
        (claim.operation, claim.at)
        for claim in api.claims
        if claim.kind == "request-schema"
        and claim.keyword == "type"
        and claim.strength is Strength.ASSUMED
        and "integer" in claim.expected
    }

    def read(asked: Asked) -> Asked:
        body = asked.json
        for operation, at in lax:
            value = find(body, at)
            if (
                asked.operation is not None
                and asked.operation.id == operation
                and isinstance(value, str)
                and value.isdecimal()
            ):
                body = changed(body, at, lambda _, value=value: int(value))  # type: ignore[misc]
        return asked.with_json(body) if body is not NOTHING and body != asked.json else asked

    return requests(read, lambda asked: asked.operation is not None)
