"""The honest variants of the driver interviews."""

from __future__ import annotations

from urllib.parse import parse_qsl

from tests.targets.catalogue import Variants
from tests.targets.messages import Answer, Json, Request, write_json
from tests.targets.target import Change, Step
from tests.targets.variants import common

ERRORS = "No error is shown: no status, no body, no header"
INPUT = "The types of parameters, null, nothing and odd input"
TIMES = "Offsets and fractions in times; both notations stand on each page"
LAWS = "Start after end, persons that do not exist, and what follows an amendment"
LOCATION = "An interview without a location: null, or no member"
PEOPLE = "Whether a person must have a name, and when a person was updated"
TAGS = "How the ETag is made is not stated"
IDS = "How new ids are made"

VARIANTS = Variants("driver_interviews")


def _bare(step: Step, answer: Answer) -> Answer:
    if step.refusal is None:
        return answer
    kept = {name: value for name, value in answer.headers.items() if name in ("content-type", "content-length")}
    return Answer(answer.status, kept, answer.body)


def _errors() -> None:
    add = VARIANTS.add
    common.add_statuses(VARIANTS, "unauthenticated", (403, 400), ERRORS)
    common.add_statuses(VARIANTS, "not found", (400, 403, 410, 422), ERRORS)
    common.add_statuses(VARIANTS, "invalid", (400, 404, 409), ERRORS)
    common.add_statuses(VARIANTS, "malformed", (404, 422), ERRORS)
    common.add_forms(VARIANTS, ("unauthenticated", "not found", "invalid", "malformed"), ERRORS)
    for form in ("text", "page", "nothing"):
        words = "Answers all errors without a body" if form == "nothing" else f"Answers all errors with a {form}"
        add(f"errors_with_{form}", words, ERRORS, error_form=form)
    add("errors_as_map", "Answers errors by parameter", ERRORS, error_bodies="errors")
    add("errors_with_bare_headers", "Errors have none of the documented headers", ERRORS, Change(answer=_bare))
    challenge = {"www-authenticate": 'Bearer realm="api"'}
    add("with_challenge", "Sends WWW-Authenticate", ERRORS, extra_headers=challenge)


def _laws() -> None:
    add = VARIANTS.add
    add("start_after_end_refused", "Refuses an end that is not after the start", LAWS, start_after_end="refused")
    add("amend_twice_refused", "Refuses to amend twice", LAWS, amend_twice="refused")
    for status in (400, 403, 422):
        chosen = {"not permitted": status}
        add(
            f"amend_twice_{status}",
            f"Refuses to amend twice, with {status}",
            LAWS,
            amend_twice="refused",
            statuses=chosen,
        )
    add("amended_is_closed", "Refuses to update what was amended", LAWS, update_amended="refused")
    add("unknown_person_404", "Answers 404 for a person that does not exist", LAWS, unknown_person="not found")


def _values() -> None:
    add = VARIANTS.add
    kinds = "Which kinds of interviews there are"
    add("one_kind", "Knows video calls only", kinds, kinds=frozenset({"video_call"}))
    add("location_left_out", "Leaves location out while there is none", LOCATION, unset=frozenset({"location"}))
    add("seconds", "Answers times in whole seconds", TIMES, notation="seconds")
    add("people_without_names", "People have null for a title", PEOPLE, nameless_people=True)
    words = "Other people have null for a title"
    add("other_people_without_names", words, PEOPLE, nameless_people=True, other_data=True)
    add("people_are_touched", "A person is updated with each of their interviews", PEOPLE, touches_people=True)
    add("ids_far_apart", "New ids go up in sevens", IDS, first_id=9001, id_step=7)
    add("ids_from_elsewhere", "New ids go on from the highest", IDS, first_id=84)
    add("ids_beyond_32_bits", "Ids are large numbers", IDS, first_id=2**40)
    add("etag_md5", "Makes the ETag with MD5", TAGS, etag="weak md5")
    add("etag_strong", "Makes a strong ETag", TAGS, etag="strong sha256")
    add("other_data", "Holds other interviews and people, whose ids the states name", "Who there is", other_data=True)


def _form_read(request: Request) -> Request:
    """A form, as the JSON that its parameters name."""
    if not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return request
    sent: dict[str, Json] = {}
    for name, value in parse_qsl(request.body.decode("utf-8", "replace")):
        member = name.removeprefix("interview[").removesuffix("]")
        sent[member] = int(value) if member.endswith("_id") and value.isdecimal() else value
    return Request(request.method, request.path, request.headers, write_json({"interview": sent}))


def _contrary() -> None:
    VARIANTS.add("forms_read", "Reads forms too", INPUT, Change(request=_form_read))
    VARIANTS.add(
        "contrary",
        "Chooses otherwise wherever it can",
        "Everything that the pages leave open, at once",
        Change(answer=_bare),
        statuses={"unauthenticated": 403, "not found": 400, "invalid": 400, "malformed": 404, "not permitted": 422},
        error_form="nothing",
        start_after_end="refused",
        amend_twice="refused",
        update_amended="refused",
        unknown_person="not found",
        unset=frozenset({"location"}),
        notation="seconds",
        other_data=True,
        nameless_people=True,
        first_id=9001,
        id_step=7,
        etag="strong sha256",
        extra_fields=True,
        unknown_fields="refused",
        nothing_sent="refused",
        blank_text="refused",
        offsets="refused",
        trailing_slash="documented",
        numbers_as_text="read",
    )


def _input() -> None:
    add = VARIANTS.add
    common.add_strictness(VARIANTS, INPUT)
    common.add_numbers(VARIANTS, INPUT)
    add("numbers_as_text_read", "Reads numbers from texts", INPUT, numbers_as_text="read")
    common.add_times(VARIANTS, TIMES)
    add("null_ignored", "Takes null for not sent", INPUT, explicit_null="ignored")
    add("nothing_refused", "Refuses an update of nothing", INPUT, nothing_sent="refused")


_errors()
_laws()
_values()
_contrary()
_input()
common.add_outside(VARIANTS)
