"""Known failures: claims that a target may break for a while, each with a reason, an owner and a last day.

Schemathesis has a baseline too, and its idea of expiry is kept: the day named is the last one on which the waiver
holds. Its file is not used, because an entry there names a check and a signature of the failure and is written by the
machine; a waiver names a claim, so that it holds for every way in which the claim is broken, and is written by a person
who says why. Failures that Schemathesis finds reach the report as claims, and are waived like any other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path

from contract_tests.results import Report, Verdict
from contract_tests.user_files import UserFile, WrongFile, read

SCHEMA = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {
            "claim": {"type": "string", "minLength": 1},
            "api": {"type": "string", "minLength": 1},
            "reason": {"type": "string", "minLength": 1},
            "owner": {"type": "string", "minLength": 1},
            "expires": {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"},
        },
        "required": ["claim", "reason", "owner", "expires"],
        "additionalProperties": False,
    },
}

_EXAMPLE = (
    "An entry looks like this:\n"
    "  - claim: updateInterview/request/body/duration_minutes:*\n"
    "    reason: The limit is raised to 120, the page follows in March.\n"
    "    owner: scheduling team\n"
    "    expires: 2027-03-31"
)


@dataclass(frozen=True, slots=True)
class Waiver:
    """A failure that is accepted until the end of the day `expires`.

    `claim` is an id, or a pattern with `*` and `?`; `api` limits it to one API. `place` is `file:line`, for messages.
    """

    claim: str
    reason: str
    owner: str
    expires: date
    place: str
    api: str | None = None

    def covers(self, api: str, claim: str) -> bool:
        """Whether it speaks of this claim, expired or not."""
        return self.api in (None, api) and (claim == self.claim or fnmatchcase(claim, self.claim))

    def expired(self, today: date) -> bool:
        """Whether its last day is over."""
        return self.expires < today


def load(path: Path) -> tuple[Waiver, ...]:
    """The waivers of a YAML file; an empty file has none. Raises WrongFile, with the line."""
    file = read(path, SCHEMA, hint=_EXAMPLE, empty=[])
    return tuple(_waiver(file, index) for index in range(len(file.value)))


def apply(report: Report, waivers: Sequence[Waiver], today: date) -> Report:
    """The report with what the waivers cover marked, and notes on those that are expired or of no use any more.

    Waivers that were applied before have no say any more. A run that left claims out says nothing of unused ones.
    """
    broken = [j.claim.id for j in report.of(Verdict.BROKEN)]
    judgements = tuple(
        replace(j, waived=_words(report.api, j.claim.id, waivers, today) if j.verdict is Verdict.BROKEN else None)
        for j in report.judgements
    )
    notes = [note for waiver in waivers if (note := _note(waiver, report, broken, today))]
    return replace(report, judgements=judgements, notes=tuple(dict.fromkeys([*report.notes, *notes])))


def _words(api: str, claim: str, waivers: Sequence[Waiver], today: date) -> str | None:
    holding = [waiver for waiver in waivers if waiver.covers(api, claim) and not waiver.expired(today)]
    return f"{holding[0].reason} ({holding[0].owner}, until {holding[0].expires.isoformat()})" if holding else None


def _note(waiver: Waiver, report: Report, broken: Sequence[str], today: date) -> str | None:
    if waiver.api not in (None, report.api):
        return None
    used = sum(waiver.covers(report.api, claim) for claim in broken)
    if used and waiver.expired(today):
        return (
            f"{waiver.place}: the waiver of {waiver.claim} expired on {waiver.expires.isoformat()}: it fails again; "
            f"ask {waiver.owner}"
        )
    partial = any(judgement.left_out for judgement in report.judgements)
    covered = [j for j in report.judgements if waiver.covers(report.api, j.claim.id)]
    if used or partial:
        return None
    if not covered:
        return f"{waiver.place}: {waiver.claim} is no claim of {report.api}: correct the waiver, or delete it"
    if all(judgement.verdict is Verdict.KEPT for judgement in covered):
        return f"{waiver.place}: the waiver of {waiver.claim} is not used: what it covers is kept; delete it"
    return None


def _waiver(file: UserFile, index: int) -> Waiver:
    entry = file.value[index]
    try:
        expires = date.fromisoformat(entry["expires"])
    except ValueError:
        raise WrongFile(
            f"{entry['expires']} is no day of the calendar", file=file.path, line=file.line(f"/{index}/expires")
        ) from None
    return Waiver(
        claim=entry["claim"],
        reason=entry["reason"],
        owner=entry["owner"],
        expires=expires,
        place=f"{file.path}:{file.line(f'/{index}')}",
        api=entry.get("api"),
    )
