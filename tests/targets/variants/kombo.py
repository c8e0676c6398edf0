"""The honest variants of Kombo."""

from __future__ import annotations

from tests.targets.catalogue import Variants
from tests.targets.faults.kombo.samples import GOOD
from tests.targets.kombo import CODES as CODES_OF
from tests.targets.messages import Request, write_json
from tests.targets.target import Change
from tests.targets.variants import common

STATUS = "No HTTP status of any error is stated"
CODES = "Which code stands for which problem; null is one of them"
NAMES = "Which interviews, applications and integrations there are"
INPUT = "Format, order and length of texts, times and arrays; unknown members"
DATA = "What data holds"
BODY = "The body is not marked as required"

VARIANTS = Variants("kombo")


def _body_made_up(request: Request) -> Request:
    return request if request.body else Request(request.method, request.path, request.headers, write_json(GOOD))


def _errors() -> None:
    add = VARIANTS.add
    common.add_statuses(VARIANTS, "unauthenticated", (403, 400), STATUS)
    common.add_statuses(VARIANTS, "not found", (400, 403, 422), STATUS)
    common.add_statuses(VARIANTS, "invalid", (400, 404, 409), STATUS)
    common.add_statuses(VARIANTS, "malformed", (422,), STATUS)
    add("codes_null", "Errors have no code", CODES, codes=dict.fromkeys(CODES_OF))
    for name, code in (
        ("unknown", "PLATFORM.UNKNOWN_ERROR"),
        ("remote", "REMOTE.INPUT_INVALID"),
        ("integration", "INTEGRATION.PERMISSION_MISSING"),
    ):
        add(f"codes_{name}", f"All errors have the code {code}", CODES, codes=dict.fromkeys(CODES_OF, code))
    add("errors_minimal", "Errors have a code and a message only", CODES, shown_null=True)


def _names() -> None:
    add = VARIANTS.add
    integration = "join:HWUTwvyx2wLoSUHphiWVrp28"
    add("unknown_interview_created", "Takes any interview", NAMES, unknown_interview="created")
    add(
        "one_application",
        "Knows the application that the states name only",
        NAMES,
        applications=frozenset({"application-77"}),
    )
    add("one_integration", "Knows the documented integration only", NAMES, integrations=frozenset({integration}))
    add("empty_integration_refused", "Refuses an empty X-Integration-Id", NAMES, empty_integration="refused")
    add("other_data", "Holds another interview, whose id the states name", NAMES, other_data=True)


def _contrary() -> None:
    VARIANTS.add(
        "contrary",
        "Chooses otherwise wherever it can",
        "Everything that the page leaves open, at once",
        statuses={"unauthenticated": 403, "not found": 422, "invalid": 422, "malformed": 422},
        codes=dict.fromkeys(CODES_OF),
        other_data=True,
        applications=frozenset({"application-77"}),
        empty_integration="refused",
        times="rfc 3339",
        end_before_start="refused",
        data="interview",
        extra_fields=True,
        unknown_fields="refused",
        blank_text="refused",
        trailing_slash="documented",
        media_types="json",
    )


def _input() -> None:
    add = VARIANTS.add
    common.add_strictness(VARIANTS, INPUT)
    add("times_rfc_3339", "Refuses what is no time", INPUT, times="rfc 3339")
    add("times_in_utc", "Refuses what is no time in UTC", INPUT, times="rfc 3339", offsets="refused")
    add("end_before_start_refused", "Refuses an end before the start", INPUT, end_before_start="refused")
    add("no_body_accepted", "Takes a request without a body", BODY, Change(request=_body_made_up))
    add("data_interview", "data is the interview", DATA, data="interview")
    add("data_ids", "data are ids", DATA, data="ids")


_errors()
_names()
_contrary()
_input()
common.add_outside(VARIANTS)
VARIANTS.add(
    "with_charset",
    "Answers with a charset",
    common.OUTSIDE,
    extra_headers={"content-type": "application/json; charset=utf-8"},
)
