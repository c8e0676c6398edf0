"""Faults that any API can have: who may come in, what bad input does, and the outside of an answer."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tests.targets import edits
from tests.targets.catalogue import Faults
from tests.targets.messages import Answer, Call, Json, read_json
from tests.targets.target import Change, Step


@dataclass(frozen=True)
class Samples:
    """Requests of one API to make evidence of.

    `plain` is a good request; `by_operation` has one per operation; `with_text` and `with_time` put a value where any
    text, any time goes; `unknown` names a resource that is not there; `invalid` is refused.
    """

    plain: Call
    by_operation: Mapping[str, Call]
    with_text: Callable[[str], Call]
    with_time: Callable[[str], Call]
    unknown: Call
    invalid: Call
    null: Call


def with_headers(call: Call, **headers: str | None) -> Call:
    """The same request with other headers."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return Call(call.method, call.path, call.body, {**call.headers, **given})


def with_body(call: Call, body: Json | bytes) -> Call:
    """The same request with another body."""
    return Call(call.method, call.path, body, call.headers)


def add_security(faults: Faults, samples: Samples, section: str, *, statuses: bool = True) -> None:
    """Requests that do not show who they are, and are carried out; or, with `statuses`, answered as if they were."""
    plain = samples.plain
    nobody = with_headers(plain, authorization=None)
    basic = with_headers(plain, authorization="Basic dXNlcjpwYXNzd29yZA==")
    every = frozenset(samples.by_operation)
    add = faults.add
    add(
        "auth_not_checked",
        "Everyone is let in",
        section,
        "security",
        Change(settings={"open_operations": every}),
        nobody,
    )
    add(
        "auth_garbage_token",
        "Any bearer token is accepted",
        section,
        "security",
        Change(settings={"any_token": True}),
        with_headers(plain, authorization="Bearer garbage"),
        needs=("token",),
    )
    add("auth_basic", "Basic works too", section, "security", Change(settings={"schemes": ("bearer", "basic")}), basic)
    add(
        "auth_any_scheme",
        "Only the presence of the header is checked",
        section,
        "security",
        Change(settings={"schemes": ("bearer", "basic", "digest", "token", "apikey", "garbage")}),
        with_headers(plain, authorization="Token abc"),
        basic,
    )
    if statuses:
        pretended = Change(answer=edits.status(200, refusals="unauthenticated"))
        words = "Without a token nothing is done, but the answer is a 200"
        add("auth_answers_success", words, section, "security", pretended, nobody)
    for operation, call in samples.by_operation.items():
        if len(samples.by_operation) > 1:
            add(
                f"auth_not_checked_on_{operation}",
                f"{operation} needs no token",
                section,
                f"{operation} security",
                Change(settings={"open_operations": frozenset({operation})}),
                with_headers(call, authorization=None),
            )


def _value(step: Step) -> Json:
    try:
        return read_json(step.request.body)
    except ValueError:
        return {}


def _any_text(condition: Callable[[str], object]) -> Callable[[Step], bool]:
    return lambda step: any(condition(text) for text in edits.texts_of(_value(step)))


def _has_null(value: Json) -> bool:
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return any(part is None or _has_null(part) for part in parts)


def add_robustness(faults: Faults, samples: Samples) -> None:
    """Bad or rare input that brings the target down."""
    plain = samples.plain
    crashes: Mapping[str, tuple[str, Callable[[Step], bool], Call]] = {
        "malformed_json": ("a body that is not JSON", lambda s: s.problem == "malformed", with_body(plain, b'{"a": ')),
        "wrong_root": (
            "a body that is an array",
            lambda s: isinstance(_value(s), list),
            with_body(plain, []),
        ),
        "empty_body": ("no body", lambda s: not s.request.body, with_body(plain, b"")),
        "null_body": ("a body that is null", lambda s: _value(s) is None, with_body(plain, None)),
        "null_value": ("a member that is null", lambda s: _has_null(_value(s)), samples.null),
        "emoji": (
            "an emoji",
            _any_text(lambda text: any(ord(letter) > 0xFFFF for letter in text)),
            samples.with_text("Bring a 🚗"),
        ),
        "unicode": ("letters beyond ASCII", _any_text(lambda text: not text.isascii()), samples.with_text("Zürich")),
        "quotes": ("a quotation mark", _any_text(lambda text: "'" in text), samples.with_text("the driver's choice")),
        "long_text": (
            "a text of more than 255 letters",
            _any_text(lambda text: len(text) > 255),
            samples.with_text("long " * 200),
        ),
        "offset": (
            "a time with an offset",
            _any_text(lambda text: re.search(r"T.*[+-]\d\d:\d\d$", text)),
            samples.with_time("2026-01-16T14:00:00+02:00"),
        ),
        "invalid": ("an invalid field", lambda s: s.problem == "invalid", samples.invalid),
        "no_token": (
            "a request without a token",
            lambda s: s.problem == "unauthenticated",
            with_headers(plain, authorization=None),
        ),
        "unknown_id": ("an unknown id", lambda s: s.problem == "not found", samples.unknown),
    }
    for name, (words, condition, call) in crashes.items():
        faults.add(
            f"crash_on_{name}",
            f"A 500 for {words}",
            "Errors",
            "robustness",
            Change(answer=edits.crash(condition)),
            call,
        )


def add_outside(faults: Faults, samples: Samples, section: str, *, statuses: bool) -> None:
    """The status and the media type of a good answer. Where no success status is documented, only 204 and 500 are."""
    for code in (201, 202, 204, 302, 400, 404, 500):
        if statuses or code in (204, 302, 400, 404, 500):
            faults.add(
                f"success_answers_{code}",
                f"A good request is answered with {code}",
                section,
                "status",
                Change(answer=edits.status(code)),
                samples.plain,
                strength="documented" if statuses or code in (204, 500) else "inferred",
            )
    for operation, call in samples.by_operation.items():
        if len(samples.by_operation) > 1:
            faults.add(
                f"{operation}_answers_201",
                f"{operation} is answered with 201",
                section,
                f"{operation} status 200",
                Change(answer=edits.status(201, operation=operation)),
                call,
            )
        faults.add(
            f"{operation}_answers_405",
            f"{operation} is not there",
            section,
            f"{operation} status",
            Change(answer=edits.status(405, operation=operation)),
            call,
        )
    for name, media_type in (
        ("html", "text/html; charset=utf-8"),
        ("text", "text/plain; charset=utf-8"),
        ("octets", "application/octet-stream"),
    ):
        faults.add(
            f"media_type_{name}",
            f"JSON is sent as {media_type}",
            section,
            "media type",
            Change(answer=edits.header("content-type", media_type)),
            samples.plain,
        )
    faults.add(
        "no_media_type",
        "There is no Content-Type",
        section,
        "media type",
        Change(answer=edits.header("content-type", None)),
        samples.plain,
    )
    for name, body in (("empty", b""), ("not_json", b"OK"), ("cut_short", None)):
        faults.add(
            f"body_{name}",
            f"The body of a good answer is {name.replace('_', ' ')}",
            section,
            "body",
            Change(answer=_cut if body is None else edits.replaced_body(body, "application/json")),
            samples.plain,
        )


def _cut(step: Step, answer: Answer) -> Answer:
    if step.refusal is not None:
        return answer
    body = answer.body[:-1]
    return Answer(answer.status, answer.with_headers(content_length=str(len(body))).headers, body)
