"""Judges targets in several processes; each process has a stage of its own on which they stand one after the other."""

from __future__ import annotations

import multiprocessing
import traceback
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor, as_completed
from functools import cache

from contract_tests import Report, Verdict
from specs import Api, Claim, Strength, load
from tests.proof import honest, liars
from tests.proof.liar import Liar, Target
from tests.proof.outcome import Job, Outcome
from tests.proof.stage import Stage, stage

_CHUNK = 6
"""So many targets go to a process at once."""


def judged(jobs: Sequence[Job], processes: int, seed: int, *, narrow: bool = False) -> Iterator[Outcome]:
    """The outcomes of the jobs, as they come. `narrow`: runs judge only the claim that is lied about."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=context) as pool:
        chunks = [jobs[start : start + _CHUNK] for start in range(0, len(jobs), _CHUNK)]
        futures: list[Future[list[Outcome]]] = [pool.submit(outcomes, chunk, seed, narrow) for chunk in chunks]
        try:
            for future in as_completed(futures):
                yield from future.result()
        finally:
            pool.shutdown(cancel_futures=True)


def outcomes(jobs: Sequence[Job], seed: int, narrow: bool = False, threads: int = 1) -> list[Outcome]:
    """The outcomes of some jobs, in this process. Runs that wait leave their time to those of other threads."""
    if threads > 1:
        with ThreadPoolExecutor(threads) as pool:
            shares = pool.map(lambda start: outcomes(jobs[start::threads], seed, narrow), range(threads))
            return [outcome for share in shares for outcome in share]
    with stage() as on:
        return [_told(on, job, seed, narrow) for job in jobs]


def _told(on: Stage, job: Job, seed: int, narrow: bool) -> Outcome:
    try:
        return _outcome(on, job, seed, narrow)
    except Exception as error:
        where = traceback.extract_tb(error.__traceback__)[-1]
        return Outcome(job, detail=f"the suite fell over: {error!r} at {where.filename}:{where.lineno}")


def _outcome(on: Stage, job: Job, seed: int, narrow: bool) -> Outcome:
    api = _api(job.api)
    if job.part == "variant":
        target = _variants(job.api)[job.name]
        report = on.judged(api, target, events=_sends_events(api, target), seed=seed)
        return _of_variant(job, report)
    liar = _made(job.api, job.claim)[job.name]
    only = (liar.claim.id,) if narrow else ()
    report = on.judged(api, liar.target, only, events=liar.claim.kind == "webhook", seed=seed)
    return _of_liar(job, liar.claim, report)


def _sends_events(api: Api, target: Target) -> bool:
    return bool(api.rules.webhooks) and target.events is not None


def _of_liar(job: Job, claim: Claim, report: Report) -> Outcome:
    """What counts against a liar is a broken claim at least as strong as the one that it breaks."""
    ids = _broken(report, claim.strength.rank)
    return Outcome(job, ids, claim.id in ids, _detail(report, claim, ids))


def _of_variant(job: Job, report: Report) -> Outcome:
    ids = _broken(report, Strength.DOCUMENTED.rank)
    return Outcome(job, ids, detail=_detail(report, None, ids))


def _broken(report: Report, rank: int) -> tuple[str, ...]:
    found = [j for j in report.of(Verdict.BROKEN) if j.claim.strength.rank >= rank]
    return tuple(j.claim.id for j in sorted(found, key=lambda j: j.caused_by is not None))


def _detail(report: Report, claim: Claim | None, ids: tuple[str, ...]) -> str:
    if report.could_not_run:
        return f"could not run: {report.could_not_run}"
    if claim is not None and claim.id in ids:
        return ""
    own = [j for j in report.judgements if claim is not None and j.claim.id == claim.id]
    said = [f"the claim is {j.verdict} ({j.observations}x) {j.reason}".rstrip() for j in own]
    first = [j for j in report.judgements if j.failure and j.claim.id in ids[:1]]
    said += [f"{j.claim.id}: expected {j.failure.expected}, got {j.failure.got[:200]}" for j in first if j.failure]
    return "; ".join(said)


@cache
def _api(name: str) -> Api:
    return load(name)


@cache
def _made(api: str, claim: str) -> dict[str, Liar]:
    found = next(one for one in _api(api).claims if one.id == claim)
    return {liar.id: liar for liar in liars.of_claim(_api(api), found) if isinstance(liar, Liar)}


@cache
def _variants(api: str) -> dict[str, Target]:
    return {variant.name: variant.target for variant in honest.variants(_api(api))}
