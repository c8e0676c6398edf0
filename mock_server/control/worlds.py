"""The worlds of the mock, listed and forgotten."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING

from mock_server.control.calls import Call, Handler, Json
from mock_server.refusals import Refusal
from mock_server.worlds import COMMON

if TYPE_CHECKING:
    from mock_server.worlds import Worlds


def list_worlds(call: Call) -> Json:
    """All worlds that there are, the common one first, then those that were used last."""
    idle = sorted(_idle(call.worlds).items(), key=lambda one: one[1])
    others = [{"name": name, "idle_seconds": round(seconds, 3)} for name, seconds in idle]
    return {"worlds": [{"name": COMMON}, *others]}


def forget_world(call: Call) -> None:
    """Forget a world: when it is named again, it is made anew."""
    name = call.path("world")
    if name == COMMON:
        raise Refusal(
            "not_permitted", "The common world cannot be forgotten; POST /_mock/api/state/reset begins it anew."
        )
    if name not in _idle(call.worlds):
        raise Refusal("not_found", f"There is no world {name!r}.")
    call.worlds.drop(name)


def _idle(worlds: Worlds) -> Mapping[str, float]:
    """For how many seconds nobody has used each world but the common one; with a shared store, no process."""
    if worlds.stores.shared:
        now = time.time()
        return {name: max(now - used, 0.0) for name, used in worlds.stores.worlds().items() if name != COMMON}
    return {world.name: time.monotonic() - world.used for world in worlds.all()[1:]}


HANDLERS: Mapping[str, Handler] = {"listWorlds": list_worlds, "forgetWorld": forget_world}
