"""What is wrong with the bodies of the driver interviews' good answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tests.targets import edits
from tests.targets.catalogue import Faults
from tests.targets.driver_interviews import ORDER
from tests.targets.faults import common
from tests.targets.faults.driver_interviews.samples import AMEND_PAGE, BY_OPERATION, PAGES, SAMPLES
from tests.targets.messages import Json, write_json
from tests.targets.target import Change

SECTION = "Response / Body"
NEVER_NULL = (
    "id",
    "end_at",
    "interviewee",
    "interviewee_id",
    "interviewer",
    "interviewer_id",
    "kind",
    "start_at",
    "status",
)
NESTED = (
    "interviewee/id",
    "interviewee/currency",
    "interviewee/driver",
    "interviewee/kind",
    "interviewee/updated_at",
    "interviewee/driver/id",
    "interviewee/driver/image",
    "interviewee/driver/phone_number",
    "interviewee/driver/title",
    "interviewer/id",
    "interviewer/contact_phone_number",
    "interviewer/image",
    "interviewer/title",
)
TIMES = ("start_at", "end_at", "amend_start_at", "amend_end_at", "interviewee/updated_at")


def add(faults: Faults) -> None:
    """Add them."""
    common.add_outside(faults, SAMPLES, "Response / Status", statuses=True)
    _members(faults)
    _names(faults)
    _shapes(faults)
    _times(faults)


def _name(member: str) -> str:
    return member.replace("/", "s_")


def _members(faults: Faults) -> None:
    for member in (*ORDER, *NESTED):
        place = f"/interview/{member}"
        faults.add(
            f"no_{_name(member)}",
            f"{member} is left out",
            SECTION,
            f"interview/{member} required",
            Change(body=edits.without(place)),
        )
        if member not in ("interviewee/driver/image", "interviewer/contact_phone_number", "interviewer/image"):
            faults.add(
                f"other_type_of_{_name(member)}",
                f"{member} has another type",
                SECTION,
                f"interview/{member} type",
                Change(body=edits.at(place, edits.other_type)),
                page=AMEND_PAGE if member.startswith("amend") else "",
            )
    for member in (*NEVER_NULL, "interviewee/id", "interviewee/driver", "interviewer/id"):
        faults.add(
            f"null_{_name(member)}",
            f"{member} is null",
            SECTION,
            f"interview/{member} type",
            Change(body=edits.at(f"/interview/{member}", edits.to(None))),
        )
    for operation, call in BY_OPERATION.items():
        for member in ("status", "interviewee", "interviewer_id"):
            faults.add(
                f"no_{member}_on_{operation}",
                f"{operation} leaves {member} out",
                SECTION,
                f"{operation} interview/{member} required",
                Change(body=edits.without(f"/interview/{member}", operation=operation)),
                call,
                page=PAGES[operation],
            )


def _names(faults: Faults) -> None:
    for old, new in (
        ("kind", "type"),
        ("status", "state"),
        ("location", "place"),
        ("start_at", "starts_at"),
        ("end_at", "ends_at"),
        ("interviewee", "candidate"),
        ("interviewee_id", "intervieweeId"),
        ("interviewer_id", "interviewer_ID"),
        ("amended_by", "amendedBy"),
        ("interviewee/driver", "user"),
        ("interviewee/driver/phone_number", "phone"),
        ("interviewee/driver/title", "name"),
        ("interviewer/contact_phone_number", "phone_number"),
        ("interviewer/title", "full_name"),
    ):
        faults.add(
            f"{_name(old)}_called_{new}",
            f"{old} is called {new}",
            SECTION,
            f"interview/{old} required",
            Change(body=edits.renamed(f"/interview/{old}", new)),
        )


def _lifted(body: Json) -> Json:
    person = body["interview"]["interviewee"]
    person.update({f"driver_{name}": value for name, value in person.pop("driver").items()})
    return body


def _people_as_ids(body: Json) -> Json:
    interview = body["interview"]
    interview.update({kind: interview[kind]["id"] for kind in ("interviewee", "interviewer")})
    return body


def _people_as_names(body: Json) -> Json:
    interview = body["interview"]
    interview["interviewee"] = interview["interviewee"]["driver"]["title"]
    interview["interviewer"] = interview["interviewer"]["title"]
    return body


def _json_api(body: Json) -> Json:
    interview = body["interview"]
    return {"data": {"id": str(interview["id"]), "type": "interviews", "attributes": interview}}


def _shapes(faults: Faults) -> None:
    shapes: Mapping[str, tuple[str, str, Callable[[Json], Json]]] = {
        "no_root": ("The interview stands alone", "interview required", lambda body: body["interview"]),
        "root_data": ("The interview is called data", "interview required", lambda body: {"data": body["interview"]}),
        "root_capitalised": (
            "The interview is called Interview",
            "interview required",
            lambda body: {"Interview": body["interview"]},
        ),
        "root_plural": (
            "The interview is one of an array",
            "interview required",
            lambda body: {"interviews": [body["interview"]]},
        ),
        "interview_array": (
            "The interview is an array of one",
            "interview type",
            lambda body: {"interview": [body["interview"]]},
        ),
        "interview_null": ("The interview is null", "interview type", lambda _: {"interview": None}),
        "interview_empty": ("The interview is empty", "interview required", lambda _: {"interview": {}}),
        "interview_id_only": (
            "Only the id is answered",
            "interview required",
            lambda body: {"interview": {"id": body["interview"]["id"]}},
        ),
        "interview_deeper": (
            "The interview is one level deeper",
            "interview required",
            lambda body: {"interview": {"interview": body["interview"]}},
        ),
        "json_api": ("The answer is in another style", "interview required", _json_api),
        "body_array": ("The body is an array of one", "body type", lambda body: [body]),
        "body_as_text": ("The body is JSON in a JSON text", "body type", lambda body: write_json(body).decode()),
        "driver_lifted": ("The driver's members stand with the interviewee", "driver required", _lifted),
        "people_as_ids": ("The people are their ids", "interviewee interviewer type", _people_as_ids),
        "people_as_names": ("The people are their names", "interviewee interviewer type", _people_as_names),
        "camel_case": ("All names are in camel case", "required", edits.cased(edits.camel)),
        "kebab_case": ("All names have hyphens", "required", edits.cased(lambda name: name.replace("_", "-"))),
        "upper_case": ("All names are in upper case", "required", edits.cased(str.upper)),
    }
    for name, (words, claim, change) in shapes.items():
        faults.add(name, words, SECTION, claim, Change(body=edits.whole(change)))
    for name, member, word in (("kind", "kind", "VIDEO_CALL"), ("status", "status", "PENDING")):
        faults.add(
            f"{name}_upper_case",
            f"{member} is answered like {word}",
            SECTION,
            f"interview/{member}",
            Change(body=edits.at(f"/interview/{member}", str.upper)),
        )


def _times(faults: Faults) -> None:
    notations = {
        **edits.TIME_FAULTS,
        "with_offset": (edits.with_offset, "has +00:00 in place of the Z"),
    }
    for member in TIMES:
        page = AMEND_PAGE if member.startswith("amend") else ""
        for name, (change, words) in notations.items():
            faults.add(
                f"{_name(member)}_{name}",
                f"{member} {words}",
                SECTION,
                f"interview/{member} format",
                Change(body=edits.at(f"/interview/{member}", change)),
                page=page,
            )
        if member != "interviewee/updated_at":
            for name, change in (("an_hour_late", edits.shifted), ("to_the_minute", edits.to_the_minute)):
                faults.add(
                    f"{member}_{name}",
                    f"{member} is answered {name.replace('_', ' ')}",
                    SECTION,
                    f"interview/{member} saved",
                    Change(body=edits.at(f"/interview/{member}", change)),
                    page=page,
                )
