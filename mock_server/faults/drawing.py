"""Whether something goes wrong with a request: the faults of one world, and what they come to."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from mock_server.faults.clients import client_of
from mock_server.faults.limits import Count, MemoryWindows, Window, Windows
from mock_server.faults.values import Fault, as_fault, as_json

if TYPE_CHECKING:
    from mock_server.answers import Answer
    from mock_server.layers import Scope
    from mock_server.simulation.clock import Clock
    from specs import Api, Operation

Json = Any


@dataclass(slots=True)
class Struck:
    """A fault as it is in force, and how many requests it has struck."""

    id: str
    fault: Fault
    count: int = 0

    @property
    def left(self) -> int | None:
        """How many requests it will strike; None where there is no end."""
        return None if self.fault.times is None else self.fault.times - self.count


@dataclass(slots=True)
class Outcome:
    """What the faults that struck a request come to.

    `wait` are seconds; `failing` is the fault whose status is to be answered; `broken` the one that says how the answer
    is sent; `count` is where the client stands in a rate limit.
    """

    wait: float = 0.0
    failing: Fault | None = None
    broken: Fault | None = None
    count: Count | None = None
    struck: list[str] = field(default_factory=list)

    @property
    def refused(self) -> bool:
        """Whether a rate limit is reached."""
        return self.count is not None and self.count.reached

    def mark(self, answer: Answer, operation: Operation) -> None:
        """Put on an answer what does not stand in place of it."""
        answer.wait += self.wait
        if self.broken is not None:
            answer.fault = self.broken
        if self.count is not None:
            answer.replace_headers(self.count.headers(operation))
        if self.struck:
            answer.add_header(b"mock-fault", ", ".join(self.struck).encode())


class Faults:
    """The faults of one world. The same seed and the same requests are struck alike.

    `windows` are those of its rate limits, by the id of the fault and, where it counts clients, the client.
    """

    def __init__(self, begun_with: Sequence[Fault], seed: int, clock: Clock) -> None:
        self.in_force: list[Struck] = []
        self.windows: Windows = MemoryWindows()
        self._begun_with, self._seed, self._clock = tuple(begun_with), seed, clock
        self._number = self._drawn = 0
        self.replace(self._begun_with)

    def add(self, fault: Fault) -> Struck:
        """Put a fault in force."""
        self._number += 1
        struck = Struck(f"fault-{self._number}", fault)
        self.in_force.append(struck)
        return struck

    def remove(self, identity: str) -> bool:
        """Take a fault out of force; whether it was in force."""
        before = len(self.in_force)
        self.in_force[:] = [struck for struck in self.in_force if struck.id != identity]
        return len(self.in_force) < before

    def replace(self, faults: Sequence[Fault]) -> None:
        """Put these in force, in place of all others; chance begins anew."""
        self.in_force.clear()
        self._drawn = 0
        for fault in faults:
            self.add(fault)

    def snapshot(self) -> dict[str, Json]:
        """The faults in force, and how far chance has gone, as JSON."""
        faults = [{"id": each.id, "fault": as_json(each.fault), "count": each.count} for each in self.in_force]
        return {"faults": faults, "number": self._number, "drawn": self._drawn}

    def restore(self, snapshot: Mapping[str, Json]) -> None:
        """Put in force what was when the snapshot was made."""
        self.in_force[:] = [Struck(each["id"], as_fault(each["fault"]), each["count"]) for each in snapshot["faults"]]
        self._number, self._drawn = snapshot["number"], snapshot["drawn"]

    def draw(self, api: Api, operation: Operation, scope: Scope) -> Outcome | None:
        """What goes wrong with a request of an operation; None for nothing."""
        outcome: Outcome | None = None
        for struck in list(self.in_force):
            fault = struck.fault
            if not fault.is_for(api.name, operation.id) or (
                fault.probability < 1 and self._chance().random() >= fault.probability
            ):
                continue
            outcome = outcome or Outcome()
            name = f"{struck.id} {client_of(scope, api)}" if fault.per == "client" else struck.id
            if self._strike(fault, outcome, name):
                struck.count += 1
                outcome.struck.append(fault.kind)
                if struck.left == 0:
                    self.in_force.remove(struck)
        return outcome

    def _chance(self) -> random.Random:
        """The next throw of the dice; a number says how far it has gone, which other processes can go on from."""
        self._drawn += 1
        return random.Random(f"{self._seed} faults {self._drawn}")  # noqa: S311  (faults are no secrets)

    def _strike(self, fault: Fault, outcome: Outcome, name: str) -> bool:
        """Add a fault to an outcome; whether it makes a difference. A rate limit has the window of this name."""
        if fault.kind == "rate_limit":
            return self._limit(fault, outcome, name)
        if fault.delay is not None:
            outcome.wait += fault.delay.drawn(self._chance())
        elif fault.kind == "status":
            if outcome.failing is not None:
                return False
            outcome.failing = fault
        else:
            if outcome.broken is not None:
                return False
            outcome.broken = fault
        return True

    def _limit(self, fault: Fault, outcome: Outcome, name: str) -> bool:
        now = self._clock.now().timestamp()
        window = (self.windows.get(name) or Window(now, 0)).next(now, fault.seconds)
        self.windows.put(name, window)
        count = Count.of(window, fault, now)
        if outcome.count is None or (count.reached, -count.remaining) > (outcome.refused, -outcome.count.remaining):
            outcome.count = count  # the client is told of the limit that is nearest
        return count.reached
