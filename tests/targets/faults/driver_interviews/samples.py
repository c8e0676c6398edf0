"""Requests to the driver interviews to make evidence of, and the collection of their faults."""

from __future__ import annotations

from collections.abc import Mapping

from tests.targets.catalogue import Faults
from tests.targets.faults.common import Samples
from tests.targets.messages import Call, Json

CREATE_PAGE = "002_cb8f442979c7c657.txt"
UPDATE_PAGE = "001_b9f3141f0657ea1f.txt"
AMEND_PAGE = "000_c7ad8e23b86cb2eb.txt"
PAGES = {"create": CREATE_PAGE, "update": UPDATE_PAGE, "amend": AMEND_PAGE}

FIRST, SECOND = 27, 83

NEW: Mapping[str, Json] = {
    "kind": "phone_call",
    "start_at": "2026-03-09T11:05:37Z",
    "end_at": "2026-03-09T11:50:41Z",
    "interviewee_id": 295,
    "interviewer_id": 1040,
    "location": "Room  4, Café Köln",
}
"""A new value for each parameter of create and update, with what careless code would spoil."""

CREATED: Mapping[str, Json] = {
    "interviewee_id": 289,
    "interviewer_id": 1014,
    "kind": "video_call",
    "location": "https://zoom.com",
    "start_at": "2025-11-20T08:13:05Z",
    "end_at": "2025-11-20T08:43:05Z",
}


def create(**fields: Json) -> Call:
    """A create with the documented parameters, and these; None as a value is sent, `...` leaves a parameter out."""
    sent = {name: value for name, value in {**CREATED, **fields}.items() if value is not ...}
    return Call("POST", "/api/v1/interviews/", {"interview": sent})


def update(key: int | str = FIRST, /, **fields: Json) -> Call:
    """An update with these parameters."""
    return Call("PATCH", f"/api/v1/interviews/{key}", {"interview": fields})


def amend(key: int | str = SECOND, /, **fields: Json) -> Call:
    """An amendment with the documented times, and these; `...` leaves a parameter out."""
    times = {"amend_start_at": "2025-10-20T09:24:36Z", "amend_end_at": "2025-10-20T09:54:36Z", **fields}
    sent = {name: value for name, value in times.items() if value is not ...}
    return Call("POST", f"/api/v1/users/interviews/{key}/amend", {"interview": sent})


UPDATED = update(
    location="https://google.meet",
    start_at="2025-11-20T08:43:06Z",
    end_at="2025-11-20T09:13:06Z",
    interviewer_id=1040,
    interviewee_id=295,
)
BY_OPERATION = {"create": create(), "update": UPDATED, "amend": amend()}

SAMPLES = Samples(
    plain=UPDATED,
    by_operation=BY_OPERATION,
    with_text=lambda text: update(location=text),
    with_time=lambda text: update(start_at=text),
    unknown=update(999_999_999, location="London"),
    invalid=create(kind=...),
    null=update(location=None),
)

FAULTS = Faults("driver_interviews", CREATE_PAGE, tuple(BY_OPERATION.values()))
