"""What is measured; each scenario is a function from a `Run` to a `Table`."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from benchmarks.bench import Run
from benchmarks.scenarios.large import large, real
from benchmarks.scenarios.memory import memory
from benchmarks.scenarios.small import small
from benchmarks.scenarios.stages import stages
from benchmarks.scenarios.start import start_up
from benchmarks.tables import Table

SCENARIOS: Mapping[str, Callable[[Run], Table]] = {
    "small": small,
    "large": large,
    "real": real,
    "start": start_up,
    "memory": memory,
    "stages": stages,
}

__all__ = ["SCENARIOS"]
