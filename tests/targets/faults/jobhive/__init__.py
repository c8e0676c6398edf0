"""The faults of JobHive."""

from __future__ import annotations

from tests.targets.faults.jobhive import answers, errors, laws, meaning, requests, values
from tests.targets.faults.jobhive.samples import FAULTS

for _room in (answers, requests, values, meaning, laws, errors):
    _room.add(FAULTS)

__all__ = ["FAULTS"]
