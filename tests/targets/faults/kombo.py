"""The faults of Kombo."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tests.targets import edits
from tests.targets.catalogue import Faults
from tests.targets.faults import common
from tests.targets.kombo import REQUIRED
from tests.targets.messages import Call, Json, write_json
from tests.targets.target import Change, Step

SCHEMAS = "OpenAPI / components / schemas"
ERRORS = "OpenAPI / components / responses / ErrorResponseATS"
PARAMETERS = "OpenAPI / paths / parameters"

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


def _answers(faults: Faults) -> None:
    bodies: Mapping[str, tuple[str, str, Callable[[Json], Json]]] = {
        "no_status": ("status is left out", "status required", lambda body: {"data": body["data"]}),
        "status_ok": ("status is ok", "status const", lambda body: {**body, "status": "ok"}),
        "status_upper_case": ("status is SUCCESS", "status const", lambda body: {**body, "status": "SUCCESS"}),
        "status_true": ("status is true", "status type", lambda body: {**body, "status": True}),
        "status_number": ("status is 200", "status type", lambda body: {**body, "status": 200}),
        "status_null": ("status is null", "status type", lambda body: {**body, "status": None}),
        "status_error": ("status is error", "status const", lambda body: {**body, "status": "error"}),
        "status_renamed": (
            "status is called result",
            "status required",
            lambda b: {"result": "success", "data": b["data"]},
        ),
        "no_data": ("data is left out", "data required", lambda _: {"status": "success"}),
        "data_null": ("data is null", "data type", lambda body: {**body, "data": None}),
        "data_array": ("data is an array", "data type", lambda body: {**body, "data": [body["data"]]}),
        "data_text": ("data is a text", "data type", lambda body: {**body, "data": "interview-1"}),
        "data_true": ("data is true", "data type", lambda body: {**body, "data": True}),
        "data_number": ("data is a number", "data type", lambda body: {**body, "data": 1}),
        "data_renamed": ("data is called interview", "data required", lambda _: {"status": "success", "interview": {}}),
        "no_envelope": ("Only the data are answered", "body required", lambda body: body["data"]),
        "body_array": ("The body is an array of one", "body type", lambda body: [body]),
        "body_null": ("The body is null", "body type", lambda _: None),
        "body_as_text": ("The body is JSON in a JSON text", "body type", lambda body: write_json(body).decode()),
        "body_deeper": ("The body is one level deeper", "status required", lambda body: {"response": body}),
        "capitalised": ("The members are called Status and Data", "status required", edits.cased(str.title)),
    }
    for name, (words, claim, change) in bodies.items():
        faults.add(name, words, SCHEMAS, f"200 {claim}", Change(body=edits.whole(change)))


def _requests(faults: Faults) -> None:
    for name in REQUIRED:
        change = Change(settings={"optional": frozenset({name})})
        faults.add(
            f"without_{name}", f"{name} is not needed", SCHEMAS, f"{name} required", change, update(**{name: ...})
        )
    anything = Change(settings={"optional": frozenset(REQUIRED)})
    faults.add(
        "without_anything", "No member is needed", SCHEMAS, "required", anything, Call("PATCH", update().path, {})
    )
    for name, value in WRONG.items():
        change = Change(settings={"unchecked": frozenset({name})})
        faults.add(
            f"{name}_of_any_type", f"{name} is not checked", SCHEMAS, f"{name} type", change, update(**{name: value})
        )
    numbered = Change(settings={"unchecked": frozenset({"interview_id"}), "unknown_interview": "created"})
    faults.add(
        "interview_id_of_any_type",
        "interview_id is not checked",
        SCHEMAS,
        "interview_id type",
        numbered,
        update(interview_id=1),
    )
    items = Change(settings={"unchecked": frozenset({"interviewer_user_ids items"})})
    words = "interviewer_user_ids may hold anything"
    faults.add(
        "items_of_any_type",
        words,
        SCHEMAS,
        "interviewer_user_ids items type",
        items,
        update(interviewer_user_ids=[1, None]),
    )
    kinds = ("PHYSICAL", "VIRTUAL")
    places: Mapping[str, tuple[str, str, Change, Json]] = {
        "place_physical_refused": (
            "cannot be PHYSICAL",
            "type enum",
            Change(settings={"kinds_of_place": kinds[1:]}),
            {"type": "PHYSICAL"},
        ),
        "place_virtual_refused": (
            "cannot be VIRTUAL",
            "type enum",
            Change(settings={"kinds_of_place": kinds[:1]}),
            {"type": "VIRTUAL"},
        ),
        "place_phone_accepted": (
            "can be PHONE",
            "type enum",
            Change(settings={"kinds_of_place": (*kinds, "PHONE")}),
            {"type": "PHONE"},
        ),
        "place_any_accepted": (
            "can be anything",
            "type enum",
            Change(settings={"unchecked": frozenset({"location.type"})}),
            {"type": "MOON"},
        ),
        "place_lower_case_accepted": (
            "can be in lower case",
            "type enum",
            Change(settings={"any_case_of_place": True}),
            {"type": "virtual"},
        ),
        "place_without_type": (
            "is not needed",
            "type required",
            Change(settings={"optional": frozenset({"location.type"})}),
            {"address": "Room 1"},
        ),
        "place_needs_address": (
            "needs an address",
            "address optional",
            Change(settings={"needed": frozenset({"location.address"})}),
            {"type": "PHYSICAL"},
        ),
        "address_of_any_type": (
            "may have any address",
            "address type",
            Change(settings={"unchecked": frozenset({"location.address"})}),
            {"type": "PHYSICAL", "address": 4},
        ),
    }
    for name, (words, claim, change, place) in places.items():
        faults.add(
            name, f"The type of a location {words}", SCHEMAS, f"location/{claim}", change, update(location=place)
        )
    missing = common.with_headers(update(), x_integration_id=None)
    header = Change(settings={"optional": frozenset({"X-Integration-Id"})})
    faults.add(
        "without_integration",
        "X-Integration-Id is not needed",
        PARAMETERS,
        "header X-Integration-Id required",
        header,
        missing,
    )


def _error(**changed: Json) -> Callable[[Json], Json]:
    return lambda body: {**body, "error": {**body["error"], **changed}}


def _lacking(name: str) -> Callable[[Json], Json]:
    return lambda body: {**body, "error": {key: value for key, value in body["error"].items() if key != name}}


def _errors(faults: Faults) -> None:
    bodies: Mapping[str, tuple[str, str, Callable[[Json], Json]]] = {
        "no_status": ("status is left out", "status required", lambda body: {"error": body["error"]}),
        "status_failure": ("status is failure", "status enum", lambda body: {**body, "status": "failure"}),
        "status_success": ("status is success", "status enum", lambda body: {**body, "status": "success"}),
        "status_upper_case": ("status is ERROR", "status enum", lambda body: {**body, "status": "ERROR"}),
        "status_number": ("status is a number", "status type", lambda body: {**body, "status": 400}),
        "status_null": ("status is null", "status type", lambda body: {**body, "status": None}),
        "no_error": ("error is left out", "error required", lambda _: {"status": "error"}),
        "error_null": ("error is null", "error type", lambda _: {"status": "error", "error": None}),
        "error_text": ("error is a text", "error type", lambda body: {**body, "error": body["error"]["message"]}),
        "error_array": ("error is an array", "error type", lambda body: {**body, "error": [body["error"]]}),
        "errors": (
            "error is called errors",
            "error required",
            lambda body: {"status": "error", "errors": [body["error"]]},
        ),
        "flattened": (
            "The members stand beside status",
            "error required",
            lambda body: {"status": "error", **body["error"]},
        ),
        "no_envelope": ("Only the error itself is answered", "status required", lambda body: body["error"]),
        "problem": (
            "The body is of another style",
            "status required",
            lambda _: {"title": "Bad Request", "detail": "Wrong"},
        ),
        **{
            f"no_{name}": (f"{name} is left out", f"error/{name} required", _lacking(name))
            for name in ("code", "title", "message", "log_url")
        },
        "message_null": ("message is null", "error/message type", _error(message=None)),
        "message_array": ("message is an array", "error/message type", _error(message=["Wrong"])),
        "message_object": ("message is an object", "error/message type", _error(message={"title": "missing"})),
        "title_number": ("title is a number", "error/title type", _error(title=400)),
        "title_array": ("title is an array", "error/title type", _error(title=["Bad Request"])),
        "log_url_number": ("log_url is a number", "error/log_url type", _error(log_url=1)),
        "log_url_no_link": ("log_url is no link", "error/log_url format", _error(log_url="see the logs")),
        "code_unknown": ("code is none of the list", "error/code enum", _error(code="PLATFORM.NOT_FOUND")),
        "code_lower_case": ("code is in lower case", "error/code enum", _error(code="platform.input_invalid")),
        "code_without_prefix": ("code has no prefix", "error/code enum", _error(code="INPUT_INVALID")),
        "code_empty": ("code is empty", "error/code enum", _error(code="")),
        "code_number": ("code is a number", "error/code type", _error(code=400)),
        "code_underscored": ("code has no dot", "error/code enum", _error(code="PLATFORM_INPUT_INVALID")),
        "camel_case": ("log_url is called logUrl", "error/log_url required", edits.cased(edits.camel)),
    }
    calls = (INVALID, ANONYMOUS)
    for name, (words, claim, change) in bodies.items():
        edit = Change(body=edits.whole(change, refusals=True))
        faults.add(f"error_{name}", f"In errors, {words}", ERRORS, f"default {claim}", edit, *calls)
    for name, words, body, media_type in (
        ("text", "a text", b"Bad Request", "text/plain"),
        ("page", "a page", b"<h1>Bad Request</h1>", "text/html; charset=utf-8"),
        ("nothing", "nothing", b"", "application/json"),
    ):
        plain = Change(answer=edits.replaced_body(body, media_type, refusals=True))
        faults.add(
            f"error_as_{name}", f"Errors are answered with {words}", ERRORS, "default media type body", plain, *calls
        )
    for problem, call in (
        ("unauthenticated", ANONYMOUS),
        ("invalid", INVALID),
        ("malformed", common.with_body(update(), b"{")),
    ):
        own = Change(settings={"error_forms": {problem: "text"}})
        faults.add(
            f"error_{problem}_as_text",
            f"Only {problem} requests are answered with a text",
            ERRORS,
            "default body",
            own,
            call,
        )
    ok = Change(answer=edits.status(200, refusals="invalid"))
    faults.add("error_answers_200", "Errors are answered with 200", SCHEMAS, "200 status const", ok, INVALID)
    done = Change(body=_success_instead, settings={"statuses": {"invalid": 200}})
    faults.add("invalid_answers_success", "Bad input is answered like good input", SCHEMAS, "required", done, INVALID)


def _success_instead(step: Step, body: Json) -> Json:
    return {"status": "success", "data": {}} if step.problem == "invalid" else body


common.add_outside(FAULTS, SAMPLES, "OpenAPI / paths / responses", statuses=True)
common.add_security(FAULTS, SAMPLES, "OpenAPI / security")
common.add_robustness(FAULTS, SAMPLES)
_answers(FAULTS)
_requests(FAULTS)
_errors(FAULTS)
