"""What JobHive does wrong with an update that it takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta

from tests.targets import edits, moments
from tests.targets.catalogue import Faults
from tests.targets.faults.jobhive.samples import (
    IN_PROGRESS,
    NEW,
    RESCHEDULED,
    SCHEDULED,
    update,
)
from tests.targets.jobhive import FIELDS
from tests.targets.messages import Json
from tests.targets.target import Change, Step

SECTION = "Response"
TWICE = (update(**NEW), update(company_name="Again Ltd"))


def add(faults: Faults) -> None:
    """Add them."""
    _persistence(faults)
    _resets(faults)
    _others(faults)
    _ids(faults)
    _times(faults)


def _forget(*names: str) -> edits.BodyEdit:
    """What is answered is not saved; without names, none of it."""

    def edit(step: Step, body: Json) -> Json:
        for name in step.sent:
            if not names or name in names:
                step.after[name] = step.before[name]
        return body

    return edit


def _old(*names: str) -> edits.BodyEdit:
    """What is saved is not answered."""

    def edit(step: Step, body: Json) -> Json:
        if step.refusal:
            return body
        old = {name: step.before[name] for name in step.sent if not names or name in names}
        return {**body, "data": {**body["data"], **old}}

    return edit


def _persistence(faults: Faults) -> None:
    add = faults.add
    add("update_ignored", "No field is ever updated", SECTION, "saved", Change(fields=edits.ignoring()), *TWICE)
    add(
        "answered_not_saved",
        "Updates are answered and forgotten",
        SECTION,
        "saved kept",
        Change(body=_forget()),
        *TWICE,
    )
    add("saved_old_answered", "The answer shows the values from before", SECTION, "saved", Change(body=_old()), *TWICE)
    for name in FIELDS:
        one = (update(**{name: NEW[name]}), update(reschedule_reason="Look again"))
        claim = f"{name} saved"
        add(f"{name}_ignored", f"{name} is never updated", SECTION, claim, Change(fields=edits.ignoring(name)), *one)
        add(f"{name}_not_saved", f"{name} is answered and forgotten", SECTION, claim, Change(body=_forget(name)), *one)
        add(f"{name}_old", f"{name} is answered as it was", SECTION, claim, Change(body=_old(name)), *one)
    add(
        "only_first_field_saved",
        "Of several fields only the first is updated",
        SECTION,
        "saved",
        Change(fields=lambda _step, fields: dict(list(fields.items())[:1])),
        *TWICE,
    )


def _reset(name: str, value: Json) -> Callable[[Step], None]:
    def reset(step: Step) -> None:
        if name not in step.sent:
            step.after[name] = value

    return reset


def _reset_all(step: Step) -> None:
    for name in FIELDS:
        _reset(name, None)(step)


def _resets(faults: Faults) -> None:
    defaults: Mapping[str, Json] = {
        "candidate_email": "",
        "position": "",
        "skills": [],
        "duration_minutes": 30,
        "difficulty": "intermediate",
        "instructions": "",
        "company_name": "",
        "scheduled_at": "1970-01-01T00:00:00Z",
    }
    for name, value in defaults.items():
        other = update(**{"position" if name == "company_name" else "company_name": "Elsewhere"})
        for how, absent in (("default", value), ("null", None)):
            faults.add(
                f"{name}_reset_to_{how}",
                f"{name} becomes {absent!r} when it is not sent",
                SECTION,
                f"{name} kept",
                Change(saved=_reset(name, absent)),
                other,
            )
    faults.add(
        "absent_fields_reset",
        "Every field that is not sent becomes null",
        SECTION,
        "kept",
        Change(saved=_reset_all),
        RESCHEDULED,
    )


def _spread(step: Step) -> None:
    for other in step.target.store["interview"].values():
        other.update(step.sent)


def _swap(step: Step, body: Json) -> Json:
    if step.refusal:
        return body
    others = [row for row in step.target.store["interview"].values() if row is not step.after]
    return {**body, "data": {**body["data"], **others[0]}}


def _misdirect(step: Step) -> None:
    others = [row for row in step.target.store["interview"].values() if row is not step.after]
    step.after.update(step.before)
    others[0].update(step.sent)


def _others(faults: Faults) -> None:
    here_and_there = (update(SCHEDULED, company_name="Spread Ltd"), update(IN_PROGRESS, send_notification=False))
    add = faults.add
    add(
        "others_changed",
        "Every interview is updated",
        SECTION,
        "kept",
        Change(saved=_spread),
        *here_and_there,
        needs=("states",),
    )
    add("another_changed", "Another interview is updated", SECTION, "saved", Change(saved=_misdirect), *here_and_there)
    add("another_answered", "Another interview is answered", SECTION, "id", Change(body=_swap), RESCHEDULED)


def _set(**members: Json) -> Callable[[Step], None]:
    return lambda step: step.after.update(members)


def _ids(faults: Faults) -> None:
    values: Mapping[str, tuple[str, Callable[[Json], Json]]] = {
        "constant": ("is always the same", lambda _: "int_000000000000"),
        "without_prefix": ("has no prefix", lambda text: text.removeprefix("int_")),
        "upper_case": ("is in upper case", str.upper),
        "cut": ("lacks its last letter", lambda text: text[:-1]),
    }
    for name, (words, change) in values.items():
        faults.add(
            f"id_{name}",
            f"The answered id {words}",
            SECTION,
            "data/id",
            Change(body=edits.at("/data/id", change)),
            RESCHEDULED,
        )
    for name, status, shown in (
        ("rescheduled", "rescheduled", RESCHEDULED),
        ("updated", "updated", update(company_name="Elsewhere")),
        ("in_progress", "in_progress", RESCHEDULED),
        ("completed", "completed", RESCHEDULED),
    ):
        faults.add(
            f"status_becomes_{name}",
            f"An update gives a scheduled interview the status {status}",
            SECTION,
            "status kept",
            Change(saved=_set(status=status)),
            shown,
            shown,
        )
    faults.add(
        "status_back_to_scheduled",
        "An update makes any interview scheduled",
        SECTION,
        "status kept",
        Change(saved=lambda step: step.after.update(status="scheduled")),
        update(IN_PROGRESS, company_name="Elsewhere"),
        needs=("states",),
    )


def _times(faults: Faults) -> None:
    saved: Mapping[str, tuple[str, str, Callable[[Step], None]]] = {
        "updated_at_does_not_move": ("updated_at stays", "updated_at", _set_time("updated_at", "updated_at")),
        "updated_at_is_created_at": ("updated_at is created_at", "updated_at", _set_time("updated_at", "created_at")),
        "updated_at_is_scheduled_at": (
            "updated_at is scheduled_at",
            "updated_at",
            lambda step: step.after.update(updated_at=step.after["scheduled_at"]),
        ),
        "updated_at_moves_back": ("updated_at goes an hour back", "updated_at", _back),
        "created_at_moves": (
            "created_at moves with every update",
            "created_at kept",
            lambda step: step.after.update(created_at=step.notes["now"]),
        ),
        "created_at_shifts": (
            "created_at goes an hour on with every update",
            "created_at kept",
            lambda step: step.after.update(created_at=edits.shifted(step.before["created_at"])),
        ),
        "scheduled_at_moves": (
            "scheduled_at goes an hour on when it is not sent",
            "scheduled_at kept",
            lambda step: step.after.update(scheduled_at=edits.shifted(step.after["scheduled_at"])),
        ),
    }
    for name, (words, claim, change) in saved.items():
        section = "Examples" if "created" in claim else SECTION
        faults.add(name, words, section, claim, Change(saved=change), *TWICE)


def _set_time(name: str, origin: str) -> Callable[[Step], None]:
    return lambda step: step.after.update({name: step.before[origin]})


def _back(step: Step) -> None:
    earlier = moments.read(step.before["updated_at"]) - timedelta(hours=1)
    step.after["updated_at"] = moments.write(earlier, "seconds")
