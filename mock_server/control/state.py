"""The state of a world: read, seeded, reset, restored; one resource edited; provider states brought about by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mock_server.control.calls import Call, Handler, Json
from mock_server.refusals import Refusal
from mock_server.served import Served
from mock_server.simulation.store import Resource, Snapshot, as_text, in_order
from mock_server.states import as_snapshot


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
    member = _identity(served, call.path("kind"))
    with served.store.transaction():
        before = _found(call, served)
        if call.body.get(member, before.get(member)) != before.get(member):
            raise Refusal("not_permitted", f"{member!r} is the id of the resource: it stays as it is.")
        return _keep(call, served, {**before, **call.body})


def put_resource(call: Call) -> Json:
    """Keep a resource, in place of one with the same id."""
    served, identity = call.served(call.path("api")), call.path("id")
    member = _identity(served, call.path("kind"))
    if as_text(call.body.get(member, identity)) != identity:
        raise Refusal("not_permitted", f"The body has another {member!r} than the {identity!r} of the path.")
    return _keep(call, served, {member: _as_the_api_counts(served, call), **call.body})


def delete_resource(call: Call) -> None:
    """Forget a resource."""
    served = call.served(call.path("api"))
    with served.store.transaction():
        _found(call, served)
        served.store.delete(call.path("kind"), call.path("id"))


def _asked(call: Call) -> list[Served]:
    name = call.query("api")
    return call.all_served() if name is None else [call.served(name)]


def _sent(call: Call) -> Iterator[tuple[Served, Snapshot]]:
    for name, state in call.body["apis"].items():
        served = call.served(name)
        yield served, as_snapshot(served.api, state)


def _found(call: Call, served: Served) -> Resource:
    kind, identity = call.path("kind"), call.path("id")
    found = served.store.get(kind, identity)
    if found is None:
        kinds = ", ".join(served.store.snapshot()["resources"]) or "none"
        raise Refusal("not_found", f"There is no {kind} {identity!r}; the kinds of resources are: {kinds}.")
    return found


def _keep(call: Call, served: Served, resource: Resource) -> Resource:
    rule = served.api.rules.resources.get(call.path("kind"))
    kept = in_order(resource, rule.order if rule else ())
    served.store.put(call.path("kind"), call.path("id"), kept)
    return kept


def _as_the_api_counts(served: Served, call: Call) -> str | int:
    """The id of the path; a number where the API numbers its resources."""
    rule, identity = served.api.rules.resources.get(call.path("kind")), str(call.path("id"))
    numbered = rule is not None and "next" in (rule.new_id or {"next": 1})
    return int(identity) if numbered and identity.isdecimal() else identity


def _identity(served: Served, kind: str) -> str:
    rule = served.api.rules.resources.get(kind)
    return rule.identity if rule else "id"


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
