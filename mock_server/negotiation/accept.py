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
    type that was asked for. Parameters other than q (`version=2`) are a wish as well, but no condition.
    """
    if not header:
        json = next((i for i, name in enumerate(offered) if parse_media_type(name)[1] == "json"), 0)
        return json, _concrete(offered[json], None)
    wishes = parse_accept(header)
    unwanted = [wish for wish in wishes if wish.quality == 0]
    for wish in (*wishes, *(wish._replace(parameters={}) for wish in wishes if wish.parameters)):
        if wish.quality == 0:
            continue
        for index, name in enumerate(offered):
            if _fits(wish, name) and not any(_fits(no, name) and not _is_wider(no, wish) for no in unwanted):
                return index, _concrete(name, wish)
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


def _concrete(offered: str, wish: Wish | None) -> str:
    kind, subtype, _ = parse_media_type(offered)
    if "*" not in (kind, subtype):
        return offered
    if wish is not None and wish.type != "*" and "*" not in wish.subtype:
        return f"{wish.type}/{wish.subtype}"
    defaults = {"*": "application/json", "application": "application/json", "text": "text/plain", "image": "image/png"}
    return defaults.get(kind, f"{kind}/octet-stream")
