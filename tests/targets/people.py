"""Who and what the driver interviews start with: the data of the three pages, and data of another company."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Row = dict[str, Any]


def _interviewee(number: int, driver: tuple[int, str, str], kind: str, updated_at: str) -> Row:
    name, phone_number, title = driver
    shown = {"id": name, "image": None, "phone_number": phone_number, "title": title}
    return {"id": number, "currency": "GBP", "driver": shown, "kind": kind, "updated_at": updated_at}


def _interviewer(number: int, title: str) -> Row:
    return {"id": number, "contact_phone_number": None, "image": None, "title": title}


def _interview(number: int, people: tuple[int, int], times: tuple[str, str], location: str | None) -> Row:
    return {
        "id": number,
        "amend_end_at": None,
        "amend_start_at": None,
        "amended_by": None,
        "end_at": times[1],
        "interviewee_id": people[0],
        "interviewer_id": people[1],
        "kind": "video_call",
        "location": location,
        "start_at": times[0],
        "status": "pending",
    }


PEOPLE: Mapping[str, tuple[Row, ...]] = {
    "interviewee": (
        _interviewee(289, (1012, "123", "Raleigh Bechtelar"), "interview", "2025-11-20T08:13:05.789Z"),
        _interviewee(295, (1036, "123", "Rodolfo Feil"), "verified", "2025-11-20T08:13:06.209Z"),
        _interviewee(476, (1746, "07367 862715", "Rex Spencer"), "verified", "2025-10-20T08:54:36.000Z"),
    ),
    "interviewer": (
        _interviewer(1014, "Felipe Vandervort"),
        _interviewer(1040, "Patrick Waelchi"),
        _interviewer(1749, "Blair Marvin"),
    ),
}

INTERVIEWS = (
    _interview(27, (289, 1014), ("2025-11-20T07:43:06Z", "2025-11-20T08:13:06Z"), "https://zoom.com"),
    _interview(83, (476, 1749), ("2025-10-20T09:04:36Z", "2025-10-20T09:24:36Z"), "London"),
)

OTHER_PEOPLE: Mapping[str, tuple[Row, ...]] = {
    "interviewee": (
        {
            **_interviewee(7, (8, "+31 20 555 0100", "Rodolfo Feil"), "candidate", "2024-02-29T23:59:59.001Z"),
            "currency": "EUR",
        },
        _interviewee(9, (10, "+31 20 555 0101", "Rex Spencer"), "verified", "2024-03-01T00:00:00.000Z"),
    ),
    "interviewer": (
        {**_interviewer(11, "Blair Marvin"), "contact_phone_number": "+31 20 555 0102"},
        {**_interviewer(12, "Felipe Vandervort"), "image": "https://images.example.com/12.png"},
    ),
}

OTHER_INTERVIEWS = (
    {**_interview(4001, (7, 11), ("2024-05-01T09:00:00Z", "2024-05-01T09:45:00Z"), None), "kind": "phone_call"},
    {**_interview(4002, (9, 12), ("2024-05-02T13:30:00Z", "2024-05-02T14:00:00Z"), "Room 4"), "kind": "on_site"},
)
