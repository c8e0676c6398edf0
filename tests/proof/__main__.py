"""The command: `python -m tests.proof`."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Sequence
from contextlib import nullcontext, suppress
from pathlib import Path

from rich.console import Console
from rich.progress import track

from specs import names
from tests.proof.outcome import Job, Outcome
from tests.proof.plan import Choice, jobs, unmade
from tests.proof.table import print_outcomes
from tests.proof.workers import judged


def main(arguments: Sequence[str] | None = None) -> int:
    """Prove what was chosen; 1 where the suite failed, 2 where nothing was chosen."""
    given = _parser().parse_args(arguments)
    console = Console(soft_wrap=True)
    choice = Choice(tuple(given.api), tuple(given.kind), tuple(given.claim), given.strength, given.sample, given.seed)
    chosen = jobs(choice)
    if not chosen:
        sys.stderr.write("No claim is chosen; `api-specs show API --claims` lists them, with their ids.\n")
        return 2
    begun = time.monotonic()
    outcomes = _outcomes(chosen, given)
    outcomes.sort(key=lambda outcome: (outcome.job.api, outcome.job.kind, outcome.job.name))
    print_outcomes(console, [*unmade(choice), *outcomes], time.monotonic() - begun, narrow=given.narrow)
    if len(outcomes) < len(chosen):
        console.print(f"Interrupted: {len(chosen) - len(outcomes)} targets were not judged.", style="bold")
        return 2
    return int(any(outcome.failed for outcome in outcomes))


def _outcomes(chosen: list[Job], given: argparse.Namespace) -> list[Outcome]:
    """What came of the jobs; what came before an interrupt, where there is one."""
    outcomes: list[Outcome] = []
    with given.to.open("w") if given.to else nullcontext() as file, suppress(KeyboardInterrupt):
        told = judged(chosen, given.jobs, given.seed, narrow=given.narrow)
        for outcome in track(told, "Judging", len(chosen), console=Console(stderr=True)):
            outcomes.append(outcome)
            if file and outcome.failed:
                file.write(f"{outcome.job.name}\t{','.join(outcome.broken)}\t{outcome.detail}\n")
                file.flush()
    return outcomes


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("tests.proof", description="A liar for every claim, and honest variants.")
    add = parser.add_argument
    add("--api", action="append", default=[], choices=names(), help="only this API (repeatable)")
    add("--kind", action="append", default=[], help="only claims of this kind; `variant` for the honest ones")
    add("--claim", action="append", default=[], metavar="ID", help="only the liars about this claim")
    add("--strength", default="documented", choices=("documented", "inferred"), help="the weakest claims lied about")
    add("--sample", type=int, metavar="N", help="N liars of each API and kind, chosen by the seed")
    add("--seed", type=int, default=0, help="decides the sample, and the seed of the runs")
    add("--jobs", type=int, default=3 * (os.cpu_count() or 1), help="processes; a run waits more than it computes")
    add("--narrow", action="store_true", help="let runs judge only the claim that is lied about: faster, and less")
    add("--to", type=Path, metavar="FILE", help="also write what was missed to a file")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
