"""When a resource was created and last changed, where a document has members for that and no rules say so."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from mock_server.schemas import resolve

if TYPE_CHECKING:
    from mock_server.simulation.clock import Clock

Json = Any
_CREATED = re.compile(r"(date|time)?_?(created|inserted|added)_?(at|on|date|time|timestamp)?", re.IGNORECASE)
_CHANGED = re.compile(r"(date|time|last)?_?(updated|modified|changed)_?(at|on|date|time|timestamp)?", re.IGNORECASE)


class Stamps:
    """Tells the times of a resource by the mock's clock. `members` are the schemas of the resource's members."""

    def __init__(self, members: Mapping[str, Json], document: Json, clock: Clock) -> None:
        times = [name for name, schema in members.items() if _is_time(resolve(schema, document))]
        self._changed = [name for name in times if _CHANGED.fullmatch(name)]
        self._created = [name for name in times if _CREATED.fullmatch(name)]
        self._clock = clock

    def created(self, shown: Mapping[str, Json]) -> dict[str, str]:
        """The times of a new resource, in the notation of `shown`, one that is like it."""
        return self._now([*self._created, *self._changed], shown)

    def changed(self, shown: Mapping[str, Json]) -> dict[str, str]:
        """The times of a resource that was changed now."""
        return self._now(self._changed, shown)

    def _now(self, names: list[str], shown: Mapping[str, Json]) -> dict[str, str]:
        notations = {name: "milliseconds" if "." in str(shown.get(name)) else "seconds" for name in names}
        return {name: self._clock.written(notation) for name, notation in notations.items()}


def _is_time(schema: Json) -> bool:
    return isinstance(schema, Mapping) and schema.get("format") == "date-time"
