"""Liars about the form of answers: bodies, headers, media types, statuses."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from typing import Any

from specs import Api, Claim
from specs.pointers import split
from tests.proof.exchange import NOTHING, Answered, Asked, Turn
from tests.proof.liar import Liar, Target
from tests.proof.places import changed
from tests.proof.turns import answers, concerns
from tests.proof.values import Keywords

Json = Any


def of_body(api: Api, claim: Claim) -> Iterator[Liar]:
    """Liars about one keyword at one place of a response body."""
    if claim.keyword == "required":
        yield Liar(claim, "left out", _editing(claim, lambda body: changed(body, claim.at, lambda _: NOTHING)))
        yield Liar(claim, "renamed", _editing(claim, lambda body: _renamed(body, claim.at)))
        members = [
            other.at for other in api.claims if _same_answer(claim, other) and other.at.startswith(claim.at + "/")
        ]
        if any(not at.startswith(claim.at + "/*") for at in members):
            yield Liar(claim, "flattened", _editing(claim, lambda body: _flattened(body, claim.at)))
        return
    keywords = Keywords(api)

    def broken(value: Json) -> Json:
        # What is absent has no form; but a list without items gets one.
        if value is NOTHING and not claim.at.endswith("/*"):
            return NOTHING
        return keywords.breaking(claim, value)

    yield Liar(claim, "broken", _editing(claim, lambda body: changed(body, claim.at, broken)))
    if claim.keyword == "type" and claim.at and not keywords.keeps(claim, None):
        yield Liar(claim, "null", _editing(claim, lambda body: changed(body, claim.at, _null)))


def _null(value: Json) -> Json:
    return value if value is NOTHING else None


def _same_answer(claim: Claim, other: Claim) -> bool:
    return (claim.operation, claim.part, claim.status) == (other.operation, other.part, other.status)


def _editing(claim: Claim, edit: Callable[[Json], Json]) -> Target:
    concerned = concerns(claim)

    def edited(asked: Asked, answered: Answered) -> Answered:
        body = answered.json
        if body is NOTHING or not concerned(asked, answered):
            return answered
        return answered.with_json(edit(body))

    return Target(turn=answers(edited))


def other_name(name: str) -> str:
    """The name as another house writes it: `startAt` for `start_at`, `Id` for `id`."""
    head, *tail = name.split("_")
    return head + "".join(part.capitalize() for part in tail) if tail else name[:1].swapcase() + name[1:]


def _renamed(body: Json, at: str) -> Json:
    parent, _, last = at.rpartition("/")
    name = split("/" + last)[0]

    def rename(holder: Json) -> Json:
        if not isinstance(holder, dict):
            return holder
        return {other_name(key) if key == name else key: value for key, value in holder.items()}

    return changed(body, parent, rename)


def _flattened(body: Json, at: str) -> Json:
    parent, _, last = at.rpartition("/")
    name = split("/" + last)[0]

    def flatten(holder: Json) -> Json:
        if not isinstance(holder, dict) or not isinstance(holder.get(name), dict):
            return holder
        return {**{key: value for key, value in holder.items() if key != name}, **holder[name]}

    return changed(body, parent, flatten)


def of_header(api: Api, claim: Claim) -> Iterator[Liar]:
    """Liars about one header of a response."""
    if claim.keyword == "required":
        yield Liar(claim, "left out", _with_header(claim, lambda _: None))
    elif claim.keyword == "consistent":
        yield Liar(claim, "always the same", _with_header(claim, lambda _: f'W/"{"0" * 32}"'))
        behaviour = api.rules.behaviours.get(claim.operation)
        if behaviour is None or behaviour.action != "create":  # no two answers with new ids have equal bodies
            yield Liar(claim, "always another", Target(turn=_fresh(claim), digests=False))
    elif claim.keyword == "made":
        yield Liar(claim, "another digest", _with_header(claim, _other_digest))
    else:
        keywords = Keywords(api)
        yield Liar(claim, "broken", _with_header(claim, lambda value: _broken_header(keywords, claim, value)))


def _with_header(claim: Claim, change: Callable[[str], str | None]) -> Target:
    concerned = concerns(claim)

    def edited(asked: Asked, answered: Answered) -> Answered:
        value = answered.header(claim.name)
        if value is None or not concerned(asked, answered):
            return answered
        return answered.with_header(claim.name, change(value))

    return Target(turn=answers(edited), digests=False)


def _fresh(claim: Claim) -> Callable[[Api], Turn]:
    def make(api: Api) -> Turn:
        count = iter(range(10**9))

        def edited(asked: Asked, answered: Answered) -> Answered:
            if answered.header(claim.name) is None or not concerns(claim)(asked, answered):
                return answered
            return answered.with_header(claim.name, _other_digest(str(next(count))))

        return answers(edited)(api)

    return make


def _other_digest(value: str) -> str:
    return f'W/"{hashlib.md5(value.encode()).hexdigest()}"'


def _broken_header(keywords: Keywords, claim: Claim, value: str) -> str | None:
    """A text that breaks the claim, those first that can be sent in place of a number, too."""
    near = (f"+{value}", value.partition(",")[0], value[:-1], value.replace(".", ","), f"{value}x", "another", "")
    others = [other for other in keywords.said_with(claim) if other.id != claim.id]
    broken = [candidate for candidate in near if not keywords.keeps(claim, candidate)]
    return min(broken, key=lambda text: sum(not keywords.keeps(other, text) for other in others), default=None)


def of_media_type(api: Api, claim: Claim) -> Iterator[Liar]:
    """Liars about the media type of a response, and its charset."""
    if claim.keyword == "charset":
        yield Liar(claim, "left out", _with_header(claim, lambda value: value.partition(";")[0]))
        yield Liar(
            claim, "another", _with_header(claim, lambda value: f"{value.partition(';')[0]}; charset=iso-8859-1")
        )
    else:
        yield Liar(claim, "text", _with_header(claim, lambda value: _in_place_of(value, "text/plain")))
        yield Liar(claim, "vendor type", _with_header(claim, lambda value: _in_place_of(value, "application/x.other")))


def _in_place_of(value: str, essence: str) -> str:
    _, mark, parameters = value.partition(";")
    return f"{essence}{mark}{parameters}"


def of_status(api: Api, claim: Claim) -> Iterator[Liar]:
    """Liars about the status of a success."""
    concerned = concerns(claim)
    other = 201 if claim.expected != "201" else 200

    def edited(asked: Asked, answered: Answered) -> Answered:
        return Answered(other, answered.headers, answered.body) if concerned(asked, answered) else answered

    yield Liar(claim, f"{other} in its place", Target(turn=answers(edited)))
