"""Liars about requests: what must be there, what may be there, who may ask, and what must not bring a target down."""

from __future__ import annotations

import copy
import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import Any

from specs import Api, Claim, altered
from specs.pointers import resolve, split
from tests.proof.exchange import NOTHING, Answered, Ask, Asked, Turn, server_error
from tests.proof.liar import TOKEN, Liar, Target, Unmade
from tests.proof.memory import Memory, documented
from tests.proof.places import changed, find, leaves, matches
from tests.proof.turns import instead, of_operation, refuse, requests
from tests.proof.values import Keywords

Json = Any
Lies = Iterator[Liar | Unmade]


def of_presence(api: Api, claim: Claim) -> Lies:
    """Liars about what a request must have, or may go without."""
    mine = of_operation(claim.operation)
    body = claim.location == "body"
    if claim.keyword == "required":
        fill = (lambda asked: _filled(api, claim, asked)) if body else lambda asked: _with_parameter(api, claim, asked)
        yield Liar(claim, "not needed", Target(turn=requests(fill, mine)))
    elif body:
        yield Liar(claim, "needed", Target(turn=instead(refuse, lambda asked: mine(asked) and _lacks(asked, claim.at))))
    else:
        lacks = lambda asked: mine(asked) and _parameter(claim, asked) is None  # noqa: E731
        yield Liar(claim, "needed", Target(turn=instead(refuse, lacks)))


def _lacks(asked: Asked, at: str) -> bool:
    holder = find(asked.json, at.rpartition("/")[0]) if at else NOTHING
    if not at:
        return not asked.body
    return isinstance(holder, dict) and find(asked.json, at) is NOTHING


def _filled(api: Api, claim: Claim, asked: Asked) -> Asked:
    """The request with the documented value where the required one is missing."""
    if not claim.at:
        return asked if asked.body else asked.with_json(documented(api, claim.operation, ""))
    if not _lacks(asked, claim.at):
        return asked
    return asked.with_json(changed(asked.json, claim.at, lambda _: documented(api, claim.operation, claim.at)))


def _parameter(claim: Claim, asked: Asked) -> str | None:
    if claim.location == "header":
        return asked.header(claim.name)
    found = re.search(rf"(?:^|&){re.escape(claim.name)}=([^&]*)", asked.query.decode("latin-1"))
    return found[1] if found else None


def _with_parameter(api: Api, claim: Claim, asked: Asked) -> Asked:
    if _parameter(claim, asked) is not None or claim.location != "header":
        return asked
    parameters = api.by_id[claim.operation].parameters
    shown = [p.examples[0].value for p in parameters if p.name == claim.name and p.examples]
    return asked.with_header(claim.name, str(shown[0]) if shown else "another")


def of_schema(api: Api, claim: Claim) -> Lies:
    """Liars about one keyword at one place of a request."""
    if claim.location != "body":
        yield Unmade(claim, "what stands in a path or header is text, whatever its schema says")
        return
    mine = of_operation(claim.operation)
    if claim.keyword == "default":
        other = not claim.expected if isinstance(claim.expected, bool) else NOTHING
        insert = lambda asked: asked.with_json(changed(asked.json, claim.at, lambda _: other))  # noqa: E731
        yield Liar(claim, "another default", Target(turn=requests(insert, lambda a: mine(a) and _lacks(a, claim.at))))
        return
    keywords = Keywords(api)
    yield Liar(claim, "read otherwise", Target(turn=lambda served: _repairing(served, keywords, claim)))
    if _speaks_alone(api, keywords, claim):
        yield Liar(claim, "not checked", Target(api=lambda served: _keyword(served, claim, NOTHING)))
    yield from _stricter(claim)


def _repairing(api: Api, keywords: Keywords, claim: Claim) -> Turn:
    mine, memory = of_operation(claim.operation), Memory(api)

    async def turn(asked: Asked, ask: Ask) -> Answered:
        behaviour = memory.behaviour(asked)
        field = claim.at[len(behaviour.input) :] if behaviour and claim.at.startswith(behaviour.input) else ""
        current = find(dict(memory.before(asked)), field) if field else NOTHING
        answered = await ask(_repaired(api, keywords, claim, asked, current) if mine(asked) else asked)
        memory.learn(asked, answered)
        return answered

    return turn


