"""What the driver interviews accept or refuse wrongly, whom they let in, and what they do to values on their way in."""

from __future__ import annotations

import re
from collections.abc import Callable

from tests.targets import edits
from tests.targets.catalogue import Faults
from tests.targets.driver_interviews import AMENDMENT, REQUIRED
from tests.targets.faults import common
from tests.targets.faults.driver_interviews.samples import (
    AMEND_PAGE,
    CREATED,
    NEW,
    SAMPLES,
    UPDATE_PAGE,
    amend,
    create,
    update,
)
from tests.targets.faults.spoiling import SPOILT_TEXTS
from tests.targets.messages import Answer, Request, read_json, write_json
from tests.targets.target import Change, Step

SECTION = "Parameters"


def add(faults: Faults) -> None:
    """Add them."""
    common.add_security(faults, SAMPLES, "Request / Headers")
    common.add_robustness(faults, SAMPLES)
    _required(faults)
    _optional(faults)
    _values(faults)
    _spoilt(faults)
    _crashes(faults)


def _required(faults: Faults) -> None:
    for name in sorted(REQUIRED):
        faults.add(
            f"create_without_{name}",
            f"create does not need {name}",
            SECTION,
            f"create {name} required",
            Change(settings={"optional": frozenset({name})}),
            create(**{name: ...}),
        )
    for name in sorted(AMENDMENT):
        faults.add(
            f"amend_without_{name}",
            f"amend does not need {name}",
            SECTION,
            f"amend {name} required",
            Change(settings={"optional": frozenset({name})}),
            amend(**{name: ...}),
            page=AMEND_PAGE,
        )
    faults.add(
        "create_without_anything",
        "create needs no parameter at all",
        SECTION,
        "create required",
        Change(settings={"optional": REQUIRED}),
        create(**dict.fromkeys(CREATED, ...)),
    )
    for name, value in (("kind", "video_call"), ("end_at", "2025-11-20T08:43:05Z")):
        faults.add(
            f"create_makes_up_{name}",
            f"create takes a default for {name} where it is missing",
            SECTION,
            f"create {name} required",
            Change(request=_with_default(name, value)),
            create(**{name: ...}),
        )


def _with_default(name: str, value: str) -> Callable[[Request], Request]:
    def filled(request: Request) -> Request:
        try:
            body = read_json(request.body)
        except ValueError:
            return request
        if request.method != "POST" or not isinstance(body, dict) or not isinstance(body.get("interview"), dict):
            return request
        if "amend" in request.path:
            return request
        body["interview"] = {name: value, **body["interview"]}
        return Request(request.method, request.path, request.headers, write_json(body))

    return filled


def _optional(faults: Faults) -> None:
    faults.add(
        "create_needs_location",
        "create needs a location",
        SECTION,
        "create location optional",
        Change(settings={"needed": frozenset({"create.location"})}),
        create(location=...),
    )
    for name in NEW:
        faults.add(
            f"update_needs_{name}",
            f"update needs {name}",
            SECTION,
            f"update {name} optional",
            Change(settings={"needed": frozenset({f"update.{name}"})}),
            update(**{"location" if name == "kind" else "kind": "phone_call"}),
            page=UPDATE_PAGE,
        )
    faults.add(
        "update_needs_everything",
        "update needs what create needs",
        SECTION,
        "update optional",
        Change(settings={"needed": frozenset({f"update.{name}" for name in REQUIRED})}),
        update(location="Elsewhere"),
        page=UPDATE_PAGE,
    )


