"""Refusals in the words of an API: its documented error envelope, else RFC 9457 problem details."""

from __future__ import annotations

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from mock_server.answers import DECISION, Answer, answer_with, compact
from mock_server.refusals import STATUSES, Refusal
from mock_server.schemas import compile_schema

if TYPE_CHECKING:
    from specs import MediaType, Operation, Problem, Problems

Json = Any

_FALLBACKS: Mapping[str, tuple[str, ...]] = {
    "malformed": ("invalid",),
    "media_type": ("malformed", "invalid"),
    "too_large": ("malformed", "invalid"),
    "not_acceptable": ("malformed", "invalid"),
    "preference": ("malformed", "invalid"),
    "no_answer": ("malformed", "invalid"),
    "method": ("malformed", "invalid"),
    "not_permitted": ("invalid",),
    "reference_not_found": ("invalid", "not_found"),
    "not_found": ("invalid",),
}
"""Whose words to use for a kind of refusal that the rules do not name; the status stays that of the kind."""

_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_OMITTED = object()


class Wording:
    """How one API puts its refusals."""

    def __init__(self, problems: Problems, document: Json) -> None:
        self._problems, self._document = problems, document

    def has(self, kind: str) -> bool:
        """Whether the rules name this kind of refusal."""
        return kind in self._problems.kinds

    @property
    def has_envelope(self) -> bool:
        """Whether refusals have a documented form."""
        return self._problems.envelope is not None

    def kind_with(self, status: int) -> str | None:
        """The kind of refusal that the rules give this status, if there is one."""
        return next((kind for kind, problem in self._problems.kinds.items() if problem.status == status), None)

    def status(self, kind: str) -> int:
        """The status of a kind of refusal."""
        problem = self._problems.kinds.get(kind)
        return problem.status if problem else STATUSES.get(kind, 400)

    def answer(self, refusal: Refusal, operation: Operation | None = None, status: int | None = None) -> Answer:
        """The refusal as an answer; `operation` is asked for the media type of the documented error."""
        status = status or self.status(refusal.kind)
        if self._problems.envelope is None:
            return problem_details(refusal, status)
        media = self._media(operation, status)
        body = self._filled(refusal, self._problems.kinds.get(refusal.kind))
        if not self.has(refusal.kind):
            named = self._filled(refusal, _named_after(refusal.kind, status))
            body = named if self._admits(media, named) else self._filled(refusal, self._borrowed(refusal.kind))
        return _answer(refusal, status, compact(body), media.name if media else "application/json")

    def _filled(self, refusal: Refusal, problem: Problem | None) -> Json:
        members: dict[str, Json] = dict(problem.members) if problem else {}
        if isinstance(message := members.get("message"), str):
            members["message"] = _format(message, refusal.named)
        else:
            members["message"] = _told(refusal)
        if refusal.violations:
            members["violations"] = [violation.as_json() for violation in refusal.violations]
        return _fill(self._problems.envelope, members)

    def _borrowed(self, kind: str) -> Problem | None:
        return next(
            (self._problems.kinds[name] for name in _FALLBACKS.get(kind, ()) if name in self._problems.kinds), None
        )

    def _admits(self, media: MediaType | None, body: Json) -> bool:
        """Whether the documented error may look like this."""
        if media is None or media.schema is None:
            return True
        return bool(compile_schema(media.schema, self._document, "writeOnly").is_valid(body))

    @staticmethod
    def _media(operation: Operation | None, status: int) -> MediaType | None:
        """How an error of this status is documented; where none is, as the errors that are."""
        if operation is None:
            return None
        errors = [operation.response_for(status), *(r for r in operation.responses if not r.is_success)]
        return next((media for response in errors if response for media in response.content if media.is_json), None)


def problem_details(refusal: Refusal, status: int | None = None) -> Answer:
    """A refusal as RFC 9457 problem details."""
    status = status or STATUSES.get(refusal.kind, 400)
    body: dict[str, Json] = {
        "type": f"urn:understudy:problem:{refusal.kind.replace('_', '-')}",
        "title": _phrase(status),
        "status": status,
        "detail": refusal.message,
    }
    if refusal.violations:
        body["violations"] = [violation.as_json() for violation in refusal.violations]
    return _answer(refusal, status, compact(body), "application/problem+json")


def _answer(refusal: Refusal, status: int, body: bytes, media_type: str) -> Answer:
    headers = [
        (b"content-type", media_type.encode("latin-1")),
        *refusal.headers,
        (DECISION, f"refused; {refusal.kind}".encode()),
    ]
    return answer_with(status, headers, body)


def _named_after(kind: str, status: int) -> Problem:
    """A problem whose words are those of HTTP."""
    from specs import Problem, Source

    phrase = _phrase(status)
    code = phrase.upper().replace(" ", "_").replace("-", "_")
    return Problem(kind, status, {"code": code, "title": phrase}, Source(""))


def _phrase(status: int) -> str:
    return HTTPStatus(status).phrase if status in HTTPStatus._value2member_map_ else "Refused"


def _told(refusal: Refusal) -> str:
    if not refusal.violations:
        return refusal.message
    listed = "; ".join(
        f"{v.location} {v.where or '(all of it)'}: expected {v.expected}, got {v.got}" for v in refusal.violations[:5]
    )
    return f"{refusal.message} {listed}"


def _format(message: str, named: Mapping[str, Any]) -> str:
    return _PLACEHOLDER.sub(lambda match: str(named.get(match[1], match[0])), message)


def _fill(template: Json, members: Mapping[str, Json]) -> Json:
    if isinstance(template, str):
        whole = _PLACEHOLDER.fullmatch(template)
        if whole:
            absent = _OMITTED if whole[1] == "violations" else None
            return members.get(whole[1], absent)
        return _format(template, members)
    if isinstance(template, Mapping):
        filled = {key: _fill(value, members) for key, value in template.items()}
        return {key: value for key, value in filled.items() if value is not _OMITTED}
    if isinstance(template, list | tuple):
        return [value for item in template if (value := _fill(item, members)) is not _OMITTED]
    return template