def _repaired(api: Api, keywords: Keywords, claim: Claim, asked: Asked, current: Json) -> Asked:
    """The request with other values in place of those that break the claim."""
    body = asked.json
    if body is NOTHING:
        return asked
    for at, value in list(matches(body, claim.at)):
        if not keywords.keeps(claim, value):
            known = _read_as(api, keywords, claim, value if current is NOTHING else current)
            body = changed(body, at, lambda _, known=known: known)  # type: ignore[misc]
    return asked.with_json(body) if body != asked.json else asked


def _read_as(api: Api, keywords: Keywords, claim: Claim, current: Json) -> Json:
    """What a careless target takes a wrong value for: one that nobody sent, and that is not there yet."""
    shown = documented(api, claim.operation, claim.at.replace("/*", "/0"))
    if isinstance(shown, dict) or not claim.at or _names_resource(api, claim):
        return shown
    return keywords.another(keywords.said_with(claim), current)


def _names_resource(api: Api, claim: Claim) -> bool:
    """Whether the place of a claim holds the id of a resource."""
    behaviour = api.rules.behaviours.get(claim.operation)
    if behaviour is None:
        return False
    embeds = api.rules.resources[behaviour.resource].embeds.values()
    keyed = behaviour.key is not None and behaviour.key.location == "body" and behaviour.key.name == claim.at
    return keyed or any(claim.at == f"{behaviour.input}/{by}" for _, by in embeds)


def _speaks_alone(api: Api, keywords: Keywords, claim: Claim) -> bool:
    """Whether the mock accepts what breaks the claim, once it does not check that: nothing else refuses it."""
    if "object" in str(claim.expected) or _names_resource(api, claim):
        return False
    words = {other.keyword for other in keywords.said_with(claim)}
    return claim.keyword != "type" or not words & {"enum", "const"}


def _stricter(claim: Claim) -> Lies:
    if claim.keyword == "enum":
        for member in claim.expected:
            rest = [other for other in claim.expected if other != member]
            if rest:
                yield Liar(claim, f"without {member}", Target(api=_with(claim, rest)))
    if claim.keyword in ("minimum", "maximum") and isinstance(claim.expected, int):
        inward = 1 if claim.keyword == "minimum" else -1
        yield Liar(claim, "one stricter", Target(api=_with(claim, claim.expected + inward)))
        yield Liar(claim, "one laxer", Target(api=_with(claim, claim.expected - inward)))


def _with(claim: Claim, value: Json) -> Callable[[Api], Api]:
    return lambda api: _keyword(api, claim, value)


def _keyword(api: Api, claim: Claim, value: Json) -> Api:
    """The API with another value of the keyword that a claim is about; NOTHING takes it away."""
    document = copy.deepcopy(dict(api.document))
    holder = resolve(document, claim.pointer.rpartition("/")[0])
    holder.pop(claim.keyword, None)
    if value is not NOTHING:
        holder[claim.keyword] = value
    return altered(api, document=document)


def of_media_type(api: Api, claim: Claim) -> Lies:
    """A liar that refuses a documented media type of requests."""
    mine = of_operation(claim.operation)
    essence = str(claim.expected).partition(";")[0].lower()

    async def refused(asked: Asked, ask: Ask) -> Answered:
        answered = await refuse(asked, ask)
        return Answered(415, answered.headers, answered.body)

    def typed(asked: Asked) -> bool:
        given = (asked.header("content-type") or "").partition(";")[0].strip().lower()
        return mine(asked) and given == essence

    yield Liar(claim, "refused", Target(turn=instead(refused, typed)))


def of_security(api: Api, claim: Claim) -> Lies:
    """Liars that let in who does not show who they are."""
    mine = of_operation(claim.operation)

    def suits(asked: Asked) -> bool:
        given = asked.header("authorization")
        bearer = (given or "").partition(" ")[0].lower() == "bearer"
        if claim.keyword == "missing":
            return mine(asked) and given is None
        return mine(asked) and given is not None and (not bearer if claim.keyword == "scheme" else bearer)

    let_in = requests(lambda asked: asked.with_header("authorization", f"Bearer {TOKEN}"), suits)
    yield Liar(claim, "let in", Target(turn=let_in))


