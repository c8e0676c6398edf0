"""What the operations of a document lack, in sentences: they are served all the same."""

from __future__ import annotations

import re
from collections.abc import Iterable

from specs.model import Operation


def hidden(operations: Iterable[Operation]) -> Iterable[str]:
    """What another operation at the same place is served instead of."""
    first: dict[tuple[str, str], Operation] = {}
    for one in operations:
        place = one.method, re.sub(r"\{[^{}]*\}", "{}", one.full_path)
        other = first.setdefault(place, one)
        if other is not one:
            yield f"{one.method} {one.path} ({one.id}) is not served: {other.path} ({other.id}) is at the same place"


def incomplete(operations: Iterable[Operation]) -> Iterable[str]:
    """What operations are served without."""
    for one in operations:
        if not one.named:
            yield f"{one.method} {one.path} has no operationId; it is called '{one.id}'"
        if not one.responses:
            yield f"{one.method} {one.path} has no responses; it is answered with 200 and no body"
