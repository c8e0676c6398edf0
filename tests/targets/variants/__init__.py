"""All honest variants, by `<api>/<name>`."""

from __future__ import annotations

from collections.abc import Mapping

from tests.targets.catalogue import Variant
from tests.targets.variants import driver_interviews, jobhive, kombo

VARIANTS: Mapping[str, Variant] = {
    f"{variant.api}/{variant.name}": variant
    for module in (driver_interviews, jobhive, kombo)
    for variant in module.VARIANTS.all.values()
}
