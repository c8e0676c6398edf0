"""The faults of a world: listed, added, replaced, taken out of force."""

from __future__ import annotations

from collections.abc import Mapping

from mock_server.answers import Answer
from mock_server.control.calls import Call, Handler, Json, created
from mock_server.faults import Fault, Struck, as_fault, as_json, check_operations
from mock_server.refusals import Refusal


def list_faults(call: Call) -> Json:
    """The faults in force."""
    if call.world.settings is not None:
        call.world.settings.refresh()
    return {"faults": [_shown(struck) for struck in call.world.faults.in_force]}


def add_fault(call: Call) -> Answer:
    """Let something go wrong, beside what does already."""
    wanted = _wanted(call, call.body)
    with call.world.changing():
        if len(call.world.faults.in_force) >= _MOST:
            text = f"{_MOST} faults are in force; DELETE /_mock/api/faults takes all of them out."
            raise Refusal("not_permitted", text)
        return created(_shown(call.world.faults.add(wanted)))


def replace_faults(call: Call) -> Json:
    """Let these things go wrong, in place of what does."""
    wanted = [_wanted(call, each) for each in call.body["faults"]]
    with call.world.changing():
        call.world.faults.replace(wanted)
    return list_faults(call)


def clear_faults(call: Call) -> None:
    """Let nothing go wrong any more."""
    with call.world.changing():
        call.world.faults.replace(())


def remove_fault(call: Call) -> None:
    """Take one fault out of force."""
    with call.world.changing():
        removed = call.world.faults.remove(call.path("fault"))
    if not removed:
        raise Refusal("not_found", f"No fault {call.path('fault')!r} is in force.")


def _wanted(call: Call, written: Mapping[str, Json]) -> Fault:
    fault = as_fault(written)
    check_operations(fault, [served.api for served in call.table.apis])
    return fault


def _shown(struck: Struck) -> Json:
    return {"id": struck.id, "fault": as_json(struck.fault), "struck": struck.count, "left": struck.left}


_MOST = 1000

HANDLERS: Mapping[str, Handler] = {
    "listFaults": list_faults,
    "addFault": add_fault,
    "replaceFaults": replace_faults,
    "clearFaults": clear_faults,
    "removeFault": remove_fault,
}
