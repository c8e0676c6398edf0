"""What is wrong with Kombo's errors."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tests.targets import edits
from tests.targets.catalogue import Faults
from tests.targets.faults import common
from tests.targets.faults.kombo.samples import ANONYMOUS, INVALID, update
from tests.targets.messages import Json
from tests.targets.target import Change, Step

SCHEMAS = "OpenAPI / components / schemas"
ERRORS = "OpenAPI / components / responses / ErrorResponseATS"


def _error(**changed: Json) -> Callable[[Json], Json]:
    return lambda body: {**body, "error": {**body["error"], **changed}}


def _lacking(name: str) -> Callable[[Json], Json]:
    return lambda body: {**body, "error": {key: value for key, value in body["error"].items() if key != name}}


BODIES: Mapping[str, tuple[str, str, Callable[[Json], Json]]] = {
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
"""What an error's body becomes: words for it, the claim, and how."""

CALLS = (INVALID, ANONYMOUS)


def add(faults: Faults) -> None:
    """Add them."""
    for name, (words, claim, change) in BODIES.items():
        edit = Change(body=edits.whole(change, refusals=True))
        faults.add(f"error_{name}", f"In errors, {words}", ERRORS, f"default {claim}", edit, *CALLS)
    _forms(faults)


def _forms(faults: Faults) -> None:
    for name, words, body, media_type in (
        ("text", "a text", b"Bad Request", "text/plain"),
        ("page", "a page", b"<h1>Bad Request</h1>", "text/html; charset=utf-8"),
        ("nothing", "nothing", b"", "application/json"),
    ):
        plain = Change(answer=edits.replaced_body(body, media_type, refusals=True))
        faults.add(
            f"error_as_{name}", f"Errors are answered with {words}", ERRORS, "default media type body", plain, *CALLS
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
