"""Ways to spoil something: functions that make the turns of a `Change`, for any API."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from tests.targets import moments
from tests.targets.messages import Answer, Json
from tests.targets.target import Problem, Step

BodyEdit = Callable[[Step, Json], Json]
AnswerEdit = Callable[[Step, Answer], Answer]
FieldsEdit = Callable[[Step, dict[str, Json]], dict[str, Json]]
ValueEdit = Callable[[Json], Json]


def _on_copy(edit: Callable[[Json], Json], *, refusals: bool, operation: str = "") -> BodyEdit:
    """Edits a copy of the body of a success, or of a refusal."""

    def edited(step: Step, body: Json) -> Json:
        if (step.refusal is not None) is not refusals or (operation and step.operation != operation):
            return body
        return edit(copy.deepcopy(body))

    return edited


def _parent(body: Json, pointer: str) -> tuple[Json, str]:
    *path, last = pointer.split("/")[1:]
    for token in path:
        body = body[token]
    return body, last


def without(pointer: str, *, refusals: bool = False, operation: str = "") -> BodyEdit:
    """The member at the pointer is left out."""

    def edit(body: Json) -> Json:
        parent, name = _parent(body, pointer)
        parent.pop(name, None)
        return body

    return _on_copy(edit, refusals=refusals, operation=operation)


def renamed(pointer: str, name: str, *, refusals: bool = False) -> BodyEdit:
    """The member at the pointer has another name, in the same place."""

    def edit(body: Json) -> Json:
        parent, old = _parent(body, pointer)
        members = [(name if key == old else key, value) for key, value in parent.items()]
        parent.clear()
        parent.update(members)
        return body

    return _on_copy(edit, refusals=refusals)


def at(pointer: str, change: ValueEdit, *, refusals: bool = False, operation: str = "") -> BodyEdit:
    """The value at the pointer is another one. Where it is null, it stays."""

    def edit(body: Json) -> Json:
        parent, name = _parent(body, pointer)
        if parent.get(name) is not None:
            parent[name] = change(parent[name])
        return body

    return _on_copy(edit, refusals=refusals, operation=operation)


def whole(change: ValueEdit, *, refusals: bool = False, operation: str = "") -> BodyEdit:
    """The whole body is another one."""
    return _on_copy(change, refusals=refusals, operation=operation)


def to(value: Json) -> ValueEdit:
    """Always the same value."""
    return lambda _: copy.deepcopy(value)


def other_type(value: Json) -> Json:
    """The value in another JSON type, as careless code would write it."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return str(value)
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)


def camel(name: str) -> str:
    """`start_at` as `startAt`."""
    return re.sub(r"_(\w)", lambda match: match[1].upper(), name)


def cased(names: Callable[[str], str]) -> ValueEdit:
    """All member names in another case."""

    def edit(value: Json) -> Json:
        if isinstance(value, Mapping):
            return {names(key): edit(item) for key, item in value.items()}
        return [edit(item) for item in value] if isinstance(value, list) else value

    return edit


def shifted(text: str) -> str:
    """The time an hour later, in the same notation."""
    return _rewritten(text, timedelta(hours=1))


def to_the_minute(text: str) -> str:
    """The time without its seconds (they are zero)."""
    return re.sub(r"(T\d\d:\d\d):\d\d(\.\d+)?", lambda match: f"{match[1]}:00{'.000' if match[2] else ''}", text)


def without_zone(text: str) -> str:
    """The time without its `Z`."""
    return text.removesuffix("Z")


def with_space(text: str) -> str:
    """The time with a space where the `T` belongs."""
    return text.replace("T", " ")


def epoch(text: str) -> int:
    """The time as seconds since 1970."""
    return int(moments.read(text).timestamp())


def with_offset(text: str) -> str:
    """The time with a zero offset in place of the `Z`."""
    return text.removesuffix("Z") + "+00:00"


def american(text: str) -> str:
    """The time as month, day and year."""
    return f"{moments.read(text):%m/%d/%Y %I:%M %p}"


def _rewritten(text: str, by: timedelta) -> str:
    return moments.write(moments.read(text) + by, "milliseconds" if "." in text else "seconds")


TIME_FAULTS: Mapping[str, tuple[ValueEdit, str]] = {
    "without_zone": (without_zone, "has no zone"),
    "with_space": (with_space, "has a space in place of the T"),
    "as_epoch": (epoch, "is a number of seconds"),
    "american": (american, "is written month first"),
}
"""Notations that are no ISO 8601 time: name, edit, and words for it."""


def header(name: str, value: str | None, *, operation: str = "") -> AnswerEdit:
    """A header of successful answers has another value; None takes it away."""

    def edit(step: Step, answer: Answer) -> Answer:
        if step.refusal is not None or (operation and step.operation != operation):
            return answer
        return answer.with_headers(**{name.replace("-", "_"): value})

    return edit


def status(code: int, *, refusals: Problem | None = None, operation: str = "") -> AnswerEdit:
    """Successful answers, or refusals of one kind, have another status; 204 takes the body with it."""

    def edit(step: Step, answer: Answer) -> Answer:
        if step.problem != refusals or (operation and step.operation != operation):
            return answer
        if code == 204:
            bare = answer.with_headers(content_type=None, content_length=None)
            return Answer(204, bare.headers, b"")
        return Answer(code, answer.headers, answer.body)

    return edit


def crash(when: Callable[[Step], bool]) -> AnswerEdit:
    """A 500 page where the condition holds."""

    def edit(step: Step, answer: Answer) -> Answer:
        if not when(step):
            return answer
        page = b"Internal Server Error"
        return Answer(500, {"content-type": "text/plain; charset=utf-8", "content-length": str(len(page))}, page)

    return edit


def replaced_body(body: bytes, media_type: str, *, refusals: bool = False) -> AnswerEdit:
    """The same status with other bytes."""

    def edit(step: Step, answer: Answer) -> Answer:
        if (step.refusal is not None) is not refusals:
            return answer
        changed = answer.with_headers(content_type=media_type, content_length=str(len(body)))
        return Answer(answer.status, changed.headers, body)

    return edit


def field(name: str, change: ValueEdit) -> FieldsEdit:
    """A field that was sent is saved with another value."""
    return lambda _step, fields: {key: change(value) if key == name else value for key, value in fields.items()}


def ignoring(*names: str) -> FieldsEdit:
    """Fields that were sent are not saved; without names, none is."""
    return lambda _step, fields: {key: value for key, value in fields.items() if names and key not in names}


def texts_of(value: Json) -> list[str]:
    """All texts in a JSON value, member names aside."""
    if isinstance(value, str):
        return [value]
    parts: list[Any] = list(value.values()) if isinstance(value, Mapping) else value if isinstance(value, list) else []
    return [text for part in parts for text in texts_of(part)]
