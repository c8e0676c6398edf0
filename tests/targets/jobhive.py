"""JobHive, as its page reads: one update of an interview, a rule table by status, one error, three events."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from tests.targets import checks, moments
from tests.targets.messages import Json
from tests.targets.target import Refusal, Settings, Step, Target

FIELDS = (
    "scheduled_at",
    "candidate_email",
    "position",
    "skills",
    "duration_minutes",
    "difficulty",
    "instructions",
    "company_name",
)
"""The rows of the rule table."""

STATUSES = ("scheduled", "in_progress", "completed")
"""The columns of the rule table."""

DIFFICULTIES = ("junior", "intermediate", "senior", "expert")

YES = frozenset({("scheduled", name) for name in FIELDS} | {("in_progress", "company_name")})
"""The cells of the rule table that say yes; that of the instructions in progress says neither yes nor no."""

PATH = "/v1/interviews/"


@dataclass(frozen=True, kw_only=True)
class JobhiveSettings(Settings):
    """What can be chosen for JobHive beside the common settings.

    `permitted` are the cells (status, field) of the rule table that say yes. `forbidden` says what happens to a field
    in another cell; `same_value` whether sending what is already there counts as an update. `notifies` says for which
    updates the candidate is told, unless switched off; `notifies_by_default` is the default of the switch. `past` says
    what happens to a time that is over; `looked_up` whether an unknown id is noticed before or after invalid fields.
    """

    permitted: frozenset[tuple[str, str]] = YES | {("in_progress", "instructions")}
    forbidden: Literal["refused", "ignored"] = "refused"
    same_value: Literal["update", "none"] = "update"
    minutes: tuple[int, int] = (15, 90)
    difficulties: tuple[str, ...] = DIFFICULTIES
    notifies: Literal["any", "significant", "changed", "significant and changed"] = "any"
    notifies_by_default: bool = True
    spelling: Mapping[str, str] | None = None
    ids: Literal["short", "uuid"] = "short"
    request_ids: Literal["counted", "random"] = "counted"
    meta_in_errors: bool = False
    errors_with_details: bool = False
    notation_of_updates: moments.Notation | None = None
    times_as_sent: bool = False
    past: Literal["accepted", "refused"] = "accepted"
    emails: Literal["any", "plain"] = "any"
    looked_up: Literal["first", "last"] = "first"


_INTERVIEWS: tuple[dict[str, Json], ...] = (
    dict[str, Json](
        id="int_abc123def456",
        status="scheduled",
        candidate_email="candidate@example.com",
        position="Senior Full Stack Developer",
        skills=["JavaScript", "React", "Node.js", "TypeScript"],
        scheduled_at="2024-01-16T10:00:00Z",
        duration_minutes=60,
        difficulty="senior",
        company_name="TechCorp Inc",
        instructions="Focus on TypeScript advanced features and architectural patterns",
        created_at="2024-01-15T14:30:00Z",
        updated_at="2024-01-15T14:30:00Z",
    ),
    dict[str, Json](
        id="int_progress0001",
        status="in_progress",
        candidate_email="second.candidate@example.com",
        position="Platform Engineer",
        skills=["Go", "Kubernetes"],
        scheduled_at="2024-01-15T16:00:00Z",
        duration_minutes=45,
        difficulty="intermediate",
        company_name="Example Ltd",
        instructions="Begin with a design question",
        created_at="2024-01-11T08:15:30Z",
        updated_at="2024-01-12T11:05:10Z",
    ),
    dict[str, Json](
        id="int_finished0001",
        status="completed",
        candidate_email="third.candidate@example.com",
        position="Data Analyst",
        skills=["SQL"],
        scheduled_at="2024-01-09T09:30:00Z",
        duration_minutes=30,
        difficulty="junior",
        company_name="Example Ltd",
        instructions="Keep to the basics",
        created_at="2024-01-05T10:20:00Z",
        updated_at="2024-01-09T10:02:41Z",
    ),
)

_OTHER_INTERVIEWS = tuple(
    {
        **interview,
        "id": f"int_{number:04d}_{interview['status']}",
        "candidate_email": f"applicant.{number}@example.org",
        "position": f"Translator {number}",
        "skills": ["Dutch", "Finnish"],
        "duration_minutes": 25 + number,
        "difficulty": "expert",
        "company_name": "Example & Sons",
        "instructions": "",
    }
    for number, interview in enumerate(_INTERVIEWS, 1)
)

_UUIDS = tuple(f"7d9f1c3e-0b5a-4c2d-8e6f-00000000000{number}" for number in range(1, 4))

_CODES = {
    "unauthenticated": "UNAUTHORIZED",
    "unaccepted": "INVALID_API_KEY",
    "media type": "UNSUPPORTED_MEDIA_TYPE",
    "no route": "NOT_FOUND",
    "no method": "METHOD_NOT_ALLOWED",
    "malformed": "BAD_REQUEST",
    "invalid": "VALIDATION_ERROR",
    "not found": "INTERVIEW_NOT_FOUND",
    "not permitted": "UPDATE_NOT_ALLOWED",
    "limited": "RATE_LIMIT_EXCEEDED",
}


class Jobhive(Target[JobhiveSettings]):
    """The update of an interview. `step.notes` holds `changed`, the names of the fields with a new value."""

    api = "jobhive"
    routes: ClassVar[Mapping[str, tuple[str, str, bool]]] = {"update": ("PATCH", r"/v1/interviews/([^/]+)", False)}

    def seeded(self) -> dict[str, dict[Json, dict[str, Json]]]:
        """The documented interview, which is scheduled, and one in each of the other statuses."""
        rows = [dict(row) for row in (_OTHER_INTERVIEWS if self.settings.other_data else _INTERVIEWS)]
        for row, name in zip(rows, _UUIDS, strict=True):
            row["id"] = name if self.settings.ids == "uuid" else row["id"]
            row["skills"] = list(row["skills"])
            for field in ("scheduled_at", "created_at", "updated_at"):
                row[field] = moments.write(moments.read(row[field]), self.settings.notation)
        return {"interview": {row["id"]: row for row in rows}}

    @property
    def states(self) -> Mapping[str, Mapping[str, Json]]:
        """An interview in each status; the scheduled one also stands for any interview."""
        ids = {row["status"]: row["id"] for row in self.store["interview"].values()}
        named = {f"an interview in status {status}": {"id": ids[status]} for status in STATUSES if status in ids}
        return {"an interview": {"id": ids["scheduled"]}, **named}

    def perform(self, step: Step) -> None:
        """Update one interview."""
        if self.settings.looked_up == "first":
            self._find(step.key)
        fields = checks.fields(self.settings, self._checks(), self.json(step), self.settings.needed)
        interview = self._find(step.key)
        self._check_future(fields)
        extra = {name: fields.pop(name) for name in ("send_notification", "reschedule_reason") if name in fields}
        raw = self.json(step)
        fields = self._permitted(interview, fields)
        if self.settings.times_as_sent and "scheduled_at" in fields:
            fields["scheduled_at"] = raw["scheduled_at"]
        step.notes["send"] = extra.get("send_notification", self.settings.notifies_by_default)
        self.save(step, interview, fields)
        step.notes["changed"] = [name for name in fields if step.before[name] != interview[name]]
        step.notes["now"] = interview["updated_at"] = self._now()
        self.saved(step)
        step.body = self._answered(step, interview)

    def _find(self, key: str) -> dict[str, Json]:
        interview = self.store["interview"].get(key)
        if interview is None:
            raise Refusal("not found", f"Interview with ID '{key}' not found")
        return interview

    def _check_future(self, fields: Mapping[str, Json]) -> None:
        if self.settings.past == "accepted" or "scheduled_at" not in fields:
            return
        if moments.read(fields["scheduled_at"]) <= self.clock():
            raise Refusal("invalid", "scheduled_at is over")

    def error(self, refusal: Refusal) -> Json:
        """The documented envelope of errors."""
        error: dict[str, Json] = {"code": _CODES[refusal.problem], "message": refusal.sentence}
        if self.settings.errors_with_details:
            error["details"] = []
        body: dict[str, Json] = {"success": False, "error": error}
        if self.settings.meta_in_errors:
            body["meta"] = {"timestamp": self._now(), "request_id": f"req_err_{self.count:03d}"}
        return body

    def _checks(self) -> Mapping[str, checks.Check]:
        return {
            "scheduled_at": checks.moment,
            "candidate_email": _email,
            "position": checks.text,
            "skills": checks.texts,
            "duration_minutes": _minutes,
            "difficulty": _difficulty,
            "instructions": checks.text,
            "company_name": checks.text,
            "send_notification": checks.true_or_false,
            "reschedule_reason": checks.text,
        }

    def _permitted(self, interview: Mapping[str, Json], fields: dict[str, Json]) -> dict[str, Json]:
        status = interview["status"]
        forbidden = [name for name in fields if (status, name) not in self.settings.permitted]
        if self.settings.same_value == "none":
            forbidden = [name for name in forbidden if fields[name] != interview[name]]
        if forbidden and self.settings.forbidden == "refused":
            raise Refusal("not permitted", f"{forbidden[0]} cannot be updated: the interview is {status}")
        return {name: value for name, value in fields.items() if name not in forbidden}

    def _notified(self, step: Step) -> bool:
        relevant = set(step.sent)
        if "changed" in self.settings.notifies:
            relevant &= set(step.notes["changed"])
        if "significant" in self.settings.notifies:
            relevant &= {"scheduled_at", "skills"}
        return bool(step.notes["send"]) and (self.settings.notifies == "any" or bool(relevant))

    def _answered(self, step: Step, interview: Mapping[str, Json]) -> Json:
        notified = self._notified(step)
        step.events = ["interview.updated"]
        if "scheduled_at" in step.notes["changed"]:
            step.events.append("interview.rescheduled")
        if notified:
            step.events.append("candidate.notified")
        spelling = self.settings.spelling or {}
        data = {**interview, "status": spelling.get(interview["status"], interview["status"])}
        data["notification_sent"] = notified
        if self.settings.extra_fields:
            data["interview_url"] = f"https://interviews.example.com/{interview['id']}"
        number = f"req_{self.random.getrandbits(64):016x}" if self.settings.request_ids == "random" else ""
        meta = {"timestamp": step.notes["now"], "request_id": number or f"req_update_int_{self.count:03d}"}
        return {"success": True, "data": data, "meta": meta}

    def _now(self) -> str:
        return moments.write(self.clock(), self.settings.notation_of_updates or self.settings.notation)


def _email(settings: Settings, name: str, value: Json) -> Json:
    if "@" not in checks.text(settings, name, value)[1:-1]:
        raise Refusal("invalid", f"{name} is not an email address")
    assert isinstance(settings, JobhiveSettings)
    if settings.emails == "plain" and not re.fullmatch(r"[\w.+-]+@(?:[a-z\d-]+\.)+[a-z]{2,}", value.lower(), re.ASCII):
        raise Refusal("invalid", f"{name} is not an email address that we can write to")
    return value


def _minutes(settings: Settings, name: str, value: Json) -> Json:
    assert isinstance(settings, JobhiveSettings)
    least, most = settings.minutes
    if not least <= checks.whole_number(settings, name, value) <= most:
        raise Refusal("invalid", f"{name} is not between {least} and {most}")
    return checks.whole_number(settings, name, value)


def _difficulty(settings: Settings, name: str, value: Json) -> Json:
    assert isinstance(settings, JobhiveSettings)
    if checks.text(settings, name, value) not in settings.difficulties:
        raise Refusal("invalid", f"{name} is none of {', '.join(settings.difficulties)}")
    return value
