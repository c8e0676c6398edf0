"""What is wrong with the form of JobHive's good answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tests.targets import edits
from tests.targets.catalogue import Faults
from tests.targets.faults import common
from tests.targets.faults.jobhive.samples import NEW, SAMPLES, update
from tests.targets.jobhive import FIELDS
from tests.targets.messages import Json, write_json
from tests.targets.target import Change

MEMBERS = ("id", "status", *FIELDS, "created_at", "updated_at", "notification_sent")
TIMES = ("scheduled_at", "created_at", "updated_at")
SHOWN = "Examples"


def add(faults: Faults) -> None:
    """Add them."""
    common.add_outside(faults, SAMPLES, SHOWN, statuses=False)
    _members(faults)
    _envelope(faults)
    _times(faults)
    _values(faults)


def _members(faults: Faults) -> None:
    for name in MEMBERS:
        place = f"/data/{name}"
        faults.add(
            f"no_{name}", f"{name} is left out", "Response", f"data/{name} required", _body(edits.without(place))
        )
        faults.add(
            f"null_{name}", f"{name} is null", "Response", f"data/{name} type", _body(edits.at(place, edits.to(None)))
        )
        faults.add(
            f"other_type_of_{name}",
            f"{name} has another type",
            "Response",
            f"data/{name} type",
            _body(edits.at(place, edits.other_type)),
        )
    for old, new in (
        ("id", "interview_id"),
        ("position", "job_title"),
        ("duration_minutes", "duration"),
        ("scheduled_at", "scheduledAt"),
        ("candidate_email", "email"),
        ("notification_sent", "notificationSent"),
        ("updated_at", "modified_at"),
    ):
        faults.add(
            f"{old}_called_{new}",
            f"{old} is called {new}",
            "Response",
            f"data/{old} required",
            _body(edits.renamed(f"/data/{old}", new)),
        )
    for name in ("timestamp", "request_id"):
        place = f"/meta/{name}"
        claim = f"meta/{name}"
        faults.add(f"no_meta_{name}", f"meta has no {name}", SHOWN, f"{claim} required", _body(edits.without(place)))
        faults.add(
            f"null_meta_{name}",
            f"{name} of meta is null",
            SHOWN,
            f"{claim} type",
            _body(edits.at(place, edits.to(None))),
        )
        faults.add(
            f"other_type_of_meta_{name}",
            f"{name} of meta is a number",
            SHOWN,
            f"{claim} type",
            _body(edits.at(place, edits.to(1705337100))),
        )


def _envelope(faults: Faults) -> None:
    changes: Mapping[str, tuple[str, str, Callable[[Json], Json]]] = {
        "no_envelope": ("The interview is not in an envelope", "body required", lambda body: body["data"]),
        "no_success": ("success is left out", "success", lambda body: {k: body[k] for k in ("data", "meta")}),
        "success_false": ("success is false", "success const", lambda body: {**body, "success": False}),
        "success_text": ("success is a text", "success type", lambda body: {**body, "success": "true"}),
        "success_number": ("success is 1", "success type", lambda body: {**body, "success": 1}),
        "success_null": ("success is null", "success type", lambda body: {**body, "success": None}),
        "no_data": ("data is left out", "data required", lambda body: {k: body[k] for k in ("success", "meta")}),
        "data_null": ("data is null", "data type", lambda body: {**body, "data": None}),
        "data_array": ("data is an array of one", "data type", lambda body: {**body, "data": [body["data"]]}),
        "data_wrapped": (
            "The interview is one level deeper",
            "data required",
            lambda body: {**body, "data": {"interview": body["data"]}},
        ),
        "data_renamed": (
            "data is called interview",
            "data required",
            lambda body: {"success": True, "interview": body["data"], "meta": body["meta"]},
        ),
        "no_meta": ("meta is left out", "meta required", lambda body: {k: body[k] for k in ("success", "data")}),
        "meta_null": ("meta is null", "meta type", lambda body: {**body, "meta": None}),
        "meta_flattened": (
            "timestamp and request_id stand beside data",
            "meta required",
            lambda body: {"success": True, "data": body["data"], **body["meta"]},
        ),
        "body_array": ("The body is an array of one", "body type", lambda body: [body]),
        "body_as_text": ("The body is JSON in a JSON text", "body type", lambda body: write_json(body).decode()),
        "camel_case": ("All names are in camel case", "required", edits.cased(edits.camel)),
        "upper_case": ("All names are in upper case", "required", edits.cased(str.upper)),
    }
    for name, (words, claim, change) in changes.items():
        faults.add(name, words, SHOWN, claim, _body(edits.whole(change)))


def _times(faults: Faults) -> None:
    places = {name: f"/data/{name}" for name in TIMES} | {"meta_timestamp": "/meta/timestamp"}
    for field, place in places.items():
        for name, (change, words) in edits.TIME_FAULTS.items():
            faults.add(
                f"{field}_{name}",
                f"{field} {words}",
                "Response" if field in ("scheduled_at", "updated_at") else SHOWN,
                f"{place[1:]} format",
                _body(edits.at(place, change)),
            )
    sent = update(scheduled_at=NEW["scheduled_at"])
    for name, change in (("an_hour_late", edits.shifted), ("to_the_minute", edits.to_the_minute)):
        faults.add(
            f"scheduled_at_{name}",
            f"scheduled_at is answered {name.replace('_', ' ')}",
            "Response",
            "data/scheduled_at saved",
            _body(edits.at("/data/scheduled_at", change)),
            sent,
        )
    faults.add(
        "scheduled_at_date_only",
        "scheduled_at is answered without its time",
        "Response",
        "data/scheduled_at format",
        _body(edits.at("/data/scheduled_at", lambda text: text[:10])),
        sent,
    )


def _values(faults: Faults) -> None:
    values: Mapping[str, tuple[str, str, Callable[[Json], Json]]] = {
        "difficulty_upper_case": ("difficulty is in upper case", "difficulty", str.upper),
        "difficulty_capitalised": ("difficulty begins with a capital", "difficulty", str.title),
        "difficulty_number": ("difficulty is its place in the list", "difficulty", lambda _: 3),
        "difficulty_other_word": ("difficulty is a word of another list", "difficulty", lambda _: "hard"),
        "status_upper_case": ("The documented status is in upper case", "status", str.upper),
        "status_other_word": ("A scheduled interview has the status active", "status", lambda _: "active"),
        "duration_in_seconds": ("duration_minutes are seconds", "duration_minutes", lambda minutes: minutes * 60),
        "duration_fraction": ("duration_minutes has a fraction", "duration_minutes", lambda minutes: minutes + 0.5),
        "skills_as_objects": ("The skills are objects", "skills", lambda names: [{"name": name} for name in names]),
        "skills_as_numbers": ("The skills are numbers", "skills", lambda names: list(range(len(names)))),
        "skills_as_map": ("The skills are an object", "skills", lambda names: dict.fromkeys(names, True)),
        "notification_number": ("notification_sent is 0 or 1", "notification_sent", int),
        "notification_word": ("notification_sent is a word", "notification_sent", lambda sent: "yes" if sent else "no"),
        "email_masked": ("candidate_email is masked", "candidate_email", lambda _: "***"),
    }
    for name, (words, member, change) in values.items():
        section = SHOWN if member in ("status", "skills") else "Response"
        faults.add(name, words, section, f"data/{member}", _body(edits.at(f"/data/{member}", change)))


def _body(edit: edits.BodyEdit) -> Change:
    return Change(body=edit)
