"""The clock of a world: read, frozen, set, advanced, and real again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from mock_server.control.calls import Call, Handler, Json
from mock_server.refusals import Refusal
from mock_server.simulation.clock import BadTime, moment, written


def read_clock(call: Call) -> Json:
    """The time of the world, and whether it passes."""
    if call.world.settings is not None:
        call.world.settings.refresh()
    clock = call.world.clock
    return {"mode": clock.mode, "now": written(clock.now(), "milliseconds")}


def set_clock(call: Call) -> Json:
    """Stand still, go on from a time, or show the real one."""
    clock, mode, at = call.world.clock, call.body["mode"], call.body.get("at")
    try:
        time = moment(at) if at is not None else None
    except BadTime as error:
        raise Refusal("invalid", str(error)) from None
    if time is not None and mode == "real":
        raise Refusal("invalid", "A clock that shows the real time takes no `at`: the mode `set` goes on from a time.")
    with call.world.changing():
        if mode == "frozen":
            clock.freeze(time)
        elif time is not None and mode == "set":
            clock.set(time)
        else:
            clock.run()
    return read_clock(call)


def advance_clock(call: Call) -> Json:
    """Let time pass at once."""
    try:
        with call.world.changing():
            call.world.clock.advance(timedelta(seconds=call.body["seconds"]))
    except (BadTime, OverflowError):
        raise Refusal("invalid", "The clock shows the years 1 to 9999.") from None
    return read_clock(call)


HANDLERS: Mapping[str, Handler] = {"readClock": read_clock, "setClock": set_clock, "advanceClock": advance_clock}
