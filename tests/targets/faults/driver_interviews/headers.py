"""What is wrong with the headers of the driver interviews' good answers."""

from __future__ import annotations

from collections.abc import Mapping

from tests.targets import edits
from tests.targets.catalogue import Faults
from tests.targets.driver_interviews import CONSTANT_HEADERS
from tests.targets.faults.driver_interviews.samples import BY_OPERATION, FIRST, PAGES, SECOND, update
from tests.targets.messages import Answer, Call
from tests.targets.target import Change, Step

SECTION = "Response / Headers"

OTHER: Mapping[str, tuple[str, ...]] = {
    "x-frame-options": ("DENY", "ALLOWALL"),
    "x-xss-protection": ("1; mode=block",),
    "x-content-type-options": ("sniff",),
    "x-permitted-cross-domain-policies": ("all",),
    "referrer-policy": ("no-referrer", "unsafe-url"),
    "vary": ("Accept", "Origin", "*"),
    "cache-control": ("no-store", "public, max-age=3600"),
    "x-request-id": ("1", "not-a-uuid", ""),
    "x-runtime": ("fast", "12ms"),
}
"""Other values of the documented headers."""


def add(faults: Faults) -> None:
    """Add them."""
    _missing(faults)
    _other(faults)
    _tags(faults)
    _on_one_operation(faults)
    _charset(faults)


def _missing(faults: Faults) -> None:
    for name in (*CONSTANT_HEADERS, "x-request-id", "x-runtime", "content-length"):
        if name != "content-type":
            faults.add(
                f"no_header_{name.replace('-', '_')}",
                f"{name} is not sent",
                SECTION,
                f"header {name} required",
                Change(answer=edits.header(name, None)),
            )
    faults.add(
        "no_security_headers",
        "None of the security headers is sent",
        SECTION,
        "header required",
        Change(answer=_without_security),
    )


def _without_security(step: Step, answer: Answer) -> Answer:
    names = [
        name for name in answer.headers if name.startswith(("x-frame", "x-xss", "x-content", "x-permitted", "referrer"))
    ]
    return answer.with_headers(**{name.replace("-", "_"): None for name in names})


def _other(faults: Faults) -> None:
    for name, values in OTHER.items():
        for number, value in enumerate(values, 1):
            faults.add(
                f"header_{name.replace('-', '_')}_other_{number}",
                f"{name} is {value!r}",
                SECTION,
                f"header {name}",
                Change(answer=edits.header(name, value)),
                strength="inferred" if name in ("x-request-id", "x-runtime") else "documented",
            )


def _stale(step: Step, answer: Answer) -> Answer:
    """The tag of the answer before."""
    kept = step.target.store.setdefault("tag", {})
    tag = answer.headers.get("etag", "")
    before = kept.get("last", {}).get("tag", tag)
    kept["last"] = {"tag": tag}
    return answer.with_headers(etag=before) if step.refusal is None else answer


def _by_id(step: Step, answer: Answer) -> Answer:
    """A tag that is made of the path alone, so that an update does not change it."""
    digest = f"{abs(sum(map(ord, step.request.path))):032x}"
    return answer.with_headers(etag=f'W/"{digest}"') if step.refusal is None else answer


def _random(step: Step, answer: Answer) -> Answer:
    tag = f'W/"{step.target.random.getrandbits(128):032x}"'
    return answer.with_headers(etag=tag) if step.refusal is None else answer


def _tags(faults: Faults) -> None:
    constant = edits.header("etag", 'W/"d41d8cd98f00b204e9800998ecf8427e"')
    for name, words, edit in (
        ("etag_constant", "The ETag is always the same", constant),
        ("etag_stale", "The ETag is that of the answer before", _stale),
        ("etag_of_the_path", "The ETag does not depend on the body", _by_id),
        ("etag_random", "The ETag is a random number", _random),
        ("etag_empty", "The ETag is empty", edits.header("etag", 'W/""')),
        ("etag_unquoted", "The ETag has no quotation marks", edits.header("etag", "02511f0d0b5e8d53e859a57bcc605c12")),
    ):
        faults.add(
            name,
            words,
            SECTION,
            "header etag",
            Change(answer=edit),
            update(location="Here"),
            update(location="There"),
            update(SECOND, location="Here"),
            strength="inferred",
        )


def _on_one_operation(faults: Faults) -> None:
    for operation, call in BY_OPERATION.items():
        for name in ("x-frame-options", "etag", "cache-control", "x-request-id"):
            faults.add(
                f"no_header_{name.replace('-', '_')}_on_{operation}",
                f"{operation} sends no {name}",
                SECTION,
                f"{operation} header {name} required",
                Change(answer=edits.header(name, None, operation=operation)),
                call,
                page=PAGES[operation],
            )


def _charset(faults: Faults) -> None:
    for name, value in (
        ("no_charset", "application/json"),
        ("charset_latin", "application/json; charset=iso-8859-1"),
        ("media_type_json_api", "application/vnd.api+json; charset=utf-8"),
    ):
        faults.add(
            name,
            f"The media type is {value}",
            SECTION,
            "media type charset",
            Change(answer=edits.header("content-type", value)),
        )
    faults.add(
        "length_too_big",
        "Content-Length is ten bytes too many: the answer ends before it is complete",
        SECTION,
        "header content-length",
        Change(answer=_length_too_big),
    )
    faults.add(
        "length_in_letters",
        "Content-Length counts letters, so that the body is cut where letters are longer than a byte",
        SECTION,
        "header content-length",
        Change(answer=_length_in_letters),
        Call("PATCH", f"/api/v1/interviews/{FIRST}", {"interview": {"location": "Café Köln"}}),
    )


def _length_too_big(step: Step, answer: Answer) -> Answer:
    length = str(len(answer.body) + 10)
    return answer.with_headers(content_length=length) if step.refusal is None else answer


def _length_in_letters(step: Step, answer: Answer) -> Answer:
    length = len(answer.body.decode())
    return Answer(answer.status, answer.with_headers(content_length=str(length)).headers, answer.body[:length])
