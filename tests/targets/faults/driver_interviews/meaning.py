"""What create and amend make of an interview that they should not."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tests.targets.catalogue import Faults
from tests.targets.faults.driver_interviews.samples import (
    AMEND_PAGE,
    FIRST,
    NEW,
    SECOND,
    amend,
    create,
    update,
)
from tests.targets.faults.driver_interviews.turns import forget, ignoring, on
from tests.targets.messages import Call, Json
from tests.targets.target import Change, Step

SECTION = "Response / Body"


def add(faults: Faults) -> None:
    """Add them."""
    _create(faults)
    _amend(faults)


def _constant_id(step: Step, body: Json) -> Json:
    if step.refusal or step.operation != "create":
        return body
    return {"interview": {**body["interview"], "id": 26}}


def _not_kept(step: Step, body: Json) -> Json:
    if step.operation == "create" and step.refusal is None:
        del step.target.store["interview"][step.after["id"]]
    return body


def _reused(step: Step) -> None:
    interviews = step.target.store["interview"]
    del interviews[step.after["id"]]
    step.after["id"] = FIRST
    interviews[FIRST] = step.after


def _create(faults: Faults) -> None:
    twice = (create(), create(location="Again"))
    then = (create(), update(26, location="Elsewhere"))
    add = faults.add
    add(
        "create_constant_id",
        "Every new interview has the id 26",
        SECTION,
        "create id new",
        Change(body=_constant_id),
        *twice,
    )
    add(
        "create_not_saved",
        "A new interview is answered and forgotten",
        SECTION,
        "create saved",
        Change(body=_not_kept),
        *then,
    )
    again = Change(saved=on("create", _reused))
    add("create_reuses_id", "A new interview takes the place of an old one", SECTION, "create id new", again, *twice)
    _create_members(faults)


def _create_members(faults: Faults) -> None:
    add = faults.add
    for status in ("scheduled", "amended", "confirmed", "Pending", ""):
        add(
            f"create_gives_{status.lower() if status != 'Pending' else 'capitalised'}"
            if status
            else "create_gives_no_status",
            f"A new interview has the status {status!r}",
            SECTION,
            "create status pending",
            Change(saved=on("create", _set(status=status))),
            create(),
        )
    for name, value in (
        ("amended_by", "interviewer"),
        ("amend_start_at", "2025-11-20T08:13:05.000Z"),
        ("amend_end_at", "2025-11-20T08:43:05.000Z"),
    ):
        change = Change(saved=on("create", _set(**{name: value})))
        add(
            f"create_sets_{name}",
            f"A new interview has {name} already",
            SECTION,
            f"create {name} null",
            change,
            create(),
        )
    for name in NEW:
        change = Change(fields=ignoring("create", name), saved=on("create", _created_default(name)))
        add(
            f"create_ignores_{name}",
            f"create does not save {name}",
            SECTION,
            f"create {name} saved",
            change,
            create(**{name: NEW[name]}),
        )


def _set(**members: Json) -> Callable[[Step], None]:
    return lambda step: step.after.update(members)


def _created_default(name: str) -> Callable[[Step], None]:
    defaults: Mapping[str, Json] = {
        "kind": "in_person",
        "start_at": "2025-01-01T00:00:00.000Z",
        "end_at": "2025-01-01T01:00:00.000Z",
        "interviewee_id": 476,
        "interviewer_id": 1749,
        "location": None,
    }
    return _set(**{name: defaults[name]})


def _amend(faults: Faults) -> None:
    statuses: Mapping[str, tuple[str, Callable[[Step], None]]] = {
        "keeps_pending": ("leaves the status pending", lambda step: step.after.update(status="pending")),
        "gives_rescheduled": ("gives the status rescheduled", lambda step: step.after.update(status="rescheduled")),
        "gives_capitalised": ("gives the status Amended", lambda step: step.after.update(status="Amended")),
        "by_interviewer": ("says amended_by interviewer", lambda step: step.after.update(amended_by="interviewer")),
        "by_nobody": ("says amended_by null", lambda step: step.after.update(amended_by=None)),
        "by_id": (
            "says amended_by with an id",
            lambda step: step.after.update(amended_by=step.after["interviewee_id"]),
        ),
        "by_driver": ("says amended_by driver", lambda step: step.after.update(amended_by="driver")),
        "moves_start_at": ("moves start_at", lambda step: step.after.update(start_at=step.after["amend_start_at"])),
        "moves_end_at": ("moves end_at", lambda step: step.after.update(end_at=step.after["amend_end_at"])),
        "clears_location": ("clears the location", lambda step: step.after.update(location=None)),
        "changes_kind": ("changes the kind", lambda step: step.after.update(kind="amended_call")),
        "changes_interviewer": ("changes the interviewer", lambda step: step.after.update(interviewer_id=1014)),
        "changes_interviewee": ("changes the interviewee", lambda step: step.after.update(interviewee_id=289)),
        "swaps_times": (
            "confuses start and end",
            lambda step: step.after.update(
                amend_start_at=step.after["amend_end_at"], amend_end_at=step.after["amend_start_at"]
            ),
        ),
    }
    for name, (words, turn) in statuses.items():
        faults.add(
            f"amend_{name}",
            f"amend {words}",
            SECTION,
            "amend",
            Change(saved=on("amend", turn)),
            amend(amend_start_at=NEW["start_at"], amend_end_at=NEW["end_at"]),
            page=AMEND_PAGE,
        )
    for name in ("amend_start_at", "amend_end_at"):
        one = Change(fields=ignoring("amend", name))
        words = f"amend does not save {name}"
        faults.add(f"amend_ignores_{name}", words, SECTION, f"amend {name} saved", one, amend(), page=AMEND_PAGE)
    look: tuple[Call, ...] = (amend(), update(SECOND, location="Elsewhere"))
    none = Change(body=forget("amend"))
    faults.add(
        "amend_not_saved", "amend is answered and forgotten", SECTION, "amend saved", none, *look, page=AMEND_PAGE
    )
    some = Change(body=forget("amend", "status", "amended_by"))
    words = "amend saves the times but not the status"
    faults.add("amend_status_not_saved", words, SECTION, "amend amended", some, *look, page=AMEND_PAGE)
