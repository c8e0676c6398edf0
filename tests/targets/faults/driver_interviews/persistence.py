"""What the driver interviews forget, reset, or write into the wrong interview."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tests.targets.catalogue import Faults
from tests.targets.faults.driver_interviews.samples import NEW, SECOND, UPDATE_PAGE, UPDATED, amend, create, update
from tests.targets.faults.driver_interviews.turns import forget, ignoring, old_answered, on, shown
from tests.targets.messages import Json
from tests.targets.target import Change, Step

SECTION = "Response / Body"
LOOK = update(kind="video_call")
TWICE = (update(**NEW), update(location="Elsewhere"))


def add(faults: Faults) -> None:
    """Add them."""
    _persistence(faults)
    _resets(faults)
    _others(faults)


def _persistence(faults: Faults) -> None:
    add = faults.add
    page = UPDATE_PAGE
    add(
        "update_ignored",
        "update changes nothing",
        SECTION,
        "update saved",
        Change(fields=ignoring("update")),
        *TWICE,
        page=page,
    )
    add(
        "update_not_saved",
        "update is answered and forgotten",
        SECTION,
        "update saved",
        Change(body=forget("update")),
        *TWICE,
        page=page,
    )
    add(
        "update_old_answered",
        "update answers the values from before",
        SECTION,
        "update saved",
        Change(body=old_answered("update")),
        *TWICE,
        page=page,
    )
    add(
        "update_first_only",
        "Of several parameters update takes the first only",
        SECTION,
        "update saved",
        Change(fields=lambda step, sent: dict(list(sent.items())[:1]) if step.operation == "update" else sent),
        *TWICE,
        page=page,
    )
    for name in NEW:
        one = (update(**{name: NEW[name]}), LOOK if name != "kind" else update(location="Elsewhere"))
        claim = f"update {name} saved"
        for how, words, change in (
            ("ignored", "is never updated", Change(fields=ignoring("update", name))),
            ("not_saved", "is answered and forgotten", Change(body=forget("update", name))),
            ("old", "is answered as it was", Change(body=old_answered("update", name))),
        ):
            add(f"update_{name}_{how}", f"{name} {words}", SECTION, claim, change, *one, page=page)


def _reset(name: str, value: Json) -> Callable[[Step], None]:
    def reset(step: Step) -> None:
        if name not in step.sent:
            step.after[name] = value

    return reset


def _resets(faults: Faults) -> None:
    moment = "1970-01-01T00:00:00Z"
    values: Mapping[str, tuple[Json, ...]] = {
        "kind": (None, "in_person"),
        "start_at": (None, moment),
        "end_at": (None, moment),
        "location": (None, ""),
        "interviewee_id": (476,),
        "interviewer_id": (1749,),
    }
    for name, absent in values.items():
        for value in absent:
            how = "null" if value is None else "default"
            faults.add(
                f"update_resets_{name}_to_{how}",
                f"{name} becomes {value!r} when an update does not send it",
                SECTION,
                f"update {name} kept",
                Change(saved=on("update", _reset(name, value))),
                update(location="Elsewhere") if name != "location" else update(kind="phone_call"),
                page=UPDATE_PAGE,
            )
    for name, missing in (
        ("status", "pending"),
        ("amended_by", None),
        ("amend_start_at", None),
        ("amend_end_at", None),
    ):
        faults.add(
            f"update_resets_{name}",
            f"An update makes {name} of an amended interview {missing!r} again",
            SECTION,
            f"update {name} kept",
            Change(saved=on("update", _reset(name, missing))),
            amend(),
            update(SECOND, location="Elsewhere"),
            page=UPDATE_PAGE,
        )


def _spread(step: Step) -> None:
    for row in step.target.store["interview"].values():
        row.update(step.sent)


def _misdirect(step: Step) -> None:
    others = [row for row in step.target.store["interview"].values() if row is not step.after]
    step.after.update(step.before)
    others[0].update(step.sent)


def _swap(step: Step, body: Json) -> Json:
    if step.refusal or step.operation == "create":
        return body
    others = [row for row in step.target.store["interview"].values() if row is not step.after]
    return shown(step, others[0])


def _others(faults: Faults) -> None:
    calls = (update(location="Here"), update(SECOND, kind="phone_call"))
    add = faults.add
    add(
        "others_updated",
        "Every interview is updated",
        SECTION,
        "update kept",
        Change(saved=on("update", _spread)),
        *calls,
    )
    add(
        "another_updated",
        "Another interview is updated",
        SECTION,
        "update saved",
        Change(saved=on("update", _misdirect)),
        *calls,
    )
    add(
        "others_amended",
        "Every interview is amended",
        SECTION,
        "amend kept",
        Change(saved=on("amend", _spread)),
        amend(),
        LOOK,
    )
    add("another_answered", "Another interview is answered", SECTION, "id", Change(body=_swap), UPDATED, amend())
    misdirected = Change(saved=on("amend", _misdirect))
    add("another_amended", "Another interview gets the times", SECTION, "amend saved", misdirected, amend(), LOOK)
    create_twice = (create(location="First"), create(location="Second"), update(26, kind="phone_call"))
    add(
        "create_changes_others",
        "create overwrites the interviews that are there",
        SECTION,
        "create kept",
        Change(saved=on("create", _spread)),
        *create_twice,
        LOOK,
    )