Bad = Callable[[Asked], bool]


def of_robustness(api: Api, claim: Claim) -> Lies:
    """A liar that falls over at one kind of bad input."""
    mine = of_operation(claim.operation)
    if claim.keyword == "unknown-id":
        yield Liar(claim, "falls over", Target(turn=_falls_over_at_strangers(claim)))
        return
    bad = _bad_types(api, claim) if claim.keyword == "wrong-types" else _BAD.get(claim.keyword)
    if bad is None:
        yield Unmade(claim, f"no request is known that is of the kind {claim.keyword}")
        return

    async def falls_over(asked: Asked, ask: Ask) -> Answered:
        # Who may not ask at all gets that answer first, as everywhere.
        answered = await ask(asked)
        return answered if answered.status in (401, 403) else server_error()

    yield Liar(claim, "falls over", Target(turn=instead(falls_over, lambda asked: mine(asked) and bad(asked))))


def _falls_over_at_strangers(claim: Claim) -> Callable[[Api], Turn]:
    def make(api: Api) -> Turn:
        memory = Memory(api)
        shown = {value for fixture in api.fixtures if fixture.request for value in split(fixture.request.path)}
        refused = {
            fixture.name for fixture in api.fixtures if memory.api.rules.problems.refused_at and _refusal(api, fixture)
        }
        shown -= {split(f.request.path)[-1] for f in api.fixtures if f.request and f.name in refused}

        async def turn(asked: Asked, ask: Ask) -> Answered:
            answered = await ask(asked)
            memory.learn(asked, answered)
            ids = shown | {key for kind in memory.known.values() for key in kind}
            stranger = any(value not in ids for value in asked.values.values())
            mine = asked.operation is not None and asked.operation.id == claim.operation
            return server_error() if mine and stranger and answered.status not in (401, 403) else answered

        return turn

    return make


def _refusal(api: Api, fixture: Any) -> bool:
    problems = api.rules.problems
    return bool(find(fixture.response.body, problems.refused_at or "") == problems.refused_value)


def _bad_types(api: Api, claim: Claim) -> Bad:
    keywords = Keywords(api)
    typed = [
        other
        for other in api.claims
        if (other.operation, other.part, other.location, other.keyword) == (claim.operation, "request", "body", "type")
    ]

    def bad(asked: Asked) -> bool:
        found = ((said, value) for said in typed if said.at for _, value in matches(asked.json, said.at))
        return any(value is not None and not keywords.keeps(said, value) for said, value in found)

    return bad


def _texts(asked: Asked) -> Iterator[str]:
    for _, value in leaves(asked.json):
        if isinstance(value, str):
            yield value


def _any_letter(test: Callable[[str], bool]) -> Bad:
    return lambda asked: any(test(letter) for text in _texts(asked) for letter in text)


_BAD: dict[str, Bad] = {
    "malformed-json": lambda asked: bool(asked.body.strip()) and asked.json is NOTHING,
    "wrong-root": lambda asked: (
        asked.json is not NOTHING and asked.json is not None and not isinstance(asked.json, dict)
    ),
    "empty-body": lambda asked: not asked.body.strip(),
    "null-body": lambda asked: asked.json is None,
    "null-member": lambda asked: isinstance(asked.json, dict) and any(value is None for _, value in leaves(asked.json)),
    "unicode": _any_letter(lambda letter: ord(letter) > 0x2AF and unicodedata.category(letter).startswith("L")),
    "emoji": _any_letter(lambda letter: ord(letter) > 0x1F000),
    "quotes": _any_letter(lambda letter: letter in '"\\'),
    "long-strings": lambda asked: any(len(text) > 1000 for text in _texts(asked)),
    "time-offsets": lambda asked: any(re.fullmatch(r"\d{4}-.*T.*[+-]\d\d:?\d\d", text) for text in _texts(asked)),
}
"""The kinds of bad input, each by how to tell it."""
