"""Variants that any API can be: other statuses of refusals, other strictness, another outside, another pace."""

from __future__ import annotations

from collections.abc import Iterable

from tests.targets.catalogue import Variants
from tests.targets.messages import Answer, Json
from tests.targets.target import Change, Problem, Step

OUTSIDE = "Nothing is said of it, and HTTP and JSON leave it open"


def add_statuses(variants: Variants, problem: Problem, statuses: Iterable[int], silence: str) -> None:
    """One variant per status that a refusal may have."""
    for status in statuses:
        name = f"{problem.replace(' ', '_')}_{status}"
        variants.add(name, f"Refuses with {status}: {problem}", silence, statuses={problem: status})


def add_forms(variants: Variants, problems: Iterable[Problem], silence: str) -> None:
    """One variant per form that the body of a refusal may have."""
    for problem in problems:
        for form in ("text", "page", "nothing"):
            name = f"{problem.replace(' ', '_')}_with_{form}"
            words = f"The body of a refusal is a {form}: {problem}" if form != "nothing" else f"No body: {problem}"
            variants.add(name, words, silence, error_forms={problem: form})


def add_strictness(variants: Variants, silence: str) -> None:
    """What is taken, and what is refused, where the pages don't say."""
    add = variants.add
    add("unknown_fields_refused", "Refuses members that are not documented", silence, unknown_fields="refused")
    add("blank_refused", "Refuses blank texts and empty arrays", silence, blank_text="refused")
    add("long_text_refused", "Refuses texts of more than 1,000 letters", silence, longest_text=1000)
    add("other_media_types_refused", "Refuses bodies that are not application/json", silence, media_types="json")
    add("slash_refused", "Knows the documented paths only, to the slash", silence, trailing_slash="documented")


def add_numbers(variants: Variants, silence: str) -> None:
    """Which notations of a number are taken."""
    variants.add("whole_floats_refused", "Refuses 30.0 for a whole number", silence, whole_floats="refused")


def add_times(variants: Variants, silence: str) -> None:
    """Which notations of a time are taken."""
    variants.add("offsets_refused", "Takes times in UTC only", silence, offsets="refused")
    variants.add("local_times_read", "Reads dates, and times without a zone, as UTC", silence, lenient_times=True)


def add_outside(variants: Variants) -> None:
    """The outside of answers."""
    add = variants.add
    tracing = {"x-trace-id": "4bf92f3577b34da6a3ce929d0e0e4736", "access-control-allow-origin": "*"}
    add("extra_fields", "Answers more members than documented", OUTSIDE, extra_fields=True)
    add("wrong_token_403", "Refuses a wrong token with 403, none with 401", OUTSIDE, statuses={"unaccepted": 403})
    add("other_methods_404", "Answers other methods with 404", OUTSIDE, statuses={"no method": 404})
    add("extra_headers", "Sends more headers than documented", OUTSIDE, extra_headers=tracing)
    add("connection_closed", "Closes the connection after each answer", OUTSIDE, extra_headers={"connection": "close"})
    add("headers_in_title_case", "Sends header names like Content-Type", OUTSIDE, header_names="title-case")
    add("pretty", "Answers over many lines", OUTSIDE, pretty=True)
    add("ascii_only", "Escapes letters beyond ASCII in its JSON", OUTSIDE, ascii_only=True)
    add("members_sorted", "Answers members by name", OUTSIDE, Change(body=_sorted))
    add("members_reversed", "Answers members in the opposite order", OUTSIDE, Change(body=_reversed))
    add("headers_sorted", "Sends headers by name", OUTSIDE, Change(answer=_sorted_headers))
    add("slow", "Takes 50 ms for each answer", OUTSIDE, delay=0.05)
    add("rate_limited", "Answers every 20th request with 429 and Retry-After", OUTSIDE, every_nth_limited=20)
    add(
        "routes_as_text",
        "Answers unknown paths with a text",
        OUTSIDE,
        error_forms={"no route": "text", "no method": "text"},
    )
    add(
        "routes_as_page",
        "Answers unknown paths with a page",
        OUTSIDE,
        error_forms={"no route": "page", "no method": "page"},
    )


def _sorted(_step: Step, body: Json) -> Json:
    return _ordered(body, reverse=False)


def _reversed(_step: Step, body: Json) -> Json:
    return _ordered(body, reverse=True)


def _ordered(body: Json, *, reverse: bool) -> Json:
    if not isinstance(body, dict):
        return body
    names = list(body)[::-1] if reverse else sorted(body)
    return {name: _ordered(body[name], reverse=reverse) for name in names}


def _sorted_headers(_step: Step, answer: Answer) -> Answer:
    return Answer(answer.status, dict(sorted(answer.headers.items())), answer.body)
