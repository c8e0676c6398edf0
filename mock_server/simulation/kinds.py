"""The kinds of resources that an API keeps, and what its document says of them; what people write is held to it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cached_property
from typing import TYPE_CHECKING, Any

from mock_server.coercion import members, types
from mock_server.schemas import compile_schema, violations
from mock_server.simulation.collections import answer_schema, below, infer, place_of_object, sent_members
from mock_server.simulation.store import Snapshot, as_text, in_order
from mock_server.states import BadState, as_snapshot
from specs.pointers import split

if TYPE_CHECKING:
    from jsonschema_rs import Validator

    from mock_server.options import MockOptions
    from mock_server.violations import Violation
    from specs import Api

Json = Any
_PARAMETER = re.compile(r"\\\{[^{}]+\\\}")
_DELETED = " deleted"
_TOLD = 3
"""How many violations are told."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of resources.

    `schema` is that of a resource in an answer, None where no answer shows one; `beside` are members of it that are not
    kept, but said by each answer. `template` is the path of the collection where nothing but that tells of the kind.
    """

    name: str
    identity: str
    order: Sequence[str] = ()
    schema: Json = None
    beside: frozenset[str] = frozenset()
    template: str = ""


class Kinds:
    """The kinds of one API: those of its rules, else the collections that its paths speak of."""

    def __init__(self, api: Api, options: MockOptions) -> None:
        """The options say whether what contradicts the document is kept all the same (`lenient`)."""
        self._api, self._options = api, options
        self._validators: dict[str, Validator] = {}
        self._models: dict[str, Mapping[str, Json]] = {}

    @cached_property
    def _known(self) -> dict[str, Kind]:
        found = _ruled(self._api) if self._api.rules.behaviours else _inferred(self._api)
        return {kind.name: kind for kind in found}

    def find(self, name: str) -> Kind:
        """The kind of a name; of a collection it is the path, `users/7/posts`. Raises BadState."""
        if name in self._known:
            return self._known[name]
        path = "/" + name.removesuffix(_DELETED).strip("/")
        for kind in self._known.values():
            if kind.template and re.fullmatch(_PARAMETER.sub("[^/]+", re.escape(kind.template)), path):
                if name.endswith(_DELETED):  # that a documented resource was deleted is kept, too
                    return replace(kind, name=path + _DELETED, schema=None)
                return replace(kind, name=path)
        near = get_close_matches(name, self._known, 3) or list(self._known)[:20]
        raise BadState(f"{self._api.name} keeps no {name!r}; the kinds of resources are: {', '.join(near) or 'none'}.")

    def snapshot(self, given: Json) -> Snapshot:
        """A state as it is kept: one that people write, or a snapshot (with `next_id` and `counts`), whose resources
        stay as they are. Raises BadState.
        """
        snapshot = as_snapshot(self._api, given)
        is_written = not snapshot.keys() <= given.keys()
        resources: dict[str, dict[str, Json]] = {}
        for name, kept in snapshot["resources"].items():
            kind = self.find(name)
            fitted = {key: self.fitted(kind, key, one) for key, one in kept.items()} if is_written else kept
            resources.setdefault(kind.name, {}).update(fitted)
        return {**snapshot, "resources": resources}

    def fitted(self, kind: Kind, key: str, given: Mapping[str, Json]) -> dict[str, Json]:
        """A resource as it is kept: with its id, and with what the document requires of it and was left out, taken from
        a resource of the seed or from an example. Raises BadState where the document does not permit it.
        """
        if kind.name.endswith(_DELETED):
            return dict(given)
        resource = {**given} if kind.identity in given else {kind.identity: self._as_documented(kind, key), **given}
        identity = resource[kind.identity]
        if isinstance(identity, bool) or not isinstance(identity, str | int) or as_text(identity) != key or not key:
            raise BadState(f"The {kind.name} {key!r} has another id in {kind.identity!r}: {identity!r}.")
        if kind.schema is not None and not self._options.lenient:
            resource = self._completed(kind, key, resource)
        return in_order(resource, kind.order)

    def _as_documented(self, kind: Kind, key: str) -> str | int:
        """An id as the document has it: a number where it cannot be a text."""
        document, rule = self._api.document, self._api.rules.resources.get(kind.name)
        admitted = types(members(kind.schema, document).get(kind.identity), document) if kind.schema else {"string"}
        numbered = rule is not None and "next" in (rule.new_id or {"next": 1})
        return int(key) if key.isdecimal() and (numbered or "string" not in admitted) else key

    def _completed(self, kind: Kind, key: str, resource: dict[str, Json]) -> dict[str, Json]:
        wrong = self._wrong(kind, resource)
        if not wrong:
            return resource
        lacking = [split(one.where)[0] for one in wrong if one.keyword == "required" and one.where.count("/") == 1]
        model = self._model(kind)
        completed = {**{name: model[name] for name in lacking if name in model}, **resource}
        for tried in (completed, {**model, **resource}):
            wrong = self._wrong(kind, tried)
            if not wrong:
                return tried
        told = "; ".join(f"{one.where}: expected {one.expected}, got {one.got} ({one.source})" for one in wrong[:_TOLD])
        raise BadState(f"The {kind.name} {key!r} is not as documented: {told}. With --lenient it would be kept.")

    def _wrong(self, kind: Kind, resource: Json) -> list[Violation]:
        key, document = kind.template or kind.name, self._api.document
        if key not in self._validators:
            self._validators[key] = compile_schema(kind.schema, document, "writeOnly")
        if self._validators[key].is_valid(resource):
            return []
        found = violations(self._validators[key], resource, kind.schema, document, self._api.source, ("body", ""))
        return [one for one in found if one.keyword != "required" or one.where[1:] not in kind.beside]

    def _model(self, kind: Kind) -> Mapping[str, Json]:
        """A resource of this kind: of the seed, else made up."""
        if kind.name not in self._models:
            first = next(iter(self._api.seed.resources.get(kind.name, ())), None)
            self._models[kind.name] = self._made_up(kind) if first is None else first
        return self._models[kind.name]

    def _made_up(self, kind: Kind) -> Mapping[str, Json]:
        from mock_server.generation import CannotGenerate, Generator

        try:
            made = Generator(self._api.document, self._options.seed).value(kind.schema, f"a resource of {kind.name}")
        except CannotGenerate:
            return {}
        return made if isinstance(made, Mapping) else {}


def check_states(states: Mapping[str, Json], apis: Iterable[Api], options: MockOptions) -> Mapping[str, Json]:
    """The states of several APIs by their names, as they are kept; those of others stay. Raises BadState.

    A snapshot of more APIs than are served is one to begin with, too; but where none of them is served, none is meant.
    """
    served = {api.name: api for api in apis}
    if states and not states.keys() & served.keys():
        raise BadState(f"There are states of {', '.join(states)}; but served are: {', '.join(served) or 'none'}.")
    return {
        name: Kinds(served[name], options).snapshot(state) if name in served else state
        for name, state in states.items()
    }


def _ruled(api: Api) -> Iterator[Kind]:
    shown = dict(_shown(api))
    for rule in list(api.rules.resources.values()):
        for member, (name, _) in rule.embeds.items():
            if rule.name in shown and name not in shown:
                embedded = members(shown[rule.name][0], api.document).get(member)
                shown[name] = embedded, frozenset()
    for rule in api.rules.resources.values():
        schema, beside = shown.get(rule.name, (None, frozenset[str]()))
        yield Kind(rule.name, rule.identity, rule.order, schema, beside | rule.embeds.keys())


def _shown(api: Api) -> Iterator[tuple[str, tuple[Json, frozenset[str]]]]:
    """The schemas of resources in answers, with the members that stand there but are not kept."""
    for behaviour in api.rules.behaviours.values():
        if behaviour.output is None or behaviour.action == "list" or behaviour.operation not in api.by_id:
            continue
        schema = answer_schema(api.by_id[behaviour.operation])
        place = tuple(split(behaviour.output))
        if schema is not None:
            said = (split(answered.at) for answered in behaviour.answer)
            beside = frozenset(path[-1] for path in said if tuple(path[:-1]) == place)
            yield behaviour.resource, (below(schema, place, api.document), beside)


def _inferred(api: Api) -> Iterator[Kind]:
    for path, collection in {part.collection.path: part.collection for part in infer(api).values()}.items():
        schema, sent = answer_schema(collection.read), sent_members(collection.create, api.document)
        at = place_of_object(schema, api.document, sent)
        shape = None if at is None else below(schema, at, api.document)
        order = () if shape is None else tuple(members(shape, api.document))
        yield Kind(path, collection.identity, order, shape, template=path)
