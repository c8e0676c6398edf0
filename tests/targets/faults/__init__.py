"""All faults, by `<api>/<name>`."""

from __future__ import annotations

from collections.abc import Mapping

from tests.targets.catalogue import Fault
from tests.targets.faults import driver_interviews, jobhive, kombo

FAULTS: Mapping[str, Fault] = {
    f"{fault.api}/{fault.name}": fault
    for module in (driver_interviews, jobhive, kombo)
    for fault in module.FAULTS.all.values()
}
