"""The faults of the driver interviews."""

from __future__ import annotations

from tests.targets.faults.driver_interviews import answers, headers, identity, meaning, persistence, requests
from tests.targets.faults.driver_interviews.samples import FAULTS

for _room in (answers, headers, requests, persistence, identity, meaning):
    _room.add(FAULTS)

__all__ = ["FAULTS"]
