"""When a fault of the driver interviews has its turn: at one operation only."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tests.targets import edits
from tests.targets.driver_interviews import DriverInterviews
from tests.targets.messages import Json
from tests.targets.target import Step


def on(operation: str, turn: Callable[[Step], None]) -> Callable[[Step], None]:
    """The turn, at one operation."""

    def only(step: Step) -> None:
        if step.operation == operation:
            turn(step)

    return only


def forget(operation: str, *names: str) -> edits.BodyEdit:
    """What is answered is not saved; without names, none of it."""

    def edit(step: Step, body: Json) -> Json:
        if step.operation == operation and step.refusal is None:
            for name in names or tuple(step.before):
                step.after[name] = step.before[name]
        return body

    return edit


def old_answered(operation: str, *names: str) -> edits.BodyEdit:
    """What is saved is not answered."""

    def edit(step: Step, body: Json) -> Json:
        if step.refusal or step.operation != operation:
            return body
        old = {name: step.before[name] for name in step.sent if not names or name in names}
        return {"interview": {**body["interview"], **old}}

    return edit


def ignoring(operation: str, *names: str) -> edits.FieldsEdit:
    """Parameters that one operation does not save; without names, none is."""
    ignored = edits.ignoring(*names)
    return lambda step, fields: ignored(step, fields) if step.operation == operation else fields


def shown(step: Step, interview: Mapping[str, Json]) -> Json:
    """The body that shows an interview of the target."""
    assert isinstance(step.target, DriverInterviews)
    return step.target.shown(interview)
