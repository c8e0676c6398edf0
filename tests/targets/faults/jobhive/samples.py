"""Requests to JobHive to make evidence of, and the collection of its faults."""

from __future__ import annotations

from collections.abc import Mapping

from tests.targets.catalogue import Faults
from tests.targets.faults.common import Samples
from tests.targets.messages import Call, Json

SCHEDULED, IN_PROGRESS, COMPLETED = "int_abc123def456", "int_progress0001", "int_finished0001"
BY_STATUS = {"scheduled": SCHEDULED, "in_progress": IN_PROGRESS, "completed": COMPLETED}

NEW: Mapping[str, Json] = {
    "scheduled_at": "2026-03-09T11:05:37Z",
    "candidate_email": "Someone.Else@example.org",
    "position": "Head of  Research & Café Operations",
    "skills": ["TypeScript", "Ada", "Ada", "C"],
    "duration_minutes": 35,
    "difficulty": "expert",
    "instructions": "Ask about  concurrency; then about tests.",
    "company_name": "Example Holding",
}
"""A new value for each field of the rule table, with what careless code would spoil."""


def update(key: str = SCHEDULED, /, **fields: Json) -> Call:
    """An update with these fields."""
    return Call("PATCH", f"/v1/interviews/{key}", fields)


RESCHEDULED = update(scheduled_at="2024-01-16T14:00:00Z", reschedule_reason="Candidate requested time change")
UNKNOWN = update("int_invalid123", position="Senior Full Stack Developer")
EVERYTHING = update(**NEW)

SAMPLES = Samples(
    plain=RESCHEDULED,
    by_operation={"update": RESCHEDULED},
    with_text=lambda text: update(position=text),
    with_time=lambda text: update(scheduled_at=text),
    unknown=UNKNOWN,
    invalid=update(duration_minutes=200),
    null=update(position=None),
)

FAULTS = Faults("jobhive", "003_1268dbac8b877aa1.txt", (RESCHEDULED, EVERYTHING, update(company_name="Again Ltd")))
