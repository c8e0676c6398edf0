"""Numbers within bounds, of a size that their name lets one expect."""

from __future__ import annotations

import math
from decimal import Decimal
from random import Random

from mock_server.generation.conjunction import Conjunction, Impossible

_BITS = {"int32": 31, "int64": 63, "uint8": 8, "int8": 7, "int16": 15}
_LARGEST = 10**18

_USUAL = {
    "age": (18, 80),
    "year": (2015, 2025),
    "month": (1, 12),
    "day": (1, 28),
    "hour": (0, 23),
    "minute": (0, 59),
    "minutes": (15, 90),
    "percent": (0, 100),
    "percentage": (0, 100),
    "rating": (1, 5),
    "score": (1, 100),
    "page": (1, 10),
    "quantity": (1, 20),
    "count": (1, 50),
    "port": (1024, 65535),
    "latitude": (-60, 70),
    "lat": (-60, 70),
    "longitude": (-180, 180),
    "lng": (-180, 180),
    "lon": (-180, 180),
    "timestamp": (1_735_689_600, 1_743_465_600),
}


def number(node: Conjunction, words: tuple[str, ...], random: Random, *, whole: bool) -> int | float:
    """A number that fits the bounds. Raises Impossible where none was found."""
    lowest, highest = _bounds(node, whole=whole)
    if lowest > highest:
        raise Impossible(f"no number is at least {lowest} and at most {highest}")
    start, end = _usual(lowest, highest, words, whole=whole)
    steps = [step for step in node.all("multipleOf") if isinstance(step, int | float) and step > 0]
    if whole:
        steps.append(1)
    if steps:
        return _multiple(steps, (start, end), (lowest, highest), random, whole=whole)
    value = round(random.uniform(start, end), 2)
    return value if lowest <= value <= highest and _is_inside(node, value) else _between(node, lowest, highest)


def _bounds(node: Conjunction, *, whole: bool) -> tuple[float, float]:
    lowest: float = max(node.all("minimum"), default=-math.inf)
    highest: float = min(node.all("maximum"), default=math.inf)
    for bound in node.all("exclusiveMinimum"):
        lowest = max(lowest, math.floor(bound) + 1 if whole else bound)
    for bound in node.all("exclusiveMaximum"):
        highest = min(highest, math.ceil(bound) - 1 if whole else bound)
    for form in node.all("format"):
        if form in _BITS:
            signed = not str(form).startswith("u")
            lowest = max(lowest, -(2 ** _BITS[form]) if signed else 0)
            highest = min(highest, 2 ** _BITS[form] - 1)
    return lowest, highest


def _is_inside(node: Conjunction, value: float) -> bool:
    above = all(value > bound for bound in node.all("exclusiveMinimum"))
    return above and all(value < bound for bound in node.all("exclusiveMaximum"))


def _between(node: Conjunction, lowest: float, highest: float) -> float:
    for value in ((lowest + highest) / 2, lowest, highest, math.nextafter(lowest, highest)):
        if math.isfinite(value) and _is_inside(node, value):
            return int(value) if float(value).is_integer() and abs(value) < _LARGEST else value
    raise Impossible("no number is between the bounds")


def _usual(lowest: float, highest: float, words: tuple[str, ...], *, whole: bool) -> tuple[float, float]:
    """A part of the range in which one expects the number."""
    known = _USUAL.get(words[-1]) if words else None
    usual = known or ((1, 1000) if whole else (1, 100))
    start, end = max(lowest, usual[0]), min(highest, usual[1])
    if start <= end:
        return start, end
    if math.isfinite(lowest):
        return lowest, min(highest, lowest + 1000)
    return (highest - 1000 if math.isfinite(highest) else 0), highest


def _multiple(
    steps: list[int | float], wanted: tuple[float, float], allowed: tuple[float, float], random: Random, *, whole: bool
) -> int | float:
    step = _common([Decimal(str(step)) for step in steps])
    for start, end in (wanted, allowed):
        first = math.ceil(Decimal(str(max(start, -_LARGEST))) / step)
        last = math.floor(Decimal(str(min(end, _LARGEST))) / step)
        if first <= last:
            value = step * random.randint(first, last)
            return int(value) if whole or value == value.to_integral_value() else float(value)
    raise Impossible(f"no multiple of {step} is between {allowed[0]} and {allowed[1]}")


def _common(steps: list[Decimal]) -> Decimal:
    """The least common multiple."""
    scale = Decimal(10) ** max(0, *(-int(step.as_tuple().exponent) for step in steps))
    return Decimal(math.lcm(*(int(step * scale) for step in steps))) / scale
