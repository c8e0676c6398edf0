"""What Kombo accepts that it should not, and refuses that it should not."""

from __future__ import annotations

from collections.abc import Mapping

from tests.targets.catalogue import Faults
from tests.targets.faults import common
from tests.targets.faults.kombo.samples import SAMPLES, WRONG, update
from tests.targets.kombo import REQUIRED
from tests.targets.messages import Call, Json
from tests.targets.target import Change

SCHEMAS = "OpenAPI / components / schemas"
PARAMETERS = "OpenAPI / paths / parameters"


def add(faults: Faults) -> None:
    """Add them."""
    common.add_security(faults, SAMPLES, "OpenAPI / security")
    common.add_robustness(faults, SAMPLES)
    _members(faults)
    _places(faults)


def _members(faults: Faults) -> None:
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


def _places(faults: Faults) -> None:
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
