"""Updates what can be updated, one field at a time, and looks again, through every operation that shows the resource.

The evidence is put down by `Memory`, through which every answer passes; here is decided what is asked, and what a
refusal means.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from contract_tests.answers import Answer, brief
from contract_tests.laws import LawClaims, aimed, place
from contract_tests.places import NOTHING, find
from contract_tests.session import Session
from contract_tests.states import Base, States
from contract_tests.strangers import seems_unknown
from specs import Behaviour, Claim, Operation, Resource

EXOTIC = (
    "Zoë Ångström-Łukasiewicz 東京 Приве́т",
    "🚚🧑🏽‍🚀 emoji",
    "quotes \" ' ` \\ / <b>&amp;</b> %s {} ;--",
    "long " + "understudy " * 60 + "end",
    "MiXeD Case,  two  spaces\nand a second line",
    "https://understudy.example.com/a/b?room=7&x=%20#top",
)
"""Texts that a target may refuse, but must not alter."""


MIXED_ADDRESS = "Understudy.Tester+tag7@example.com"


def run(session: Session, states: States) -> None:
    """Judge the claims about what operations make of their resources."""
    operations = [o for o in session.api.operations if o.id in session.api.rules.behaviours and session.may(o)]
    wanted = [o for o in operations if session.claims("effect", o) or session.claims("answer", o)]
    for operation in wanted:
        base = states.base(operation)
        if base is None:
            for claim in (*session.claims("effect", operation), *session.claims("answer", operation)):
                session.ledger.untested(claim, states.reasons.get(operation.id, ""))
    bases = [base for base in map(states.base, wanted) if base is not None and _shows(base)]
    for base in bases:
        if base.behaviour is not None and base.behaviour.action == "create":
            _create(session, states, base)
    updates = [base for base in bases if base.behaviour is not None and base.behaviour.action == "update"]
    bystander = _bystander(session, states, updates)
    for base in updates:
        _update_each(session, base)
    for base in updates:
        _through_all(session, base, updates)
    for base in updates:
        _exotic(session, base)
        _lists(session, base)
        _look(session, base)
    if bystander is not None:
        _look(session, *bystander)
    _flags(session, updates)


def saved_fields(behaviour: Behaviour) -> list[str]:
    """The fields that an operation saves as they were sent."""
    return list(dict.fromkeys(n for e in behaviour.effects if e.becomes.kind == "sent" for n in e.fields))


def _shows(base: Base) -> bool:
    return base.behaviour is not None and base.behaviour.output is not None


def _resource(base: Base) -> Resource | None:
    return base.session.api.rules.resources.get(base.behaviour.resource) if base.behaviour else None


def referring(base: Base) -> set[str]:
    """The fields that hold the id of another resource: which of these exist at the target is not known."""
    resource = _resource(base)
    return {by for _, by in resource.embeds.values()} if resource else set()


def _create(session: Session, states: States, base: Base) -> None:
    """Create several, each with another value somewhere."""
    assert base.behaviour is not None  # noqa: S101 - for the type checker; the caller chose it by its behaviour
    session.ask(base.call, valid=True)
    for name in saved_fields(base.behaviour):
        value = base.another(name)
        if value is not NOTHING:
            answer = session.ask(base.call.sending(base.place(name), value), valid=True)
            _refused(session, base, name, value, answer)
    session.ask(base.minimal(), valid=True)
    _exotic(session, base)
    for operation in session.api.operations:
        _look_at_created(session, states, base, operation)


def _look_at_created(session: Session, states: States, creator: Base, operation: Operation) -> None:
    """Create one, and see it again through an operation that updates it."""
    behaviour = session.api.rules.behaviours.get(operation.id)
    base = states.base(operation) if behaviour is not None and behaviour.key is not None else None
    if base is None or behaviour is None or creator.behaviour is None:
        return
    if behaviour.resource != creator.behaviour.resource or not _shows(base):
        return
    key = states.created(behaviour.resource)
    fresh = Base(session, operation, aimed(behaviour, base.call, key), base.answer, behaviour, base.lean)
    for name in list(easy_fields(fresh))[:2] if key is not NOTHING else []:
        value = fresh.another(name)
        if value is not NOTHING:
            answer = session.ask(fresh.sending({fresh.place(name): value}), valid=True)
            if session.refuses(answer) and seems_unknown(session, answer):
                _forgotten(session, creator, answer)


def _forgotten(session: Session, creator: Base, answer: Answer) -> None:
    """What was created is not there when it is asked for."""
    root: Claim | None = None
    for claim in session.claims("effect", creator.operation):
        if claim.keyword == "kept":
            session.broke(
                claim, answer, "the new one is there", session.said(answer), before=[creator.answer], cause=root
            )
            root = root or claim


def _refused(session: Session, base: Base, name: str, value: Any, answer: Answer) -> None:
    """A documented value that is refused breaks the promise that the field is saved, where it must be valid."""
    if not session.refuses(answer) or base.behaviour is None:
        return
    pool = session.pool(base.operation)
    if name in referring(base) or not pool.is_open(base.place(name)):
        return
    claims = LawClaims(session.api)
    for effect in base.behaviour.effects:
        if effect.becomes.kind == "sent" and name in effect.fields:
            claim = claims.effect(base.operation.id, effect.id, name, "answered")
            expected = f"accepted, and answered as {name}: {brief(value)}"
            session.broke(claim, answer, expected, session.said(answer), places=[place(base.behaviour, name)])


def _update_each(session: Session, base: Base) -> None:
    """Change one field after another; each answer shows whether the ones before were kept, and the rest left alone."""
    assert base.behaviour is not None  # noqa: S101 - for the type checker; the caller chose it by its behaviour
    _look(session, base)
    for name in saved_fields(base.behaviour):
        value = base.another(name)
        if value is NOTHING:
            _same_again(session, base, name)
            continue
        _refused(session, base, name, value, session.ask(base.sending({base.place(name): value}), valid=True))
    _look(session, base)
    names = [name for name in saved_fields(base.behaviour) if base.another(name, 2) is not NOTHING]
    together = {base.place(name): base.another(name, 2) for name in names if name not in referring(base)}
    if len(together) > 1:
        session.ask(base.sending(together), valid=True)
        _look(session, base)


def _through_all(session: Session, base: Base, updates: list[Base]) -> None:
    """What one operation did is seen by the others that work on the same resource."""
    for other in updates:
        if other.behaviour is None or base.behaviour is None or other.behaviour.resource != base.behaviour.resource:
            continue
        if other.operation.id != base.operation.id:
            call = aimed(other.behaviour, other.call, base.key)
            _look(session, base)
            _look(session, Base(session, other.operation, call, other.answer, other.behaviour, other.lean))
            _look(session, base)


def _same_again(session: Session, base: Base, name: str) -> None:
    """Only one value is documented: send that."""
    shown = session.pool(base.operation).shown(base.place(name))
    if shown:
        session.ask(base.sending({base.place(name): shown[0]}), valid=True)


def _look(session: Session, base: Base, fields: Iterable[str] = ()) -> Answer | None:
    """An update of one of `fields`, or of the one that is easiest to update, for the sake of what else is shown."""
    if base.behaviour is None:
        return None
    for name in fields or easy_fields(base):
        value = base.another(name)
        if value is not NOTHING:
            return session.ask(base.sending({base.place(name): value}), valid=True)
    return session.ask(base.call, valid=True)


def easy_fields(base: Base) -> Iterator[str]:
    """The fields that can be set to something else without much doubt: those of the documented request first."""
    if base.behaviour is None:
        return
    names = [name for name in saved_fields(base.behaviour) if name not in referring(base)]
    yield from sorted(names, key=lambda name: find(base.call.body, base.place(name)) is NOTHING)


def _bystander(session: Session, states: States, updates: list[Base]) -> tuple[Base, list[str]] | None:
    """Another resource, with the fields that can be updated, looked at before and after: nothing of it may change."""
    for base in updates:
        if base.behaviour is None:
            continue
        for key, fields in other_keys(session, states, base):
            other = Base(session, base.operation, aimed(base.behaviour, base.call, key), base.answer, base.behaviour)
            other.lean = base.lean
            for name in fields:
                value = other.another(name)
                if value is not NOTHING and session.accepted(session.ask(other.sending({other.place(name): value}))):
                    return other, fields
    for base in updates:
        if base.behaviour is not None:
            claim = LawClaims(session.api).untouched(base.operation.id)
            session.ledger.untested(claim, "no second resource is known at the target")
    return None


def other_keys(session: Session, states: States, base: Base) -> Iterator[tuple[Any, list[str]]]:
    """Ids of further resources that may be there, and the fields that can be updated in each."""
    assert base.behaviour is not None  # noqa: S101 - for the type checker; the caller chose it by its behaviour
    behaviour, mine = base.behaviour, str(base.key)
    resource = session.api.rules.resources[behaviour.resource]
    key = states.created(resource.name)
    if key is not NOTHING and str(key) != mine:
        yield key, list(easy_fields(base))
    for state in resource.states:
        cells = behaviour.permits.cells if behaviour.permits else ()
        fields = [cell.field for cell in cells if cell.state == state.value and cell.verdict == "permitted"]
        given = states.given(state.name) or {}
        seeded = [
            row
            for row in session.api.seed.resources.get(resource.name, ())
            if row.get(resource.state_field or "") == state.value
        ]
        for row in (given, *seeded):
            if fields and resource.identity in row and str(row[resource.identity]) != mine:
                yield row[resource.identity], fields
    if not resource.states:
        for row in session.api.seed.resources.get(resource.name, ()):
            if str(row.get(resource.identity)) != mine:
                yield row[resource.identity], list(easy_fields(base))


def _exotic(session: Session, base: Base) -> None:
    """Texts of all sorts in the fields that hold text: refused or not, but never altered."""
    if base.behaviour is None:
        return
    pool = session.pool(base.operation)
    for name in saved_fields(base.behaviour):
        schema = pool.schema_at(base.place(name))
        kinds = schema.get("type", ())
        if schema.get("format") == "email":
            session.ask(base.sending({base.place(name): MIXED_ADDRESS}))
        if (
            "string" not in kinds
            or {"format", "pattern", "enum", "const"} & schema.keys()
            or not pool.shown(base.place(name))
        ):
            continue
        for text, robust in zip(
            EXOTIC, ("unicode", "emoji", "quotes", "long-strings", "quotes", "quotes"), strict=True
        ):
            start = base.call if base.behaviour.action == "create" else base.minimal()
            session.ask(start.sending(base.place(name), text), robust=robust)


def _lists(session: Session, base: Base) -> None:
    """Lists are saved as they are: not sorted, not deduplicated, not appended to."""
    if base.behaviour is None:
        return
    pool = session.pool(base.operation)
    for name in saved_fields(base.behaviour):
        at = base.place(name)
        if pool.schema_at(at).get("type") != "array":
            continue
        items = next((value for value in pool.shown(at) if isinstance(value, list) and value), None)
        if items is None or not isinstance(items[0], str):
            continue
        unsorted = [items[-1], "understudy B", "Understudy a", items[0], "understudy B"]
        for value in (unsorted, [items[0]], []):
            session.ask(base.sending({at: value}))


def _flags(session: Session, updates: list[Base]) -> None:
    """Answers that depend on what was sent: send it, with something changed, and with nothing of that kind."""
    for base in updates:
        rules = base.behaviour.answer if base.behaviour else ()
        changing = list(dict.fromkeys(n for r in rules if r.when.kind == "changed" for n in r.when.fields))
        flags = [(r.when.fields[0], r.when.equals) for r in rules if r.when.kind == "sent"]
        for name in changing:
            value = base.another(name, 2)
            if value is not NOTHING:
                session.ask(base.sending({base.place(name): value}), valid=True)
        for flag, equals in flags:
            for name in (*changing, *list(easy_fields(base))[:2]):
                value = base.another(name, 3)
                if value is not NOTHING:
                    session.ask(base.sending({base.place(name): value, base.place(flag): equals}), valid=True)
