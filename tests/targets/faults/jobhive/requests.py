"""What JobHive accepts that it should not, and refuses that it should not."""

from __future__ import annotations

from collections.abc import Mapping

from tests.targets import edits
from tests.targets.catalogue import Faults
from tests.targets.faults.jobhive.samples import RESCHEDULED, SCHEDULED, update
from tests.targets.jobhive import DIFFICULTIES
from tests.targets.messages import Json, Request, read_json, write_json
from tests.targets.target import Change

SECTION = "Request Body"

WRONG: Mapping[str, Json] = {
    "scheduled_at": 1773054337,
    "candidate_email": 42,
    "position": 42,
    "skills": "TypeScript",
    "duration_minutes": "a while",
    "difficulty": 3,
    "instructions": ["Ask about tests"],
    "company_name": {"name": "Example Holding"},
    "send_notification": "maybe",
    "reschedule_reason": 42,
}
"""A value of another type for each field."""


def add(faults: Faults) -> None:
    """Add them."""
    _ranges(faults)
    _members(faults)
    _types(faults)
    _defaults(faults)


def _ranges(faults: Faults) -> None:
    ends: Mapping[str, tuple[tuple[int, int], int, str]] = {
        "minutes_14_accepted": ((14, 90), 14, "minimum"),
        "minutes_15_refused": ((16, 90), 15, "minimum"),
        "minutes_90_refused": ((15, 89), 90, "maximum"),
        "minutes_91_accepted": ((15, 91), 91, "maximum"),
        "minutes_up_to_120": ((15, 120), 120, "maximum"),
        "minutes_up_to_60": ((15, 60), 75, "maximum"),
        "minutes_from_30": ((30, 90), 20, "minimum"),
        "minutes_from_zero": ((0, 90), 0, "minimum"),
        "minutes_negative": ((-(10**9), 90), -5, "minimum"),
        "minutes_without_end": ((15, 10**9), 100_000, "maximum"),
    }
    for name, (minutes, shown, keyword) in ends.items():
        faults.add(
            name,
            f"duration_minutes may be from {minutes[0]} to {minutes[1]}",
            SECTION,
            f"duration_minutes {keyword}",
            Change(settings={"minutes": minutes}),
            update(duration_minutes=shown),
        )
    clamps = {"up": (15, 10**9, 5), "down": (-(10**9), 90, 200), "to_the_range": (15, 90, 200)}
    for name, (least, most, shown) in clamps.items():
        faults.add(
            f"minutes_clamped_{name}",
            "duration_minutes out of range is silently moved into it",
            SECTION,
            "duration_minutes minimum maximum",
            Change(
                settings={"minutes": (-(10**9), 10**9)},
                fields=edits.field("duration_minutes", _within(least, most)),
            ),
            update(duration_minutes=shown),
        )
    faults.add(
        "minutes_to_the_quarter",
        "duration_minutes is rounded to a quarter of an hour",
        SECTION,
        "duration_minutes saved",
        Change(fields=edits.field("duration_minutes", lambda value: round(value / 15) * 15)),
        update(duration_minutes=35),
    )
    faults.add(
        "minutes_as_text_read",
        "duration_minutes may be a text with a number",
        SECTION,
        "duration_minutes type",
        Change(settings={"numbers_as_text": "read"}),
        update(duration_minutes="30"),
    )
    faults.add(
        "minutes_fraction_accepted",
        "duration_minutes may have a fraction",
        SECTION,
        "duration_minutes type",
        Change(request=_rounded),
        update(duration_minutes=30.5),
    )


def _within(least: int, most: int) -> edits.ValueEdit:
    return lambda value: max(least, min(most, value))


def _rounded(request: Request) -> Request:
    try:
        body = read_json(request.body)
    except ValueError:
        return request
    if not isinstance(body, dict) or not isinstance(body.get("duration_minutes"), float):
        return request
    body["duration_minutes"] = round(body["duration_minutes"])
    return Request(request.method, request.path, request.headers, write_json(body))


def _members(faults: Faults) -> None:
    for member in DIFFICULTIES:
        faults.add(
            f"difficulty_{member}_refused",
            f"difficulty cannot be {member}",
            SECTION,
            "difficulty enum",
            Change(settings={"difficulties": tuple(name for name in DIFFICULTIES if name != member)}),
            update(difficulty=member),
        )
    for name, more in (("principal", "principal"), ("capitalised", "Senior"), ("empty", "")):
        faults.add(
            f"difficulty_{name}_accepted",
            f"difficulty can be {more!r}",
            SECTION,
            "difficulty enum",
            Change(settings={"difficulties": (*DIFFICULTIES, more)}),
            update(difficulty=more),
        )
    faults.add(
        "difficulty_any_accepted",
        "difficulty can be any text",
        SECTION,
        "difficulty enum",
        Change(settings={"unchecked": frozenset({"difficulty"})}),
        update(difficulty="impossible"),
    )
    faults.add(
        "difficulty_replaced",
        "A difficulty outside of the list is replaced by intermediate",
        SECTION,
        "difficulty enum",
        Change(
            settings={"unchecked": frozenset({"difficulty"})},
            fields=edits.field("difficulty", lambda value: value if value in DIFFICULTIES else "intermediate"),
        ),
        update(difficulty="impossible"),
    )


def _types(faults: Faults) -> None:
    for field, value in WRONG.items():
        faults.add(
            f"{field}_of_any_type",
            f"{field} is not checked",
            SECTION,
            f"{field} type",
            Change(settings={"unchecked": frozenset({field})}),
            update(**{field: value}),
        )
        faults.add(
            f"{field}_needed",
            f"An update without {field} is refused",
            SECTION,
            f"{field} optional",
            Change(settings={"needed": frozenset({field})}),
            update(**{"company_name" if field == "position" else "position": "Editor"}),
        )
    faults.add(
        "skills_items_of_any_type",
        "skills may hold anything",
        SECTION,
        "skills items type",
        Change(settings={"unchecked": frozenset({"skills items"})}),
        update(skills=["SQL", 42, None]),
        strength="inferred",
    )
    times = Change(settings={"unchecked": frozenset({"scheduled_at"})})
    faults.add(
        "time_any_text",
        "scheduled_at may be any text",
        SECTION,
        "scheduled_at format",
        times,
        update(scheduled_at="tomorrow"),
    )
    faults.add(
        "time_month_13",
        "scheduled_at may be in a month that does not exist",
        SECTION,
        "scheduled_at format",
        Change(request=_without_impossible_months),
        update(scheduled_at="2026-13-01T10:00:00Z"),
    )
    faults.add(
        "email_any_text",
        "candidate_email may be any text",
        SECTION,
        "candidate_email format",
        Change(settings={"unchecked": frozenset({"candidate_email"})}),
        update(candidate_email="nobody"),
        strength="inferred",
    )


def _without_impossible_months(request: Request) -> Request:
    return Request(request.method, request.path, request.headers, request.body.replace(b"-13-", b"-12-"))


def _defaults(faults: Faults) -> None:
    faults.add(
        "send_notification_off_by_default",
        "Nobody is told unless the request asks for it",
        SECTION,
        "send_notification default",
        Change(settings={"notifies_by_default": False}),
        RESCHEDULED,
        update(SCHEDULED, skills=["Ada"]),
    )
