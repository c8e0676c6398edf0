"""Whose ids the driver interviews confuse: of interviews, and of people."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tests.targets import edits
from tests.targets.catalogue import Faults
from tests.targets.faults.driver_interviews.samples import (
    FIRST,
    UPDATE_PAGE,
    UPDATED,
    amend,
    create,
    update,
)
from tests.targets.faults.driver_interviews.turns import shown
from tests.targets.messages import Answer, Json, write_json
from tests.targets.target import Change, Step

SECTION = "Response / Body"


def add(faults: Faults) -> None:
    """Add them."""
    _ids(faults)
    _people(faults)
    _unknown(faults)


def _ids(faults: Faults) -> None:
    ids: Mapping[str, tuple[str, Callable[[Json], Json]]] = {
        "one_more": ("is one too high", lambda number: number + 1),
        "constant": ("is always 1", lambda _: 1),
        "text": ("is a text", str),
        "negative": ("is negative", lambda number: -number),
    }
    for name, (words, change) in ids.items():
        faults.add(
            f"id_{name}",
            f"The answered id {words}",
            SECTION,
            "interview/id",
            Change(body=edits.at("/interview/id", change)),
            UPDATED,
        )
    for member in ("interviewee_id", "interviewer_id"):
        faults.add(
            f"{member}_echoed_wrong",
            f"{member} is one too high in the answer",
            SECTION,
            f"interview/{member}",
            Change(body=edits.at(f"/interview/{member}", lambda number: number + 1)),
            UPDATED,
            create(),
        )
    faults.add(
        "people_swapped",
        "interviewee_id and interviewer_id change places in the answer",
        SECTION,
        "interviewee_id interviewer_id saved",
        Change(body=edits.whole(_swapped)),
        UPDATED,
    )
    faults.add(
        "times_swapped",
        "start_at and end_at change places in the answer",
        SECTION,
        "start_at end_at saved",
        Change(body=edits.whole(_times_swapped)),
        UPDATED,
    )


def _swapped(body: Json) -> Json:
    shown = body["interview"]
    shown["interviewee_id"], shown["interviewer_id"] = shown["interviewer_id"], shown["interviewee_id"]
    return body


def _times_swapped(body: Json) -> Json:
    shown = body["interview"]
    shown["start_at"], shown["end_at"] = shown["end_at"], shown["start_at"]
    return body


def _stale_person(kind: str) -> edits.BodyEdit:
    """The person from before the update is embedded."""

    def edit(step: Step, body: Json) -> Json:
        if step.refusal or step.operation != "update":
            return body
        before = step.target.store[kind][step.before[f"{kind}_id"]]
        return {"interview": {**body["interview"], kind: before}}

    return edit


def _first_person(kind: str) -> edits.BodyEdit:
    """Whoever comes first is embedded."""
    return lambda step, body: (
        body
        if step.refusal
        else {"interview": {**body["interview"], kind: next(iter(step.target.store[kind].values()))}}
    )


def _people(faults: Faults) -> None:
    for kind in ("interviewee", "interviewer"):
        claim = f"{kind} embedded"
        stale = Change(body=_stale_person(kind))
        faults.add(
            f"{kind}_stale",
            f"The {kind} from before an update is embedded",
            SECTION,
            claim,
            stale,
            UPDATED,
            page=UPDATE_PAGE,
        )
        first = Change(body=_first_person(kind))
        faults.add(
            f"{kind}_always_first", f"The same {kind} is always embedded", SECTION, claim, first, UPDATED, amend()
        )
        empty = Change(body=edits.at(f"/interview/{kind}", edits.to({})))
        faults.add(f"{kind}_empty", f"The {kind} is an empty object", SECTION, claim, empty, UPDATED)
        array = Change(body=edits.at(f"/interview/{kind}", lambda person: [person]))
        faults.add(f"{kind}_array", f"The {kind} is an array of one", SECTION, f"{kind} type", array, UPDATED)
        wrong = Change(body=edits.at(f"/interview/{kind}/id", lambda number: number + 1000))
        faults.add(f"{kind}_other_id", f"The embedded {kind} has another id", SECTION, claim, wrong, UPDATED)
    faults.add(
        "driver_for_interviewee",
        "The id of the driver stands where that of the interviewee belongs",
        SECTION,
        "interviewee embedded",
        Change(body=edits.whole(_driver_id)),
        UPDATED,
    )


def _driver_id(body: Json) -> Json:
    body["interview"]["interviewee"]["id"] = body["interview"]["interviewee"]["driver"]["id"]
    return body


def _first_instead(step: Step, answer: Answer) -> Answer:
    if step.problem != "not found" or not step.key:
        return answer
    row = step.target.store["interview"][FIRST]
    return _found(step, answer, row)


def _found(step: Step, answer: Answer, row: dict[str, Json]) -> Answer:
    body = write_json(shown(step, row))
    return Answer(200, answer.with_headers(content_length=str(len(body))).headers, body)


def _made_up(step: Step, answer: Answer) -> Answer:
    if step.problem != "not found" or not step.key.isdigit():
        return answer
    row = {**step.target.store["interview"][FIRST], "id": int(step.key)}
    return _found(step, answer, row)


def _unknown(faults: Faults) -> None:
    calls = (update(999_999_999, location="London"), amend(999_999_999))
    for name, words, edit in (
        ("answers_another", "another interview", _first_instead),
        ("is_made", "an interview as if it existed", _made_up),
    ):
        faults.add(
            f"unknown_id_{name}",
            f"An unknown id is answered with {words}",
            SECTION,
            "id unknown",
            Change(answer=edit),
            *calls,
            strength="inferred",
        )
