"""One fault as a frozen value, and as the JSON of the control API and of scenario files."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from math import log
from typing import TYPE_CHECKING, Any, Literal

from mock_server.table import CannotServe

if TYPE_CHECKING:
    from specs import Api

Json = Any
Kind = Literal["delay", "status", "reset", "empty", "malformed_chunk", "dribble", "rate_limit"]
Per = Literal["world", "client"]

LONGEST = 600.0
"""The longest delay in seconds; what a distribution gives beyond is cut."""

_PIECES = 10


_TAKES: Mapping[Kind, tuple[str, ...]] = {
    "delay": ("seconds", "from", "to", "median", "sigma"),
    "status": ("status", "example"),
    "dribble": ("seconds", "pieces"),
    "rate_limit": ("limit", "seconds", "per"),
}
_ALL_TAKE = ("kind", "operations", "probability", "times")


class BadFault(CannotServe):
    """A fault that has no sense; the message says why."""


@dataclass(frozen=True, slots=True)
class Delay:
    """Seconds from a distribution: `fixed` (`first`), `uniform` (from `first` to `second`), or `lognormal` (median
    `first`; `second` is the standard deviation of the logarithm).
    """

    distribution: Literal["fixed", "uniform", "lognormal"]
    first: float
    second: float = 0.0

    def drawn(self, chance: random.Random) -> float:
        """One delay in seconds, from 0 to `LONGEST`."""
        if self.distribution == "uniform":
            seconds = chance.uniform(self.first, self.second)
        elif self.distribution == "lognormal":
            seconds = chance.lognormvariate(log(self.first), self.second)
        else:
            seconds = self.first
        return min(seconds, LONGEST)


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong.

    - `delay`: the answer comes later. `dribble`: its body comes in `pieces`, over `seconds`.
    - `status`: an error is answered in place of what the operation would do: the documented one of `status` (with the
      example of the name `example`), else problem details.
    - `rate_limit`: of `limit` requests in `seconds` of the world's clock, those beyond are refused with 429; all
      requests are counted together or, `per` client, those of each client.
    - `reset`, `empty`, `malformed_chunk`: the operation is performed, but its answer is lost on the way.

    `operations` are operation ids (`updateInterview` or `jobhive:updateInterview`), empty for all; `probability` how
    often it strikes; `times` how many requests it strikes before it is over, None for no end.
    """

    kind: Kind
    delay: Delay | None = None
    status: int = 0
    example: str | None = None
    seconds: float = 0.0
    pieces: int = _PIECES
    limit: int = 0
    per: Per = "world"
    operations: tuple[str, ...] = ()
    probability: float = 1.0
    times: int | None = None

    def is_for(self, api: str, operation: str) -> bool:
        """Whether it is for an operation."""
        return not self.operations or operation in self.operations or f"{api}:{operation}" in self.operations


def as_fault(given: Mapping[str, Json]) -> Fault:
    """The fault that is described by JSON which fits the schema `FaultWanted` of the control API.

    Raises BadFault for a delay that is none, and for members that its kind does not take.
    """
    takes = _TAKES.get(given["kind"], ())
    for name in given:
        if name not in (*takes, *_ALL_TAKE):
            known = ", ".join((*takes, *_ALL_TAKE[1:]))
            raise BadFault(f"A fault of the kind {given['kind']!r} takes no {name!r}; it takes: {known}.")
    return Fault(
        kind=given["kind"],
        delay=_delay(given) if given["kind"] == "delay" else None,
        status=int(given.get("status", 0)),
        example=given.get("example"),
        seconds=float(given.get("seconds", 0.0)),
        pieces=int(given.get("pieces", _PIECES)),
        limit=int(given.get("limit", 0)),
        per=given.get("per", "world"),
        operations=tuple(given.get("operations", ())),
        probability=float(given.get("probability", 1.0)),
        times=int(given["times"]) if "times" in given else None,
    )


def as_json(fault: Fault) -> dict[str, Json]:
    """The fault as JSON that `as_fault` reads."""
    shown: dict[str, Json] = {"kind": fault.kind}
    if fault.delay is not None:
        names = {"fixed": ("seconds",), "uniform": ("from", "to"), "lognormal": ("median", "sigma")}
        values = (fault.delay.first, fault.delay.second)
        shown.update(zip(names[fault.delay.distribution], values, strict=False))
    members: dict[str, tuple[str, ...]] = {
        "status": ("status", "example"),
        "dribble": ("seconds", "pieces"),
        "rate_limit": ("limit", "seconds"),
    }
    shown.update({name: getattr(fault, name) for name in members.get(fault.kind, ())})
    shown |= {"per": fault.per} if fault.per != "world" else {}
    shown |= {"operations": list(fault.operations)} if fault.operations else {}
    shown |= {"probability": fault.probability} if fault.probability < 1 else {}
    shown |= {"times": fault.times} if fault.times is not None else {}
    return {name: value for name, value in shown.items() if value is not None}


def _delay(given: Mapping[str, Json]) -> Delay:
    ways = [way for way in (("seconds",), ("from", "to"), ("median", "sigma")) if set(way) & set(given)]
    if len(ways) != 1 or not set(ways[0]) <= set(given):
        raise BadFault("A delay has either seconds, or from and to, or median and sigma.")
    if "seconds" in given:
        return Delay("fixed", float(given["seconds"]))
    if "from" in given:
        if given["from"] > given["to"]:
            raise BadFault(f"A delay cannot last from {given['from']} to {given['to']} seconds.")
        return Delay("uniform", float(given["from"]), float(given["to"]))
    return Delay("lognormal", float(given["median"]), float(given["sigma"]))


def check_operations(fault: Fault, apis: Sequence[Api]) -> None:
    """Raise BadFault where a fault is for an operation that none of the APIs has."""
    known = {operation.id for api in apis for operation in api.operations}
    known |= {f"{api.name}:{operation.id}" for api in apis for operation in api.operations}
    for name in fault.operations:
        if name not in known:
            near = get_close_matches(name, sorted(known), 3) or sorted(known)[:5]
            raise BadFault(f"There is no operation {name!r}; there are: {', '.join(near)}.")
