"""The worlds of the mock, listed and forgotten."""

from __future__ import annotations

import time
from collections.abc import Mapping

from mock_server.control.calls import Call, Handler, Json
from mock_server.refusals import Refusal
from mock_server.worlds import COMMON, World


def list_worlds(call: Call) -> Json:
    """All worlds that there are."""
    return {"worlds": [_shown(world) for world in call.worlds.all()]}


def forget_world(call: Call) -> None:
    """Forget a world: when it is named again, it is made anew."""
    name = call.path("world")
    if name == COMMON:
        raise Refusal(
            "not_permitted", "The common world cannot be forgotten; POST /_mock/api/state/reset begins it anew."
        )
    if not call.worlds.drop(name) and not call.worlds.stores.shared:
        raise Refusal("not_found", f"There is no world {name!r}.")


def _shown(world: World) -> Json:
    if world.name == COMMON:
        return {"name": COMMON}
    return {"name": world.name, "idle_seconds": round(time.monotonic() - world.used, 3)}


HANDLERS: Mapping[str, Handler] = {"listWorlds": list_worlds, "forgetWorld": forget_world}
