"""The checks of a request's fields, shared by the targets: one function per kind of value."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from tests.targets import moments
from tests.targets.messages import Json
from tests.targets.target import Refusal, Settings

Check = Callable[[Settings, str, Json], Json]
"""Gives the value that is to be saved. Raises `Refusal` for one that is wrong."""


def text(settings: Settings, name: str, value: Json) -> Json:
    """Any text."""
    if not isinstance(value, str):
        raise Refusal("invalid", f"{name} is not a text")
    if settings.blank_text == "refused" and not value.strip():
        raise Refusal("invalid", f"{name} is blank")
    if settings.longest_text is not None and len(value) > settings.longest_text:
        raise Refusal("invalid", f"{name} is too long")
    return value


def text_or_null(settings: Settings, name: str, value: Json) -> Json:
    """Any text, or null."""
    return None if value is None else text(settings, name, value)


def whole_number(settings: Settings, name: str, value: Json) -> Json:
    """A whole number; `30.0` is one."""
    if settings.numbers_as_text == "read" and isinstance(value, str) and re.fullmatch(r"-?\d{1,18}", value, re.ASCII):
        return int(value)
    if isinstance(value, float) and value.is_integer() and settings.whole_floats == "read":
        return int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise Refusal("invalid", f"{name} is not a whole number")
    return value


def true_or_false(settings: Settings, name: str, value: Json) -> Json:
    """A boolean."""
    if settings.switches_as_text == "read" and value in ("true", "false"):
        return value == "true"
    if not isinstance(value, bool):
        raise Refusal("invalid", f"{name} is not true or false")
    return value


def moment(settings: Settings, name: str, value: Json) -> Json:
    """A point in time, in the notation of the answers."""
    if not isinstance(value, str):
        raise Refusal("invalid", f"{name} is not a time")
    try:
        read = moments.read(value, lenient=settings.lenient_times)
    except ValueError as error:
        raise Refusal("invalid", f"{name}: {error}") from None
    if settings.offsets == "refused" and value[-1] not in "Zz":
        raise Refusal("invalid", f"{name} is not in UTC")
    return moments.write(read, settings.notation)


def texts(settings: Settings, name: str, value: Json) -> Json:
    """An array of texts."""
    if not isinstance(value, list):
        raise Refusal("invalid", f"{name} is not an array")
    if settings.blank_text == "refused" and not value:
        raise Refusal("invalid", f"{name} is empty")
    return value if f"{name} items" in settings.unchecked else [text(settings, f"An item of {name}", v) for v in value]


def fields(
    settings: Settings, checks: Mapping[str, Check], sent: Mapping[str, Json], needed: frozenset[str] = frozenset()
) -> dict[str, Json]:
    """The known fields of what was sent, checked. Raises `Refusal` for the first wrong or missing one."""
    unknown = sorted(sent.keys() - checks.keys())
    if unknown and settings.unknown_fields == "refused":
        raise Refusal("invalid", f"There is no {unknown[0]}")
    missing = sorted(needed - sent.keys())
    if missing:
        raise Refusal("invalid", f"{missing[0]} is missing")
    if settings.explicit_null == "ignored":
        sent = {name: value for name, value in sent.items() if value is not None or checks.get(name) is text_or_null}
    known = {name: value for name, value in sent.items() if name in checks}
    if not known and settings.nothing_sent == "refused":
        raise Refusal("invalid", "Nothing to change")
    return {
        name: value if name in settings.unchecked else checks[name](settings, name, value)
        for name, value in known.items()
    }
