"""Telling the branches of a `oneOf` apart: most are written as if it were an `anyOf`, and one value fits several."""

from __future__ import annotations

from typing import Any

from mock_server.generation.checking import Checks
from mock_server.generation.conjunction import Conjunction, Impossible, expand

Json = Any

_ODD: tuple[Json, ...] = (None, "none", 0)
"""What a member that belongs to another branch may be, so that the other branch does not admit it."""


def told_apart(value: Json, node: Conjunction, checks: Checks) -> Json:
    """An object with as many members more as keep it from fitting more than one branch of a `oneOf`."""
    if not isinstance(value, dict):
        return value
    for branches in node.all("oneOf"):
        own, *others = [branch for branch in branches if checks.fits(value, (branch,))] or [None]
        for other in others:
            value = _apart(value, own, other, checks)
    return value


def _apart(value: dict[str, Json], own: Json, other: Json, checks: Checks) -> dict[str, Json]:
    try:
        named = expand([other], checks.document).named
    except Impossible:
        return value
    candidates = ({**value, name: odd} for name in named if name not in value for odd in _ODD)
    return next((one for one in candidates if not checks.fits(one, (other,)) and checks.fits(one, (own,))), value)
