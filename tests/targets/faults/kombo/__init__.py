"""The faults of Kombo."""

from __future__ import annotations

from tests.targets.faults.kombo import answers, errors, requests
from tests.targets.faults.kombo.samples import FAULTS

for _room in (answers, requests, errors):
    _room.add(FAULTS)

__all__ = ["FAULTS"]
