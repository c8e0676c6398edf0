"""A layer that shows other values of resources than the mock behind it keeps, for as long as nobody sends new ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from specs import Api
from tests.proof.exchange import Answered, Ask, Asked, Turn
from tests.proof.liar import MakeTurn
from tests.proof.memory import Memory

Json = Any


class Overlay:
    """Other values by kind of resource, id and field."""

    def __init__(self, api: Api) -> None:
        self.memory = Memory(api)
        self.replaced: dict[str, Json] = {}
        self._values: dict[tuple[str, str], dict[str, Json]] = {}

    def put(self, kind: str, key: str, field: str, value: Json) -> None:
        """From now on, a resource has another value of a field."""
        self._values.setdefault((kind, key), {})[field] = value

    def applied(self, asked: Asked, answered: Answered) -> Answered:
        """The answer, with the other values of what was not sent; what was sent takes their place.

        `replaced` holds the other values, by field, that the request of this answer replaced.
        """
        self.replaced = {}
        behaviour, key = self.memory.behaviour(asked), self.memory.key(asked, answered)
        if behaviour is None or key is None or not self.memory.accepted(answered):
            return answered
        values = self._values.get((behaviour.resource, key), {})
        for field in self.memory.sent(asked):
            if field in values:
                self.replaced[field] = values.pop(field)
        return self.memory.showing(asked, answered, values)


Lie = Callable[[Overlay, Asked, Answered], Answered]
"""What is put into the overlay after a request, and what is answered to it."""


def overlaid(lie: Lie) -> MakeTurn:
    """A turn that answers with the overlay; `lie` sees each accepted exchange as the overlay shows it."""

    def make(api: Api) -> Turn:
        overlay = Overlay(api)

        async def turn(asked: Asked, ask: Ask) -> Answered:
            answered = await ask(asked)
            shown = overlay.applied(asked, answered)
            if overlay.memory.accepted(answered):
                shown = lie(overlay, asked, shown)
            overlay.memory.learn(asked, answered)
            return shown

        return turn

    return make