def _values(faults: Faults) -> None:
    for name, call in (("create", create()), ("update", update(start_at=NEW["start_at"]))):
        faults.add(
            f"{name}_refuses_whole_seconds",
            f"{name} takes times with milliseconds only, though the pages send whole seconds",
            "Request / Body",
            f"{name} start_at",
            Change(request=_spoil_whole_seconds(name)),
            call,
        )
    for name, words, change in (
        ("slash_redirects", "create redirects from the documented path", Change(answer=_redirected)),
        ("slash_unknown", "create is there without the documented slash only", Change(request=_no_slash)),
    ):
        faults.add(name, words, "Endpoint", "create status", change, create())
    faults.add(
        "refuses_links",
        "location cannot be a link",
        "Request / Body",
        "location",
        Change(request=_without_links),
        create(),
    )


def _redirected(step: Step, answer: Answer) -> Answer:
    if step.operation != "create" or not step.request.path.endswith("/"):
        return answer
    return Answer(307, {"location": step.request.path.rstrip("/"), "content-length": "0"}, b"")


def _no_slash(request: Request) -> Request:
    path = "/nowhere" if request.path == "/api/v1/interviews/" else request.path
    return Request(request.method, path, request.headers, request.body)


def _spoil_whole_seconds(operation: str) -> Callable[[Request], Request]:
    method = "POST" if operation == "create" else "PATCH"

    def spoilt(request: Request) -> Request:
        hit = request.method == method and "amend" not in request.path
        body = re.sub(rb'(:\d\d)Z"', rb'\1"', request.body) if hit else request.body
        return Request(request.method, request.path, request.headers, body)

    return spoilt


def _without_links(request: Request) -> Request:
    return Request(request.method, request.path, request.headers, re.sub(rb'"https?://[^"]*"', b"[]", request.body))


def _spoilt(faults: Faults) -> None:
    for field in ("location", "kind"):
        for name, (edit, words, text) in SPOILT_TEXTS.items():
            if field == "kind" and name in (
                "single_spaced",
                "one_line",
                "escaped",
                "without_quotes",
                "cut_at_255",
                "title_case",
            ):
                continue
            faults.add(
                f"{field}_saved_{name}",
                f"{field} {words}",
                "Response / Body",
                f"{field} saved",
                Change(fields=edits.field(field, edit)),
                update(**{field: text}),
            )
    faults.add(
        "location_link_cut",
        "location loses what follows a question mark",
        "Response / Body",
        "location saved",
        Change(fields=edits.field("location", lambda text: text.partition("?")[0] if isinstance(text, str) else text)),
        update(location="https://meet.example.com/room?pin=1234"),
    )
    for field in ("start_at", "end_at", "amend_start_at", "amend_end_at"):
        call = amend(**{field: NEW["start_at"]}) if field.startswith("amend") else update(**{field: NEW["start_at"]})
        for name, change in (("an_hour_late", edits.shifted), ("to_the_minute", edits.to_the_minute)):
            faults.add(
                f"{field}_saved_{name}",
                f"{field} is saved {name.replace('_', ' ')}",
                "Response / Body",
                f"{field} saved",
                Change(fields=edits.field(field, _in_seconds(change))),
                call,
            )


def _in_seconds(change: Callable[[str], str]) -> edits.ValueEdit:
    return lambda value: change(value) if isinstance(value, str) else value


def _crashes(faults: Faults) -> None:
    def long_create(step: Step) -> bool:
        return step.operation == "create" and len(step.request.body) > 400

    def unknown_amend(step: Step) -> bool:
        return step.operation == "amend" and step.problem == "not found"

    for name, words, condition, call in (
        ("long_create", "a long text in create", long_create, create(location="x" * 300)),
        ("amend_of_no_number", "an amendment of what is not there", unknown_amend, amend("none")),
    ):
        crash = Change(answer=edits.crash(condition))
        faults.add(f"crash_on_{name}", f"A 500 for {words}", "Errors", "robustness", crash, call)
    faults.add(
        "crash_on_big_id",
        "A 500 for a number beyond 32 bits in the path",
        "Errors",
        "robustness",
        Change(answer=edits.crash(lambda step: step.key.isdigit() and int(step.key[:18]) > 2**31)),
        update(2**40, location="London"),
    )
