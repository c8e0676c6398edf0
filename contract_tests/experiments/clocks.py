"""Times that an operation sets to now: they move on, and show the target's own time.

The target's clock need not be ours, and may stand still in a test environment. So a time is wrong when it is far from
every clock that the target shows (another time of the same answer that is now, or the `Date` header), when it stands
still while one of these goes on, or when it is that of the update before.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from contract_tests.answers import Answer, brief
from contract_tests.compare import moment
from contract_tests.laws import place
from contract_tests.places import NOTHING, find
from contract_tests.session import Session
from contract_tests.states import Base, States
from specs import Claim
from specs.pointers import join

PAUSE = 2.2
"""Seconds between two updates: more than the whole seconds in which a time may be written."""

NEAR = 300.0
"""Seconds by which a time may differ from the target's clocks; machines are not exact."""


def run(session: Session, states: States) -> None:
    """Judge the claims about times that become now, in the resource and beside it."""
    for operation in session.api.operations:
        claims = [
            claim
            for kind in ("effect", "answer")
            for claim in session.claims(kind, operation)
            if claim.keyword == "now"
        ]
        base = states.base(operation) if claims and session.may(operation) else None
        if base is None or base.behaviour is None:
            for claim in claims:
                session.ledger.untested(claim, states.reasons.get(operation.id, ""))
            continue
        answers = _updates(session, base)
        for claim in claims:
            _judge(session, base, claim, answers)


def _updates(session: Session, base: Base) -> list[Answer]:
    """Accepted updates: two at once, then, after a pause, two more."""
    answers: list[Answer] = []
    for step, pause in enumerate((0.0, 0.0, PAUSE, 0.0), start=1):
        time.sleep(pause)
        call = base.minimal_or_full()
        for name in dict.fromkeys(n for e in base.behaviour.effects for n in e.fields) if base.behaviour else ():
            value = base.another(name, step) if find(call.body, base.place(name)) is not NOTHING else NOTHING
            if value is not NOTHING:
                call = call.sending(base.place(name), value)
        answer = session.ask(call, valid=True)
        if session.accepted(answer):
            answers.append(answer)
    return answers


def _at(base: Base, claim: Claim) -> str:
    output = base.behaviour.output if base.behaviour else None
    return claim.at if claim.kind == "answer" else join(output or "", claim.at)


def _judge(session: Session, base: Base, claim: Claim, answers: list[Answer]) -> None:
    at = _at(base, claim)
    shown = [(answer, moment(find(answer.json, at))) for answer in answers]
    times = [(answer, value) for answer, value in shown if value is not None and value.tzinfo is not None]
    if len(times) < 4:
        session.ledger.untested(claim, "no answers show it as a time")
        return
    _, (before, earlier), (after, later), (last, latest) = times
    places = [f"{claim.operation}:{at}"]
    if base.behaviour is not None and claim.kind == "effect":
        places.append(place(base.behaviour, claim.at))
    for answer, value in times:
        clocks = list(_clocks(base, answer, at))
        if clocks and all(abs((value - clock).total_seconds()) > NEAR for clock in clocks):
            expected = f"near to {clocks[0].isoformat()}, the target's time"
            session.broke(claim, answer, expected, f"{brief(find(answer.json, at))} at {at}", where=at, places=places)
            return
    if later == earlier and any(_moved(base, before, after, at)):
        got = f"{brief(find(after.json, at))} again at {at}, {PAUSE} s later"
        session.broke(claim, after, "a later time", got, where=at, before=[before], places=places)
    elif _lags(base, after, later, at) >= PAUSE - 0.2 and _lags(base, last, latest, at) < 1.0:
        got = f"{brief(find(after.json, at))} at {at}: the time of the update before"
        session.broke(claim, after, "the time of this update", got, where=at, before=[before], places=places)
    else:
        session.ledger.keep(claim, len(times))


def _clocks(base: Base, answer: Answer, but: str) -> Iterator[datetime]:
    """What the target says the time is: other times of the answer that are now, then its `Date`."""
    for at in _now(base):
        value = moment(find(answer.json, at)) if at != but else None
        if value is not None and value.tzinfo is not None:
            yield value
    try:
        yield parsedate_to_datetime(answer.headers.get("date", "")).astimezone(UTC)
    except ValueError:
        yield datetime.now(UTC)


def _now(base: Base) -> Iterator[str]:
    """The pointers at which answers show the time at which they were made."""
    if base.behaviour is None:
        return
    yield from (rule.at for rule in base.behaviour.answer if rule.value.kind == "now")
    for effect in base.behaviour.effects:
        if effect.becomes.kind == "now":
            yield from (join(base.behaviour.output or "", name) for name in effect.fields)


def _moved(base: Base, before: Answer, after: Answer, at: str) -> Iterator[bool]:
    """Of each clock that stands in both bodies, whether it moved; a clock that stands still says nothing."""
    firsts, seconds = list(_clocks(base, before, at))[:-1], list(_clocks(base, after, at))[:-1]
    yield from (one < other for one, other in zip(firsts, seconds, strict=False))
    if not firsts:
        shown = moment(find(after.json, at))
        yield shown is not None and abs((list(_clocks(base, after, at))[-1] - shown).total_seconds()) < NEAR


def _lags(base: Base, answer: Answer, value: datetime, at: str) -> float:
    """Seconds by which a time is behind the first clock of its own answer."""
    return (next(_clocks(base, answer, at)) - value).total_seconds()
