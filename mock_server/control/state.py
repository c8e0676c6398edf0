"""The state of a world: read, seeded, reset, restored; one resource edited; provider states brought about by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mock_server.control.calls import Call, Handler, Json
from mock_server.refusals import Refusal
from mock_server.served import Served
from mock_server.simulation.kinds import Kind
from mock_server.simulation.store import Resource, Snapshot, as_text
from mock_server.states import BadState


def read_state(call: Call) -> Json:
    """The whole state of all APIs, or of the one that is asked for: a snapshot that can be restored."""
    return {"apis": {served.api.name: served.store.snapshot() for served in _asked(call)}}


def restore_state(call: Call) -> Json:
    """Keep what is sent, and nothing else of the APIs that it names."""
    snapshots = list(_sent(call))
    for served, snapshot in snapshots:
        served.store.restore(snapshot)
    return {"apis": {served.api.name: served.store.snapshot() for served, _ in snapshots}}


def seed_state(call: Call) -> Json:
    """Add what is sent to what is there; a resource of the same id is replaced."""
    snapshots = list(_sent(call))
    for served, snapshot in snapshots:
        with served.store.transaction():
            for kind, resources in snapshot["resources"].items():
                for identity, resource in resources.items():
                    served.store.put(kind, identity, resource)
    return {"apis": {served.api.name: served.store.snapshot() for served, _ in snapshots}}


def reset_state(call: Call) -> None:
    """Begin again: the seed state, the first ids."""
    for served in _asked(call):
        served.store.reset()
        served.chance.restart()


def read_resource(call: Call) -> Json:
    """One resource."""
    return _found(call, call.served(call.path("api")))


def edit_resource(call: Call) -> Json:
    """Change members of a resource, whatever the rules permit clients."""
    served = call.served(call.path("api"))
    member = _kind(call, served).identity
    with served.store.transaction():
        before = _found(call, served)
        if call.body.get(member, before.get(member)) != before.get(member):
            raise Refusal("not_permitted", f"{member!r} is the id of the resource: it stays as it is.")
        return _keep(call, served, {**before, **call.body})


def put_resource(call: Call) -> Json:
    """Keep a resource, in place of one with the same id."""
    served, identity = call.served(call.path("api")), call.path("id")
    member = _kind(call, served).identity
    if as_text(call.body.get(member, identity)) != identity:
        raise Refusal("not_permitted", f"The body has another {member!r} than the {identity!r} of the path.")
    return _keep(call, served, call.body)


def delete_resource(call: Call) -> None:
    """Forget a resource."""
    served = call.served(call.path("api"))
    with served.store.transaction():
        _found(call, served)
        served.store.delete(_kind(call, served).name, call.path("id"))


def _asked(call: Call) -> list[Served]:
    name = call.query("api")
    return call.all_served() if name is None else [call.served(name)]


def _sent(call: Call) -> Iterator[tuple[Served, Snapshot]]:
    for name, state in call.body["apis"].items():
        served = call.served(name)
        yield served, served.kinds.snapshot(state)


def _kind(call: Call, served: Served) -> Kind:
    try:
        return served.kinds.find(call.path("kind"))
    except BadState as error:
        raise Refusal("not_found", str(error)) from None


def _found(call: Call, served: Served) -> Resource:
    kind, identity = _kind(call, served), call.path("id")
    found = served.store.get(kind.name, identity)
    if found is None:
        some = [str(one.get(kind.identity)) for one in served.store.all(kind.name)[:_SOME]]
        raise Refusal("not_found", f"There is no {kind.name} {identity!r}; there are: {', '.join(some) or 'none'}.")
    return found


def _keep(call: Call, served: Served, resource: Resource) -> Resource:
    kind, identity = _kind(call, served), str(call.path("id"))
    kept = served.kinds.fitted(kind, identity, resource)
    served.store.put(kind.name, identity, kept)
    return kept


_SOME = 10
"""How many resources are named where another was asked for."""

HANDLERS: Mapping[str, Handler] = {
    "readState": read_state,
    "restoreState": restore_state,
    "seedState": seed_state,
    "resetState": reset_state,
    "readResource": read_resource,
    "editResource": edit_resource,
    "putResource": put_resource,
    "deleteResource": delete_resource,
}
