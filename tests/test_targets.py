"""The reference implementations are what they say: the plain ones honest, the faulty ones not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.targets import FAULTS, app, ask, build, moments
from tests.targets.messages import Call

FIXTURES = Path(__file__).parent.parent / "fixtures"
DOCUMENTED_NOW = "2024-01-15T16:45:00Z"
FRESH_HEADERS = {"x-request-id", "x-runtime"}


def exchange(api: str, name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.load((FIXTURES / api / f"{name}.yaml").read_text(), yaml.BaseLoader)
    return loaded


def typed(api: str, name: str) -> Any:
    return yaml.safe_load((FIXTURES / api / f"{name}.yaml").read_text())


def asked(api: str, calls: tuple[Call, ...], **made: Any) -> list[object]:
    """What a fresh target answers and tells, everything random or timed being the same each time."""
    told: list[object] = []
    target = build(
        api,
        token="the-token",
        clock=moments.ticking(DOCUMENTED_NOW, step=7),
        listener=lambda event, _: told.append(event),
        **made,
    )
    running = app(target)
    for call in calls:
        told.append(ask(running, call.request("the-token", target.usual_headers)))
    return told


@pytest.mark.parametrize("name", sorted(FAULTS))
def test_every_fault_makes_a_difference(name: str) -> None:
    fault = FAULTS[name]

    assert asked(fault.api, fault.evidence, fault=fault.name) != asked(fault.api, fault.evidence)
