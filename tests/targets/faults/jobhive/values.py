"""What JobHive does to values on their way in."""

from __future__ import annotations

from tests.targets import edits
from tests.targets.catalogue import Faults
from tests.targets.faults.jobhive.samples import NEW, update
from tests.targets.faults.spoiling import SPOILT_ARRAYS, SPOILT_TEXTS
from tests.targets.messages import Json, Request
from tests.targets.target import Change, Step

SECTION = "Response"


def add(faults: Faults) -> None:
    """Add them."""
    _texts(faults)
    _skills(faults)
    _times(faults)


def _texts(faults: Faults) -> None:
    for field in ("position", "company_name", "instructions"):
        for name, (edit, words, text) in SPOILT_TEXTS.items():
            faults.add(
                f"{field}_{name}",
                f"{field} {words}",
                SECTION,
                f"{field} saved",
                Change(fields=edits.field(field, edit)),
                update(**{field: text}),
            )
    faults.add(
        "candidate_email_lower_case",
        "candidate_email is put in lower case",
        SECTION,
        "candidate_email saved",
        Change(fields=edits.field("candidate_email", str.lower)),
        update(candidate_email=NEW["candidate_email"]),
    )
    faults.add(
        "candidate_email_without_tag",
        "candidate_email loses what follows a plus sign",
        SECTION,
        "candidate_email saved",
        Change(
            fields=edits.field(
                "candidate_email",
                lambda text: text.partition("+")[0] + "@" + text.partition("@")[2] if "+" in text else text,
            )
        ),
        update(candidate_email="someone+jobs@example.org"),
    )
    faults.add(
        "instructions_appended",
        "The instructions are added to those that are there",
        SECTION,
        "instructions saved",
        Change(fields=lambda step, fields: _appended(step, fields, "instructions", "")),
        update(instructions="Ask about tests"),
    )


def _skills(faults: Faults) -> None:
    for name, (change, words) in SPOILT_ARRAYS.items():
        faults.add(
            f"skills_{name}",
            f"skills {words}",
            SECTION,
            "skills saved",
            Change(fields=edits.field("skills", change)),
            update(skills=NEW["skills"]),
        )
    faults.add(
        "skills_appended",
        "The skills are added to those that are there",
        SECTION,
        "skills saved",
        Change(fields=lambda step, fields: _appended(step, fields, "skills", [])),
        update(skills=["Ada"]),
    )
    faults.add(
        "skills_empty_ignored",
        "No skills at all leave the skills as they are",
        SECTION,
        "skills saved",
        Change(fields=lambda _step, fields: {k: v for k, v in fields.items() if k != "skills" or v}),
        update(skills=[]),
    )


def _times(faults: Faults) -> None:
    for name, change in (("an_hour_late", edits.shifted), ("to_the_minute", edits.to_the_minute)):
        faults.add(
            f"scheduled_at_saved_{name}",
            f"scheduled_at is saved {name.replace('_', ' ')}",
            SECTION,
            "scheduled_at saved",
            Change(fields=edits.field("scheduled_at", change)),
            update(scheduled_at=NEW["scheduled_at"]),
        )
    faults.add(
        "scheduled_at_without_offset",
        "The offset of scheduled_at is overlooked",
        "Request Body",
        "scheduled_at saved",
        Change(request=_offsets_as_utc),
        update(scheduled_at="2026-03-09T11:05:37+02:00"),
        strength="inferred",
    )


def _appended(step: Step, fields: dict[str, Json], name: str, nothing: Json) -> dict[str, Json]:
    return {**fields, name: step.before.get(name, nothing) + fields[name]} if name in fields else fields


def _offsets_as_utc(request: Request) -> Request:
    body = request.body.replace(b"+02:00", b"Z").replace(b"-05:00", b"Z").replace(b"+01:00", b"Z")
    return Request(request.method, request.path, request.headers, body)
