"""Provider states: what a contract suite asks to be true, by the names that the rules give to states."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from mock_server.control.calls import Call, Handler, Json
from mock_server.refusals import Refusal
from mock_server.served import Served
from mock_server.simulation.effects import Turn, compile_value
from mock_server.simulation.store import in_order
from mock_server.states import starting_state

if TYPE_CHECKING:
    from specs import Resource, State


def provide_state(call: Call) -> Json:
    """Bring about a state; the resource that is in it.

    It is a new one, made after one of the seed, so that it is as it was whatever has happened to the others. Where the
    rules do not say how resources are named, that of the seed is put back in its place.
    """
    wanted, api = call.body["state"], call.body.get("api")
    for served in [call.served(api)] if api is not None else call.all_served():
        for name, resource, state in _known(served):
            if _plain(name) == _plain(wanted):
                with served.store.transaction():
                    return _brought_about(served, resource, state)
    known = [name for served in call.all_served() if api in {None, served.api.name} for name, *_ in _known(served)]
    raise Refusal("not_found", f"There is no state {wanted!r}; there are: {', '.join(known) or 'none'}.")


def _known(served: Served) -> Iterator[tuple[str, Resource, State | None]]:
    for resource in served.api.rules.resources.values():
        for state in resource.states:
            yield state.name, resource, state
        yield resource.phrase, resource, None


def _brought_about(served: Served, resource: Resource, state: State | None) -> Json:
    wanted = {resource.state_field: state.value} if state is not None and resource.state_field else {}
    begun_with = list(starting_state(served.api, served.options)["resources"].get(resource.name, {}).values())
    found = [*begun_with, *served.store.all(resource.name)]
    if not found:
        raise Refusal("not_found", f"There is no {resource.name} to be brought into a state: seed one first.")
    model = next((one for one in found if wanted.items() <= one.items()), found[0])
    made = {**model, **wanted}
    if resource.new_id is not None:
        made[resource.identity] = _new_id(served, resource)
    made = in_order(made, resource.order)
    served.store.put(resource.name, made[resource.identity], made)
    return made


def _new_id(served: Served, resource: Resource) -> Json:
    from specs import Value

    return compile_value(Value("new"), resource.identity, resource, served.workshop)(Turn(None, {}))


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.lower())


HANDLERS: Mapping[str, Handler] = {"provideState": provide_state}
