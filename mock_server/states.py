"""States as people write them: the seed of an API, state files, and what is given to the control API."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mock_server.simulation.store import Snapshot, as_text, in_order
from mock_server.table import CannotServe

if TYPE_CHECKING:
    from mock_server.options import MockOptions
    from specs import Api

Json = Any
_MEMBERS = ("resources", "next_id", "counts")
_HIGHEST = 2**53
"""The highest number that a state can count on from."""


class BadState(CannotServe):
    """What is no state of an API; the message says why, and where."""


def starting_state(api: Api, options: MockOptions) -> Snapshot:
    """The state in which an API begins: that of the options, else its seed. Raises BadState."""
    given = options.state.get(api.name) if options.state is not None else None
    if given is None:
        given = {"resources": api.seed.resources, "next_id": api.seed.next_id}
    return as_snapshot(api, given)


def as_snapshot(api: Api, given: Json) -> Snapshot:
    """A state as it was written: the resources of a kind are a list, or an object by their ids. Raises BadState."""
    if not isinstance(given, Mapping) or not isinstance(given.get("resources", {}), Mapping):
        raise BadState(f"The state of {api.name} has to be an object with the resources of each kind in `resources`.")
    unknown = [name for name in given if name not in (*_MEMBERS, "source")]
    if unknown:
        raise BadState(f"The state of {api.name} has a member {unknown[0]!r}; it may have: {', '.join(_MEMBERS)}.")
    resources = {kind: _by_id(api, kind, kept) for kind, kept in given.get("resources", {}).items()}
    return {"resources": resources, **{name: _numbers(api, name, given.get(name)) for name in _MEMBERS[1:]}}


def read_states(path: Path) -> Mapping[str, Json]:
    """The states of a file (YAML or JSON), by the names of APIs, as in the answer of the control API.

    Raises SpecError where it cannot be read, BadState where it holds something else.
    """
    from specs.reading import parse

    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadState(f"The state file {path} cannot be read: {error}") from None
    value = parse(text, path)
    states = value.get("apis", value) if isinstance(value, Mapping) else None
    if not isinstance(states, Mapping) or not all(isinstance(state, Mapping) for state in states.values()):
        raise BadState(f"{path} has to hold the states of APIs by their names: {{jobhive: {{resources: ...}}}}.")
    return dict(states)


def _by_id(api: Api, kind: str, kept: Json) -> dict[str, Json]:
    rule = api.rules.resources.get(kind)
    identity, order = (rule.identity, rule.order) if rule else ("id", ())
    if isinstance(kept, Mapping):
        pairs = [(str(key), resource) for key, resource in kept.items()]
    elif isinstance(kept, list | tuple):
        pairs = [(_identity(kind, identity, resource), resource) for resource in kept]
        keys = [key for key, _ in pairs]
        if len(set(keys)) < len(keys):
            twice = next(key for key in keys if keys.count(key) > 1)
            raise BadState(f"Among the resources of kind {kind!r} are two with the id {twice!r}.")
    else:
        raise BadState(f"The resources of kind {kind!r} have to be a list, or an object by their ids.")
    for _, resource in pairs:
        if not isinstance(resource, Mapping):
            raise BadState(f"Among the resources of kind {kind!r} is one that is no object.")
    return {key: in_order(resource, order) for key, resource in pairs}


def _identity(kind: str, identity: str, resource: Json) -> str:
    value = resource.get(identity) if isinstance(resource, Mapping) else None
    if isinstance(value, bool) or not isinstance(value, str | int) or value == "":
        raise BadState(f"Among the resources of kind {kind!r} is one without an id in {identity!r}.")
    return as_text(value)


def _numbers(api: Api, name: str, given: Json) -> dict[str, int]:
    if given is None:
        return {}
    if not isinstance(given, Mapping) or not all(type(n) is int and 0 <= n <= _HIGHEST for n in given.values()):
        raise BadState(f"In the state of {api.name}, {name} has to be an object of whole numbers from 0 to {_HIGHEST}.")
    return dict(given)
