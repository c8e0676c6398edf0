"""What is to be proved: the liars of the chosen claims, all or a sample of them, and the honest variants."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

from specs import Api, Claim, Strength, load, names
from tests.proof import honest, liars
from tests.proof.liar import Liar
from tests.proof.outcome import Job, Outcome


@dataclass(frozen=True, slots=True)
class Choice:
    """Which claims are lied about; empty tuples mean all. `sample` liars of each API and kind, None for every one."""

    apis: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    claims: tuple[str, ...] = ()
    strength: str = "documented"
    sample: int | None = None
    seed: int = 0


def jobs(choice: Choice) -> list[Job]:
    """The targets that are to be judged, shuffled."""
    found = [job for job, _ in _all(choice) if job.part == "liar"]
    if not choice.claims and (not choice.kinds or "variant" in choice.kinds):
        for api in map(load, choice.apis or names()):
            found += [Job(api.name, "variant", variant.name, "variant") for variant in honest.variants(api)]
    found = found if choice.sample is None else _sampled(found, choice)
    random.Random(choice.seed).shuffle(found)  # runs that wait stand beside runs that compute
    return found


def unmade(choice: Choice) -> list[Outcome]:
    """The claims for which there is no liar, each with the reason."""
    return [Outcome(job, detail=reason) for job, reason in _all(choice) if job.part == "unmade"]


def _all(choice: Choice) -> Iterator[tuple[Job, str]]:
    for api in map(load, choice.apis or names()):
        for claim in api.claims:
            if _chosen(choice, claim):
                yield from _of_claim(api, claim)


def _of_claim(api: Api, claim: Claim) -> Iterator[tuple[Job, str]]:
    for made in liars.of_claim(api, claim):
        if isinstance(made, Liar):
            yield Job(api.name, "liar", made.id, claim.kind, claim.id), ""
        else:
            yield Job(api.name, "unmade", claim.id, claim.kind, claim.id), made.reason


def _chosen(choice: Choice, claim: Claim) -> bool:
    if claim.strength.rank < Strength(choice.strength).rank:
        return False
    if choice.kinds and claim.kind not in choice.kinds:
        return False
    return not choice.claims or claim.id in choice.claims


def _sampled(found: list[Job], choice: Choice) -> list[Job]:
    groups: dict[tuple[str, str], list[Job]] = {}
    for job in found:
        groups.setdefault((job.api, job.kind), []).append(job)
    picked: list[Job] = []
    for key, group in groups.items():
        chance = random.Random(f"{choice.seed}/{'/'.join(key)}")
        picked += chance.sample(group, min(choice.sample or 0, len(group)))
    return picked
