"""What JobHive does wrong when it refuses, whom it lets in, and which events it sends."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tests.targets import edits
from tests.targets.catalogue import Faults, Need
from tests.targets.faults import common
from tests.targets.faults.jobhive.samples import IN_PROGRESS, RESCHEDULED, SAMPLES, UNKNOWN, update
from tests.targets.messages import Answer, Call, Json, write_json
from tests.targets.target import Change, Step

SECTION = "Error Responses"
EVENTS = "Webhook Events"


def add(faults: Faults) -> None:
    """Add them."""
    common.add_security(faults, SAMPLES, "Examples", statuses=False)
    common.add_robustness(faults, SAMPLES)
    _envelope(faults)
    _instead(faults)
    _events(faults)


def _when_not_found(change: Callable[[Json], Json]) -> Change:
    edit = edits.whole(change, refusals=True)
    return Change(body=lambda step, body: edit(step, body) if step.problem == "not found" else body)


def _error(**changed: Json) -> Callable[[Json], Json]:
    return lambda body: {**body, "error": {**body["error"], **changed}}


def _envelope(faults: Faults) -> None:
    bodies: Mapping[str, tuple[str, str, Callable[[Json], Json]]] = {
        "no_success": ("success is left out", "success", lambda body: {"error": body["error"]}),
        "success_true": ("success is true", "success const", lambda body: {**body, "success": True}),
        "success_null": ("success is null", "success type", lambda body: {**body, "success": None}),
        "success_text": ("success is a text", "success type", lambda body: {**body, "success": "false"}),
        "no_error": ("error is left out", "error required", lambda _: {"success": False}),
        "error_null": ("error is null", "error type", lambda _: {"success": False, "error": None}),
        "error_text": ("error is a text", "error type", lambda body: {**body, "error": body["error"]["message"]}),
        "error_array": ("error is an array", "error type", lambda body: {**body, "error": [body["error"]]}),
        "errors": (
            "error is called errors",
            "error required",
            lambda body: {"success": False, "errors": [body["error"]]},
        ),
        "no_envelope": ("code and message stand alone", "body required", lambda body: body["error"]),
        "flattened": (
            "code and message stand beside success",
            "error required",
            lambda body: {"success": False, **body["error"]},
        ),
        "rails": ("The body is of another style", "body required", lambda _: {"status": 404, "error": "Not Found"}),
        "no_code": (
            "The code is left out",
            "code required",
            lambda body: {**body, "error": {"message": body["error"]["message"]}},
        ),
        "code_null": ("The code is null", "code type", _error(code=None)),
        "code_number": ("The code is a number", "code type", _error(code=404)),
        "code_general": ("The code is NOT_FOUND", "INTERVIEW_NOT_FOUND", _error(code="NOT_FOUND")),
        "code_lower_case": ("The code is in lower case", "INTERVIEW_NOT_FOUND", _error(code="interview_not_found")),
        "code_of_another": ("The code is that of bad input", "INTERVIEW_NOT_FOUND", _error(code="VALIDATION_ERROR")),
        "no_message": (
            "The message is left out",
            "message required",
            lambda body: {**body, "error": {"code": body["error"]["code"]}},
        ),
        "message_null": ("The message is null", "message type", _error(message=None)),
        "message_array": ("The message is an array", "message type", _error(message=["Not found"])),
        "message_of_another_id": (
            "The message always names the same id",
            "message",
            _error(message="Interview with ID 'int_000000000000' not found"),
        ),
        "message_without_id": ("The message names no id", "message", _error(message="Interview not found")),
        "camel_case": ("The members are called errorCode and errorMessage", "code required", _camel),
    }
    for name, (words, claim, change) in bodies.items():
        faults.add(
            f"not_found_{name}",
            f"For an unknown interview: {words[0].lower()}{words[1:]}",
            SECTION,
            f"INTERVIEW_NOT_FOUND {claim}",
            _when_not_found(change),
            UNKNOWN,
        )


def _camel(body: Json) -> Json:
    error = body["error"]
    return {"success": False, "error": {"errorCode": error["code"], "errorMessage": error["message"]}}


def _first_instead(step: Step, answer: Answer) -> Answer:
    """Another interview, as if it had been asked for."""
    if step.problem != "not found":
        return answer
    row = next(iter(step.target.store["interview"].values()))
    return _success(step, answer, dict(row))


def _made_up(step: Step, answer: Answer) -> Answer:
    """An interview that is made on the spot."""
    if step.problem != "not found":
        return answer
    row = next(iter(step.target.store["interview"].values()))
    return _success(step, answer, {**row, "id": step.key})


def _success(step: Step, answer: Answer, data: dict[str, Json]) -> Answer:
    meta = {"timestamp": data["updated_at"], "request_id": "req_update_int_001"}
    body = write_json({"success": True, "data": {**data, "notification_sent": True}, "meta": meta})
    return Answer(200, answer.with_headers(content_length=str(len(body))).headers, body)


def _instead(faults: Faults) -> None:
    answers: Mapping[str, tuple[str, edits.AnswerEdit]] = {
        "answers_another": ("is answered with another interview", _first_instead),
        "is_made": ("is answered as if it existed", _made_up),
        "answers_text": ("is answered with a text", edits.replaced_body(b"Not Found", "text/plain", refusals=True)),
        "answers_nothing": ("is answered without a body", edits.replaced_body(b"", "application/json", refusals=True)),
        "answers_page": (
            "is answered with a page",
            edits.replaced_body(b"<h1>Not Found</h1>", "text/html; charset=utf-8", refusals=True),
        ),
        "answers_204": ("is answered with 204", edits.status(204, refusals="not found")),
    }
    for name, (words, edit) in answers.items():
        faults.add(
            f"unknown_id_{name}",
            f"An unknown interview {words}",
            SECTION,
            "INTERVIEW_NOT_FOUND",
            Change(answer=_only_not_found(edit)),
            UNKNOWN,
        )


def _only_not_found(edit: edits.AnswerEdit) -> edits.AnswerEdit:
    return lambda step, answer: edit(step, answer) if step.problem == "not found" else answer


def _without(event: str) -> Change:
    return Change(events=lambda _step, events: [name for name in events if name != event])


def _extra(event: str, condition: Callable[[Step], bool]) -> Change:
    return Change(events=lambda step, events: [*events, event] if condition(step) and event not in events else events)


def _events(faults: Faults) -> None:
    updated, rescheduled, notified = "interview.updated", "interview.rescheduled", "candidate.notified"
    missing = {event: _without(event) for event in (updated, rescheduled, notified)}
    for event, change in missing.items():
        name = f"no_{event.replace('.', '_')}"
        faults.add(name, f"{event} is never sent", EVENTS, event, change, RESCHEDULED, needs=("listener",))
    nothing = Change(events=lambda *_: [])
    faults.add("no_events", "No event is ever sent", EVENTS, "webhook", nothing, RESCHEDULED, needs=("listener",))
    half = Change(events=lambda _step, events: events[1:] if rescheduled in events else events)
    words = "interview.updated is not sent when the time changes"
    faults.add("updated_only_without_time", words, EVENTS, updated, half, RESCHEDULED, needs=("listener",))
    extra: Mapping[str, tuple[str, str, Callable[[Step], bool], Call]] = {
        "rescheduled_for_anything": (
            rescheduled,
            "for any update",
            lambda step: step.refusal is None,
            update(company_name="Elsewhere"),
        ),
        "rescheduled_for_same_time": (
            rescheduled,
            "for the time that is there already",
            lambda step: "scheduled_at" in step.sent,
            update(scheduled_at="2024-01-16T10:00:00Z"),
        ),
        "notified_in_spite": (
            notified,
            "although nobody is told",
            lambda step: step.refusal is None,
            update(company_name="Elsewhere", send_notification=False),
        ),
        "updated_for_refused": (
            updated,
            "for a refused update",
            lambda step: step.problem == "not permitted",
            update(IN_PROGRESS, position="Editor"),
        ),
        "updated_for_invalid": (
            updated,
            "for an invalid update",
            lambda step: step.problem == "invalid",
            update(duration_minutes=5),
        ),
        "updated_for_unknown": (
            updated,
            "for an interview that does not exist",
            lambda step: step.problem == "not found",
            UNKNOWN,
        ),
    }
    for name, (event, when, condition, call) in extra.items():
        needs: tuple[Need, ...] = ("listener", "states") if "refused" in name else ("listener",)
        faults.add(name, f"{event} is sent {when}", EVENTS, event, _extra(event, condition), call, needs=needs)
