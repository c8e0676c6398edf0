"""Kombo, as its fragment of OpenAPI reads: one update of an interview, which answers that it was done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Literal

from tests.targets import checks
from tests.targets.messages import Json
from tests.targets.target import Problem, Refusal, Settings, Step, Target

REQUIRED = (
    "interview_id",
    "title",
    "start_time",
    "end_time",
    "interviewer_user_ids",
    "organizer_user_id",
    "location",
)

CODES: Mapping[Problem, str | None] = {
    "unauthenticated": "PLATFORM.AUTHENTICATION_INVALID",
    "unaccepted": "PLATFORM.AUTHENTICATION_INVALID",
    "media type": "PLATFORM.INPUT_INVALID",
    "malformed": "PLATFORM.INPUT_INVALID",
    "invalid": "PLATFORM.INPUT_INVALID",
    "not found": None,
    "limited": "PLATFORM.RATE_LIMIT_EXCEEDED",
    "no route": None,
    "no method": None,
}
"""The code of each refusal, where the settings don't choose another."""


@dataclass(frozen=True, kw_only=True)
class KomboSettings(Settings):
    """What can be chosen for Kombo beside the common settings.

    `optional` names required members that need not be there, `X-Integration-Id` among them. `data` is what an answer
    shows; `codes` overrides the codes of refusals; `shown_null` leaves title and link of errors null.
    """

    kinds_of_place: tuple[str, ...] = ("PHYSICAL", "VIRTUAL")
    any_case_of_place: bool = False
    unknown_interview: Literal["not found", "created"] = "not found"
    applications: frozenset[str] | None = None
    integrations: frozenset[str] | None = None
    empty_integration: Literal["accepted", "refused"] = "accepted"
    times: Literal["any", "rfc 3339"] = "any"
    end_before_start: Literal["accepted", "refused"] = "accepted"
    data: Literal["nothing", "interview", "ids"] = "nothing"
    codes: Mapping[Problem, str | None] = field(default_factory=dict)
    shown_null: bool = False


class Kombo(Target[KomboSettings]):
    """The update of an interview of an application. Interviews are found by `interview_id` in the body."""

    api = "kombo"
    usual_headers: ClassVar[Mapping[str, str]] = {"x-integration-id": "join:HWUTwvyx2wLoSUHphiWVrp28"}
    routes: ClassVar[Mapping[str, tuple[str, str, bool]]] = {
        "update": ("PATCH", r"/v1/ats/applications/([^/]+)/interviews", False)
    }

    def seeded(self) -> dict[str, dict[Json, dict[str, Json]]]:
        """One interview."""
        name = "8Xi6iZrwusZqJmDGXs49GBmJ" if self.settings.other_data else "interview-1"
        interview = {
            "interview_id": name,
            "title": "Interview",
            "start_time": "2025-03-03T09:00:00Z",
            "end_time": "2025-03-03T10:00:00Z",
            "interviewer_user_ids": ["user-1"],
            "organizer_user_id": "user-3",
            "location": {"type": "PHYSICAL", "address": "Room 1"},
        }
        return {"interview": {name: interview}}

    @property
    def states(self) -> Mapping[str, Mapping[str, Json]]:
        """An interview, with the application that it belongs to."""
        application = next(iter(self.settings.applications or ["application-1"]))
        return {"an interview": {"id": next(iter(self.store["interview"])), "application_id": application}}

    def perform(self, step: Step) -> None:
        """Update one interview."""
        self._check_names(step)
        sent = self.json(step)
        missing = [name for name in REQUIRED if name not in sent and name not in self.settings.optional]
        if missing:
            raise Refusal("invalid", f"{missing[0]} is missing")
        fields = checks.fields(self.settings, self._checks(), sent)
        if self.settings.end_before_start == "refused" and str(fields.get("end_time")) < str(fields.get("start_time")):
            raise Refusal("invalid", "end_time is before start_time")
        name = str(fields.get("interview_id"))
        if name not in self.store["interview"]:
            if self.settings.unknown_interview == "not found" and "interview_id" in fields:
                raise Refusal("not found", f"There is no interview {name}")
            self.store["interview"][name] = {}
        self.save(step, self.store["interview"][name], fields)
        self.saved(step)
        shown: Mapping[str, Json] = {
            "nothing": {},
            "interview": step.after,
            "ids": {"id": name, "remote_id": "32"},
        }
        step.body = {"status": "success", "data": shown[self.settings.data]}
        if self.settings.extra_fields:
            step.body["warnings"] = []

    def _check_names(self, step: Step) -> None:
        integration = step.request.headers.get("x-integration-id")
        if integration is None and "X-Integration-Id" not in self.settings.optional:
            raise Refusal("invalid", "The header X-Integration-Id is missing")
        if integration == "" and self.settings.empty_integration == "refused":
            raise Refusal("invalid", "The header X-Integration-Id is empty")
        if self.settings.integrations is not None and integration not in self.settings.integrations:
            raise Refusal("not found", "There is no such integration")
        if self.settings.applications is not None and step.key not in self.settings.applications:
            raise Refusal("not found", f"There is no application {step.key}")

    def _checks(self) -> Mapping[str, checks.Check]:
        time = checks.text if self.settings.times == "any" else checks.moment
        return {
            "interview_id": checks.text,
            "title": checks.text,
            "start_time": time,
            "end_time": time,
            "interviewer_user_ids": checks.texts,
            "organizer_user_id": checks.text,
            "location": _place,
        }

    def error(self, refusal: Refusal) -> Json:
        """The documented envelope of errors."""
        code = self.settings.codes.get(refusal.problem, CODES.get(refusal.problem))
        bare = code is None or self.settings.shown_null
        error = {
            "code": code,
            "title": None if bare else "The input is invalid.",
            "message": refusal.sentence,
            "log_url": None if bare else f"https://app.kombo.dev/my-prod/logs?interactionId={self.count}",
        }
        return {"status": "error", "error": error}

    @property
    def media_type(self) -> str:
        """Without a charset, unless the settings say otherwise."""
        return "application/json"


def _place(settings: Settings, name: str, value: Json) -> Json:
    assert isinstance(settings, KomboSettings)
    if not isinstance(value, dict):
        raise Refusal("invalid", f"{name} is not an object")
    kind = value.get("type")
    if settings.any_case_of_place and isinstance(kind, str):
        kind = kind.upper()
    if "type" not in value and "location.type" in settings.optional:
        kind = settings.kinds_of_place[0]
    if kind not in settings.kinds_of_place and "location.type" not in settings.unchecked:
        raise Refusal("invalid", f"{name}.type is none of {', '.join(settings.kinds_of_place)}")
    if "address" in value and "location.address" not in settings.unchecked:
        checks.text(settings, f"{name}.address", value["address"])
    if "address" not in value and "location.address" in settings.needed:
        raise Refusal("invalid", f"{name}.address is missing")
    unknown = sorted(value.keys() - {"type", "address"})
    if unknown and settings.unknown_fields == "refused":
        raise Refusal("invalid", f"There is no {name}.{unknown[0]}")
    return value
