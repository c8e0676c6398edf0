"""Requests to Kombo to make evidence of, and the collection of its faults."""

from __future__ import annotations

from collections.abc import Mapping

from tests.targets.catalogue import Faults
from tests.targets.faults import common
from tests.targets.messages import Call, Json

GOOD: Mapping[str, Json] = {
    "interview_id": "interview-1",
    "title": "Second interview",
    "start_time": "2025-03-04T09:00:00Z",
    "end_time": "2025-03-04T10:00:00Z",
    "interviewer_user_ids": ["user-1", "user-2"],
    "organizer_user_id": "user-3",
    "location": {"type": "VIRTUAL", "address": "https://meet.example.com/interview-1"},
}

WRONG: Mapping[str, Json] = {
    "title": 42,
    "start_time": 1741078800,
    "end_time": 1741082400,
    "interviewer_user_ids": "user-1",
    "organizer_user_id": 3,
    "location": "Room 1",
}
"""A value of another type for each member, but for the one that names the interview."""


def update(**members: Json) -> Call:
    """A good update with these members; `...` leaves a member out."""
    sent = {name: value for name, value in {**GOOD, **members}.items() if value is not ...}
    return Call("PATCH", "/v1/ats/applications/application-1/interviews", sent)


UNKNOWN = update(interview_id="interview-of-nobody")
INVALID = update(title=...)
ANONYMOUS = common.with_headers(update(), authorization=None)

SAMPLES = common.Samples(
    plain=update(),
    by_operation={"update": update()},
    with_text=lambda text: update(title=text),
    with_time=lambda text: update(start_time=text),
    unknown=UNKNOWN,
    invalid=INVALID,
    null=update(title=None),
)

FAULTS = Faults("kombo", "004_cd7fc2314638166d.txt", (update(),))
