"""`run`: judges one API at one target, and gives a report."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from contract_tests import restoring
from contract_tests.experiments import (
    clocks,
    effects,
    exchanges,
    permits,
    presence,
    problems,
    robustness,
    schemas,
    security,
    webhooks,
)
from contract_tests.options import RunOptions
from contract_tests.results import ANOTHER_SHARD, NOT_CHOSEN, Report
from contract_tests.session import Session
from contract_tests.states import States
from contract_tests.target import Target, TargetGoneError
from specs import Api

Runner = Callable[[Session, States], None]


@dataclass(frozen=True, slots=True)
class Stage:
    """A part of a run: its name for people, what it does, and the kinds of claims that need it (none: always so).

    Every answer is held against the response claims, whichever stage asked; so stages that send what others don't are
    needed for those as well.
    """

    name: str
    run: Runner
    kinds: frozenset[str] = frozenset()


def _volume(session: Session, states: States) -> None:
    """Schemathesis takes a second to import: only where it is wanted."""
    if session.options.schemathesis:
        from contract_tests import volume

        volume.run(session, states)


RESPONSES: Final = frozenset({"status", "media-type", "header", "response-schema"})

STAGES: Final = (
    Stage("documented exchanges", exchanges.run, RESPONSES | {"exchange"}),
    Stage("what is required", presence.run),
    Stage("effects", effects.run, RESPONSES | {"effect", "answer", "permit"}),
    Stage("times", clocks.run, frozenset({"effect", "answer"})),
    Stage("request schemas", schemas.run, RESPONSES | {"request-schema"}),
    Stage("update matrix", permits.run, RESPONSES | {"permit", "effect"}),
    Stage("documented errors", problems.run, RESPONSES | {"problem"}),
    Stage("security", security.run, RESPONSES | {"security"}),
    Stage("bad input", robustness.run, RESPONSES | {"robustness"}),
    Stage("events", webhooks.run, frozenset({"webhook"})),
    Stage("volume", _volume, RESPONSES | {"robustness"}),
    Stage("restoring", restoring.run),
)
"""What a run does, in order; the exchanges come first, while the target is as it was."""


class Interrupted(KeyboardInterrupt):
    """Ctrl-C during a run; `report` tells what was found until then."""

    def __init__(self, report: Report) -> None:
        super().__init__(report.could_not_run)
        self.report = report


INTERRUPTED: Final = "It was interrupted; what it has changed at the target was not put back"


def run(api: Api, options: RunOptions) -> Report:
    """Judge every claim of `api` at the target, as far as it can be tested; nothing is raised for what it does.

    Raises Interrupted, with the report, where it is interrupted.
    """
    begun = time.monotonic()
    target = Target(api, options)
    session = Session(api, options, target)
    try:
        could_not_run = _through(session)
    finally:
        target.close()
    left_out = NOT_CHOSEN if options.only else ANOTHER_SHARD
    otherwise = "the run ended before" if could_not_run else "no answer showed it"
    report = Report(
        api=api.name,
        title=api.title,
        url=options.url,
        seed=options.seed,
        profile=options.profile,
        judgements=session.ledger.judgements(left_out, otherwise),
        requests=target.requests,
        seconds=time.monotonic() - begun,
        could_not_run=could_not_run,
        notes=tuple(session.notes),
        options=reproducible(options),
    )
    if could_not_run == INTERRUPTED:
        raise Interrupted(report)
    return report


def _through(session: Session) -> str | None:
    """All stages that are needed; gives the reason why nothing, or not everything, could be judged."""
    states = States(session)
    wanted = {claim.kind for claim in session.api.claims if session.ledger.judges(claim)}
    stages = [stage for stage in STAGES if not stage.kinds or stage.kinds & wanted]
    _explain_safety(session)
    try:
        for number, stage in enumerate(stages):
            if session.options.progress is not None:
                session.options.progress(stage.name, number, len(stages))
            stage.run(session, states)
    except TargetGoneError as error:
        return str(error)
    except KeyboardInterrupt:
        return INTERRUPTED
    finally:
        session.memory.settle()
    return states.denied()


def _explain_safety(session: Session) -> None:
    for operation in session.api.operations:
        if not session.may(operation):
            for claim in session.claims_of(operation):
                session.ledger.untested(claim, f"{operation.method} could change data, and the run is --safe")


def reproducible(options: RunOptions) -> dict[str, object]:
    """The options of a run that decide its verdict, without secrets."""
    return {
        "url": options.url,
        "seed": options.seed,
        "profile": options.profile,
        "safe": options.safe,
        "shard": list(options.shard),
        "only": list(options.only),
        "token": options.token is not None,
        "schemathesis": options.schemathesis,
    }
