"""Scenario files: what goes wrong from the start, written as the faults of the control API."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mock_server.faults.values import BadFault, as_fault, check_operations
from mock_server.schemas import compile_schema, violations

if TYPE_CHECKING:
    from specs import Api

Json = Any
_SCHEMA = {"$ref": "#/components/schemas/FaultWanted"}


def read_scenario(path: Path) -> tuple[Mapping[str, Json], ...]:
    """The faults of a file (YAML or JSON), as they are written below `faults`.

    Raises SpecError where it is neither, BadFault where it holds something else.
    """
    from specs.reading import parse

    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadFault(f"The scenario file {path} cannot be read: {error}") from None
    scenario = parse(text, path)
    if not isinstance(scenario, Mapping) or set(scenario) != {"faults"} or not isinstance(scenario["faults"], list):
        raise BadFault(f"{path} has to hold a list of faults: {{faults: [{{kind: delay, seconds: 0.5}}]}}.")
    return tuple(scenario["faults"])


def check_faults(written: Sequence[Json], apis: Sequence[Api]) -> None:
    """Raise BadFault where what is written is no fault, or is for an operation that none of the APIs has.

    It is held against the schema of the control API, which is the one place that describes faults.
    """
    import specs
    from mock_server.control.api import DOCUMENT

    control = specs.load(DOCUMENT)
    validator = compile_schema(_SCHEMA, control.document)
    for index, fault in enumerate(written):
        wrong = violations(validator, fault, _SCHEMA, control.document, control.source, ("body", f"/faults/{index}"))
        if wrong:
            told = "; ".join(f"{v.where}: expected {v.expected}, got {v.got}" for v in wrong[:5])
            raise BadFault(f"The scenario has a fault that is none: {told}.")
        check_operations(as_fault(fault), apis)
