"""All honest variants, by `<api>/<name>`."""

from __future__ import annotations

from collections.abc import Mapping

from tests.targets.catalogue import Variant

VARIANTS: Mapping[str, Variant] = {}
