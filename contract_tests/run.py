"""`run`: judges one API at one target, and gives a report."""

from __future__ import annotations

import time
from collections.abc import Callable

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

Stage = Callable[[Session, States], None]


def _volume(session: Session, states: States) -> None:
    """Schemathesis takes a second to import: only where it is wanted."""
    if session.options.schemathesis:
        from contract_tests import volume

        volume.run(session, states)


STAGES: tuple[tuple[str, Stage], ...] = (
    ("documented exchanges", exchanges.run),
    ("what is required", presence.run),
    ("effects", effects.run),
    ("times", clocks.run),
    ("request schemas", schemas.run),
    ("update matrix", permits.run),
    ("documented errors", problems.run),
    ("security", security.run),
    ("bad input", robustness.run),
    ("events", webhooks.run),
    ("volume", _volume),
    ("restoring", restoring.run),
)
"""What a run does, in order; the exchanges come first, while the target is as it was."""


def run(api: Api, options: RunOptions) -> Report:
    """Judge every claim of `api` at the target, as far as it can be tested; nothing is raised for what it does."""
    begun = time.monotonic()
    target = Target(api, options)
    session = Session(api, options, target)
    states = States(session)
    could_not_run = None
    try:
        for number, (name, stage) in enumerate(STAGES):
            if options.progress is not None:
                options.progress(name, number, len(STAGES))
            stage(session, states)
        could_not_run = states.denied()
    except TargetGoneError as error:
        could_not_run = str(error)
    finally:
        target.close()
    left_out = NOT_CHOSEN if options.only else ANOTHER_SHARD
    otherwise = "the run ended before" if could_not_run else "no answer showed it"
    return Report(
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
