"""The driver interviews, as their three pages show them: create, update, and amend by the person interviewed."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from tests.targets import checks, moments
from tests.targets.messages import Json
from tests.targets.people import INTERVIEWS, OTHER_INTERVIEWS, OTHER_PEOPLE, PEOPLE
from tests.targets.target import Problem, Refusal, Settings, Step, Target

ORDER = (
    "id",
    "amend_end_at",
    "amend_start_at",
    "amended_by",
    "end_at",
    "interviewee",
    "interviewee_id",
    "interviewer",
    "interviewer_id",
    "kind",
    "location",
    "start_at",
    "status",
)
"""The members of an interview, in the order of the pages."""

REQUIRED = frozenset({"kind", "start_at", "end_at", "interviewee_id", "interviewer_id"})
AMENDMENT = frozenset({"amend_start_at", "amend_end_at"})

CONSTANT_HEADERS: Mapping[str, str] = {
    "x-frame-options": "SAMEORIGIN",
    "x-xss-protection": "0",
    "x-content-type-options": "nosniff",
    "x-permitted-cross-domain-policies": "none",
    "referrer-policy": "strict-origin-when-cross-origin",
    "content-type": "application/json; charset=utf-8",
    "vary": "Accept, Origin",
    "etag": "",
    "cache-control": "max-age=0, private, must-revalidate",
}
"""The headers with the same value on all three pages, in their order; `etag` holds a place."""


@dataclass(frozen=True, kw_only=True)
class DriverSettings(Settings):
    """What can be chosen for the driver interviews beside the common settings.

    `kinds` are the known ones, None any. `unset` are members that are left out while they are null. `etag` says how the
    tag is made of the body.
    """

    notation: moments.Notation = "milliseconds"
    start_after_end: Literal["accepted", "refused"] = "accepted"
    amend_twice: Literal["accepted", "refused"] = "accepted"
    update_amended: Literal["accepted", "refused"] = "accepted"
    touches_people: bool = False
    unknown_person: Literal["refused", "not found"] = "refused"
    kinds: frozenset[str] | None = None
    unset: frozenset[str] = frozenset()
    first_id: int = 26
    id_step: int = 1
    etag: Literal["weak sha256", "weak md5", "strong sha256"] = "weak sha256"
    error_bodies: Literal["error", "errors"] = "error"
    nameless_people: bool = False


class DriverInterviews(Target[DriverSettings]):
    """Create, update and amend. The kinds of resource are `interview`, `interviewee` and `interviewer`."""

    api = "driver_interviews"
    usual_headers: ClassVar[Mapping[str, str]] = {"accept": "application/json"}
    routes: ClassVar[Mapping[str, tuple[str, str, bool]]] = {
        "create": ("POST", r"/api/v1/interviews", True),
        "update": ("PATCH", r"/api/v1/interviews/([^/]+)", False),
        "amend": ("POST", r"/api/v1/users/interviews/([^/]+)/amend", False),
    }

    def seeded(self) -> dict[str, dict[Json, dict[str, Json]]]:
        """The people of the three pages, and the interviews 27 and 83 before what the pages show happened to them."""
        other = self.settings.other_data
        store: dict[str, dict[Json, dict[str, Json]]] = {"interview": {}, "interviewee": {}, "interviewer": {}}
        for kind, people in (OTHER_PEOPLE if other else PEOPLE).items():
            store[kind] = {person["id"]: dict(person) for person in people}
        if self.settings.nameless_people:
            for person in store["interviewer"].values():
                person["title"] = None
            for person in store["interviewee"].values():
                person["driver"] = {**person["driver"], "title": None}
        for row in OTHER_INTERVIEWS if other else INTERVIEWS:
            times = {name: self._time(row[name]) for name in ("start_at", "end_at")}
            store["interview"][row["id"]] = {**row, **times}
        self.next_id = self.settings.first_id
        return store

    @property
    def states(self) -> Mapping[str, Mapping[str, Json]]:
        """An interview, which is pending, and one of each sort of person."""
        kinds = {
            "an interview": "interview",
            "an interviewee": "interviewee",
            "an interviewer": "interviewer",
        }
        return {name: {"id": next(iter(self.store[kind]))} for name, kind in kinds.items()}

    def perform(self, step: Step) -> None:
        """Create, update or amend one interview."""
        if step.operation == "create":
            interview = self._blank()
        else:
            found = self._find(step.key)
            if found is None:
                raise Refusal("not found", f"No interview {step.key}")
            interview = found
        fields = self._fields(step)
        self._consistent(step, interview, fields)
        if step.operation == "create":
            while self.next_id in self.store["interview"]:
                self.next_id += self.settings.id_step
            interview["id"] = self.next_id
            self.next_id += self.settings.id_step
            self.store["interview"][interview["id"]] = interview
        self.save(step, interview, fields)
        if step.operation == "amend":
            interview.update(status="amended", amended_by="interviewee")
        if self.settings.touches_people:
            self.store["interviewee"][interview["interviewee_id"]]["updated_at"] = self._now()
        self.saved(step)
        step.body = self.shown(interview)

    def _find(self, key: str) -> dict[str, Json] | None:
        number = int(key) if key.isascii() and key.isdigit() and len(key) < 19 else None
        return self.store["interview"].get(number)

    def _blank(self) -> dict[str, Json]:
        unset = dict.fromkeys(("amend_end_at", "amend_start_at", "amended_by", "location"))
        return {**unset, "status": "pending"}

    def _fields(self, step: Step) -> dict[str, Json]:
        sent = self.json(step).get("interview")
        if not isinstance(sent, dict):
            raise Refusal("invalid", "interview is missing")
        required = {"create": REQUIRED, "amend": AMENDMENT}.get(step.operation, frozenset()) - self.settings.optional
        prefix = f"{step.operation}."
        needed = {name.removeprefix(prefix) for name in self.settings.needed if name.startswith(prefix)}
        known = dict.fromkeys(sorted(AMENDMENT), checks.moment) if step.operation == "amend" else self._checks()
        fields = checks.fields(self.settings, known, sent, required | needed)
        lost = sorted(required - fields.keys())
        if lost:
            raise Refusal("invalid", f"{lost[0]} is missing")
        return fields

    def _checks(self) -> Mapping[str, checks.Check]:
        return {
            "kind": _kind,
            "start_at": checks.moment,
            "end_at": checks.moment,
            "interviewee_id": checks.whole_number,
            "interviewer_id": checks.whole_number,
            "location": checks.text_or_null,
        }

    def _consistent(self, step: Step, interview: Mapping[str, Json], fields: Mapping[str, Json]) -> None:
        now = {**interview, **fields}
        for name, kind in (("interviewee_id", "interviewee"), ("interviewer_id", "interviewer")):
            if name in fields and fields[name] not in self.store[kind]:
                problem: Problem = "not found" if self.settings.unknown_person == "not found" else "invalid"
                raise Refusal(problem, f"No {kind} {fields[name]}")
        if self.settings.start_after_end == "refused":
            for start, end in (("start_at", "end_at"), ("amend_start_at", "amend_end_at")):
                if (start in fields or end in fields) and now[start] >= now[end]:
                    raise Refusal("invalid", f"{start} is not before {end}")
        if self.settings.amend_twice == "refused" and step.operation == "amend" and interview["status"] == "amended":
            raise Refusal("not permitted", "The interview is amended already")
        if (
            self.settings.update_amended == "refused"
            and step.operation == "update"
            and interview["status"] == "amended"
        ):
            raise Refusal("not permitted", "The interview is amended")

    def shown(self, interview: Mapping[str, Json]) -> Json:
        """The body that shows an interview, with its people."""
        people = {kind: self.store[kind].get(interview.get(f"{kind}_id")) for kind in ("interviewee", "interviewer")}
        members = {**interview, **people}
        shown = {name: members.get(name) for name in ORDER}
        shown = {name: value for name, value in shown.items() if value is not None or name not in self.settings.unset}
        if self.settings.extra_fields:
            shown["reference"] = f"INT-{interview['id']}"
        return {"interview": shown}

    def error(self, refusal: Refusal) -> Json:
        """An error's body: the pages show none."""
        if self.settings.error_bodies == "errors":
            return {"errors": {"base": [refusal.sentence]}}
        return {"error": refusal.sentence}

    def headers(self, step: Step, body: bytes) -> dict[str, str]:
        """The documented headers, in their order. The random ones come from the seed."""
        headers = dict(CONSTANT_HEADERS)
        if not self.settings.charset:
            headers["content-type"] = "application/json"
        digest = (hashlib.md5 if self.settings.etag == "weak md5" else hashlib.sha256)(body).hexdigest()[:32]
        headers["etag"] = f'"{digest}"' if self.settings.etag == "strong sha256" else f'W/"{digest}"'
        headers["x-request-id"] = str(uuid.UUID(int=self.random.getrandbits(128), version=4))
        headers["x-runtime"] = f"{self.random.uniform(0.01, 0.05):.6f}"
        headers["content-length"] = str(len(body))
        return headers

    def _now(self) -> str:
        return moments.write(self.clock(), "milliseconds")

    def _time(self, text: str) -> Json:
        return checks.moment(self.settings, "time", text)


def _kind(settings: Settings, name: str, value: Json) -> Json:
    assert isinstance(settings, DriverSettings)
    if settings.kinds is not None and checks.text(settings, name, value) not in settings.kinds:
        raise Refusal("invalid", f"{name} is not known")
    return checks.text(settings, name, value)
