"""Where JobHive breaks its rule table, and what it says of the notification."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tests.targets import edits
from tests.targets.catalogue import Faults
from tests.targets.faults.jobhive.samples import (
    BY_STATUS,
    COMPLETED,
    IN_PROGRESS,
    NEW,
    RESCHEDULED,
    update,
)
from tests.targets.jobhive import FIELDS, STATUSES, YES
from tests.targets.messages import Json
from tests.targets.target import Change, Step

LIMITED = ("in_progress", "instructions")


def add(faults: Faults) -> None:
    """Add them."""
    _cells(faults)
    _columns(faults)
    _notifications(faults)


def _cells(faults: Faults) -> None:
    base = YES | {LIMITED}
    for status in STATUSES:
        for field in FIELDS:
            cell = (status, field)
            if cell == LIMITED:
                continue
            refused = cell in base
            faults.add(
                f"{field}_{'refused' if refused else 'permitted'}_when_{status}",
                f"{field} {'cannot' if refused else 'can'} be updated while the interview is {status}",
                "Update Rules by Status",
                f"{field} {status}",
                Change(settings={"permitted": base ^ {cell}}),
                update(BY_STATUS[status], **{field: NEW[field]}),
                needs=() if status == "scheduled" else ("states",),
            )


def _columns(faults: Faults) -> None:
    base = YES | {LIMITED}
    whole: Mapping[str, tuple[str, frozenset[tuple[str, str]], str]] = {
        "completed_like_scheduled": (
            "A completed interview",
            base | {("completed", name) for name in FIELDS},
            COMPLETED,
        ),
        "in_progress_like_scheduled": (
            "One in progress",
            base | {("in_progress", name) for name in FIELDS},
            IN_PROGRESS,
        ),
    }
    for name, (words, permitted, key) in whole.items():
        faults.add(
            name,
            f"{words} can be updated like a scheduled one",
            "Update Rules by Status",
            "update-rules",
            Change(settings={"permitted": permitted}),
            update(key, position="Editor"),
            needs=("states",),
        )
    faults.add(
        "refused_but_saved",
        "A forbidden update is refused with 409, and saved all the same",
        "Update Rules by Status",
        "update-rules",
        Change(body=_saved_in_spite),
        update(IN_PROGRESS, position="Editor"),
        update(IN_PROGRESS, company_name="Elsewhere"),
        needs=("states",),
    )


def _saved_in_spite(step: Step, body: Json) -> Json:
    if step.problem == "not permitted":
        sent = step.target.json(step)
        step.target.store["interview"][step.key].update({name: sent[name] for name in FIELDS if name in sent})
    return body


def _told(decide: Callable[[Step, bool], bool]) -> edits.BodyEdit:
    def edit(step: Step, body: Json) -> Json:
        if step.refusal:
            return body
        sent = decide(step, body["data"]["notification_sent"])
        return {**body, "data": {**body["data"], "notification_sent": sent}}

    return edit


def _notifications(faults: Faults) -> None:
    silent = update(scheduled_at="2026-02-02T10:00:00Z", send_notification=False)
    loud = update(scheduled_at="2026-02-03T10:00:00Z", send_notification=True)
    section = "Best Practices"
    told: Mapping[str, tuple[str, Callable[[Step, bool], bool]]] = {
        "always_true": ("is always true", lambda _step, _sent: True),
        "always_false": ("is always false", lambda _step, _sent: False),
        "inverted": ("says the opposite", lambda _step, sent: not sent),
        "only_when_asked": (
            "is true only where the request asks for it",
            lambda step, sent: sent and "send_notification" in step.target.json(step),
        ),
        "false_when_asked": (
            "is false where send_notification is sent at all",
            lambda step, sent: sent and "send_notification" not in step.target.json(step),
        ),
        "not_for_times": ("is false for rescheduling", lambda step, sent: sent and "scheduled_at" not in step.sent),
        "not_for_skills": ("is false for skill updates", lambda step, sent: sent and "skills" not in step.sent),
    }
    for name, (words, decide) in told.items():
        faults.add(
            f"notification_{name}",
            f"notification_sent {words}",
            section,
            "notification_sent",
            Change(body=_told(decide)),
            silent,
            loud,
            RESCHEDULED,
            update(skills=["Ada", "C"]),
        )
