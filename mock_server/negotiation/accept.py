"""Choosing among media types by an `Accept` header, with quality values, ranges and parameters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple


class Wish(NamedTuple):
    """One entry of an Accept header: `application/json;version=1;q=0.5`."""

    type: str
    subtype: str
    parameters: dict[str, str]
    quality: float


def parse_media_type(text: str) -> tuple[str, str, dict[str, str]]:
    """Type, subtype and parameters (names in lower case, values unquoted) of a media type."""
    essence, *rest = text.split(";")
    kind, _, subtype = essence.strip().lower().partition("/")
    parameters = {}
    for part in rest:
        name, _, value = part.partition("=")
        if name.strip():
            parameters[name.strip().lower()] = value.strip().strip('"').lower()
    return kind, subtype, parameters


def parse_accept(header: str) -> list[Wish]:
    """The entries of an Accept header, best first."""
    wishes = []
    for entry in header.split(","):
        if not entry.strip():
            continue
        kind, subtype, parameters = parse_media_type(entry)
        try:
            quality = float(parameters.pop("q", "1"))
        except ValueError:
            quality = 0.0
        wishes.append(Wish(kind, subtype or "*", parameters, quality))
    return sorted(wishes, key=lambda wish: (-wish.quality, wish.type == "*", wish.subtype == "*"))


def best(header: str | None, offered: Sequence[str]) -> tuple[int, str] | None:
    """The index of the media type to serve, and the name under which to serve it; None where none is acceptable.

    Without a wish JSON comes first, else the first that is offered. An offered range (`image/*`) is served as the
    type that was asked for, and stays a range where none was (see `concrete`). Parameters other than q (`version=2`)
    are a wish as well, but no condition.
    """
    if not header:
        json = next((i for i, name in enumerate(offered) if parse_media_type(name)[1] == "json"), 0)
        return json, offered[json]
    wishes = parse_accept(header)
    unwanted = [wish for wish in wishes if wish.quality == 0]
    for wish in (*wishes, *(wish._replace(parameters={}) for wish in wishes if wish.parameters)):
        if wish.quality == 0:
            continue
        for index, name in enumerate(offered):
            if _fits(wish, name) and not any(_fits(no, name) and not _is_wider(no, wish) for no in unwanted):
                return index, _wished(name, wish)
    return None


def _fits(wish: Wish, offered: str) -> bool:
    kind, subtype, parameters = parse_media_type(offered)
    if "*" not in (wish.type, kind) and wish.type != kind:
        return False
    if any(parameters.get(name, value) != value for name, value in wish.parameters.items()):
        return False
    if wish.subtype.startswith("*+"):
        return subtype.endswith(wish.subtype[1:])
    return "*" in (wish.subtype, subtype) or wish.subtype == subtype


def _is_wider(one: Wish, other: Wish) -> bool:
    return (one.type == "*", one.subtype == "*") > (other.type == "*", other.subtype == "*")


def _wished(offered: str, wish: Wish) -> str:
    is_range = "*" in parse_media_type(offered)[:2]
    return f"{wish.type}/{wish.subtype}" if is_range and wish.type != "*" and "*" not in wish.subtype else offered


_OF_RANGES = {"*": "application/json", "application": "application/json", "text": "text/plain", "image": "image/png"}


def concrete(name: str, value: object) -> str:
    """The name under which a value is served: of a range a type of it, of `*/*` JSON, or for a text plain text."""
    if "*" not in name:
        return name
    kind, subtype, _ = parse_media_type(name)
    if "*" not in (kind, subtype):
        return name
    return "text/plain" if kind == "*" and isinstance(value, str) else _OF_RANGES.get(kind, f"{kind}/octet-stream")
