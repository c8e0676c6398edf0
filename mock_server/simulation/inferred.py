"""A state for documents without rules: what was created can be read, listed, changed and deleted.

What nobody has touched is answered as documented: the resource of the documented examples stands for everything that
was there before.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from mock_server.coercion import members, other_members, types
from mock_server.negotiation.menu import Choice, Menu
from mock_server.refusals import Refusal
from mock_server.requests import Request
from mock_server.schemas import compile_schema
from mock_server.simulation.collections import (
    Part,
    answer_schema,
    below,
    place_of_list,
    place_of_object,
    sent_members,
)
from mock_server.simulation.paging import page
from mock_server.simulation.stamps import Stamps

if TYPE_CHECKING:
    from jsonschema_rs import Validator

    from mock_server.served import Served
    from specs import Operation

Json = Any
Resource = Mapping[str, Json]


class InferredPerformer:
    """Performs one operation on the resources of its collection."""

    def __init__(self, operation: Operation, part: Part, served: Served, menu: Menu) -> None:
        self._operation, self._part, self._served, self._menu = operation, part, served, menu
        self._store, self._document = served.store, served.api.document
        self._schema = answer_schema(operation)
        self._validators: dict[str, Validator] = {}
        self._act: Callable[[Request, Choice], Json] = {
            "create": self._create,
            "list": self._list,
            "read": self._read,
            "replace": self._change,
            "change": self._change,
            "delete": self._delete,
        }[part.role]

    def __call__(self, request: Request) -> tuple[Choice, Json] | None:
        """The documented answer that was chosen, and the value to send in place of its value; None where the state has
        nothing to say, and the documented answer stands. Raises Refusal `not_found` for a resource that was deleted.
        """
        if self._is_untouched(request):
            return None
        choice = self._menu.documented(request)
        value = self._act(request, choice)
        return None if value is choice.value else (choice, value)

    def _is_untouched(self, request: Request) -> bool:
        """Whether a request only looks at what nobody has changed."""
        if self._part.role == "read":
            return self._found(request) is None
        if self._part.role == "list":
            return not (self._store.all(self._kind(request)) or self._store.all(self._kind(request, "deleted")))
        return False

    def _create(self, request: Request, choice: Choice) -> Json:
        if self._at is None:
            return choice.value
        sent = request.value if isinstance(request.value, dict) else {}
        identity = self._part.collection.identity
        base, known = _object_at(choice.value, self._at), self._known(sent)
        is_shown = choice.is_example and (known.items() <= base.items() or self._menu.shows(request))
        if is_shown and self._is_free(request, base.get(identity)):
            self._put(request, base[identity], base)
            return choice.value
        given = sent.get(identity)
        named = given if _is_id(given) else self._new_id(choice, base, request)
        made = {**base, **self._stamps.created(base), **known, identity: named}
        body = self._fitting(choice, made, base)
        kept = _object_at(body, self._at)
        if _is_id(kept.get(identity)):
            self._put(request, kept[identity], kept)
        return body

    def _read(self, request: Request, choice: Choice) -> Json:
        found = self._found(request)
        if found is None or self._at is None:
            return choice.value
        return self._fitting(choice, found, _object_at(choice.value, self._at))

    def _change(self, request: Request, choice: Choice) -> Json:
        identity, named = self._part.collection.identity, self._named(request)
        shown = _object_at(choice.value, self._at or ())
        before = self._found(request)
        if before is None and choice.is_example and not _same(shown.get(identity), named):
            return choice.value  # the documented answer speaks of another resource
        if before is None:
            before = shown if choice.is_example else self._documented(request, shown)
        sent = request.value if isinstance(request.value, dict) else {}
        known = self._known(sent) if self._at is not None else sent
        stamped = {} if known.items() <= before.items() else self._stamps.changed(before)
        after = {**before, **stamped, **known, identity: named}
        if choice.media is None or self._at is None:
            self._put(request, named, after)
            return choice.value
        body = self._fitting(choice, after, before)
        self._put(request, named, _object_at(body, self._at))
        return body

    def _documented(self, request: Request, made_up: Resource) -> Resource:
        """What a resource is before it is first changed: the documented one if it is meant, else a made up one."""
        choice = self._reading.documented(request)
        at = place_of_object(answer_schema(self._part.collection.read), self._document, self._sent)
        shown = _object_at(choice.value, at or ())
        is_meant = choice.is_example and _same(shown.get(self._part.collection.identity), self._named(request))
        return shown if is_meant or not made_up else made_up

    @cached_property
    def _reading(self) -> Menu:
        return Menu(self._part.collection.read, self._served)

    @cached_property
    def _sent(self) -> frozenset[str]:
        return sent_members(self._part.collection.create, self._document)

    @cached_property
    def _at(self) -> tuple[str, ...] | None:
        """Where the resource stands in the answer."""
        return place_of_object(self._schema, self._document, self._sent)

    @cached_property
    def _list_at(self) -> tuple[str, ...] | None:
        return place_of_list(self._schema, self._document)

    @cached_property
    def _shape(self) -> Json:
        return below(self._schema, self._at or (), self._document)

    @cached_property
    def _stamps(self) -> Stamps:
        shape = {} if self._shape is None else members(self._shape, self._document)
        return Stamps(shape, self._document, self._served.clock)

    @cached_property
    def _members(self) -> Mapping[str, Json] | None:
        """The members that the answer's resource can have; None where it can have any."""
        named = members(self._shape, self._document) if self._shape is not None else {}
        return None if not named or other_members(self._shape, self._document) is not None else named

    def _delete(self, request: Request, choice: Choice) -> Json:
        self._found(request)
        named = self._named(request)
        self._store.delete(self._kind(request), named)
        self._store.put(self._kind(request, "deleted"), named, {})
        return choice.value

    def _list(self, request: Request, choice: Choice) -> Json:
        kind = self._kind(request)
        kept, deleted = self._store.all(kind), self._kind(request, "deleted")
        at = self._list_at
        if at is None or choice.value is None or not (kept or self._store.all(deleted)):
            return choice.value
        identity = self._part.collection.identity
        documented = choice.value[at[0]] if at else choice.value
        mine = {str(resource[identity]): resource for resource in kept}
        resources = [
            mine.pop(str(one.get(identity)), one)
            for one in documented
            if isinstance(one, dict) and self._store.get(deleted, one.get(identity)) is None
        ]
        resources += mine.values()
        query, parameters = request.parameters.get("query", {}), self._operation.parameters
        body = _listed(choice.value, at, page(resources, query, parameters), len(resources))
        if not self._is_valid(choice, body):  # some of them do not fit into a list: the others are shown
            fitting = [one for one in resources if self._is_valid(choice, _listed(choice.value, at, [one], 1))]
            body = _listed(choice.value, at, page(fitting, query, parameters), len(fitting))
        return body if self._is_valid(choice, body) else choice.value

    def _found(self, request: Request) -> Resource | None:
        named = self._named(request)
        if self._store.get(self._kind(request, "deleted"), named) is not None:
            text = f"{named!r} was deleted."
            raise Refusal("not_found", text, named={"id": named})
        return self._store.get(self._kind(request), named)

    def _put(self, request: Request, identity: Json, resource: Resource) -> None:
        self._store.put(self._kind(request), identity, resource)
        self._store.delete(self._kind(request, "deleted"), identity)

    def _is_free(self, request: Request, identity: Json) -> bool:
        """Whether a documented id has not been given to a resource yet."""
        kinds = (self._kind(request), self._kind(request, "deleted"))
        return _is_id(identity) and all(self._store.get(kind, identity) is None for kind in kinds)

    def _named(self, request: Request) -> Json:
        name = self._part.collection.parameter
        return request.parameters.get("path", {}).get(name, request.path_values.get(name))

    def _kind(self, request: Request, suffix: str = "") -> str:
        """The name of the collection that a request is about, parents included: `/users/7/posts`."""
        path = self._part.collection.path
        for name, value in request.path_values.items():
            if name != self._part.collection.parameter:
                path = path.replace(f"{{{name}}}", value)
        return f"{path} {suffix}".rstrip()

    def _known(self, sent: Mapping[str, Json]) -> dict[str, Json]:
        """The sent members that the answer knows."""
        known = self._members
        return dict(sent) if known is None else {name: value for name, value in sent.items() if name in known}

    def _new_id(self, choice: Choice, base: Resource, request: Request) -> Json:
        """An id that no other resource has: for the first the documented one, where that is not another's."""
        identity = self._part.collection.identity
        documented = base.get(identity) if choice.is_example else None
        if str(documented) not in self._part.collection.shown and self._is_free(request, documented):
            return documented
        schema, is_number, is_free = self._identity_schema
        if is_number:
            shown = base.get(identity)
            first = shown + 1 if isinstance(shown, int) and shown > 0 else 1
            return self._store.next_number(self._kind(request), first)
        if is_free:
            return self._served.chance.uuid()
        number = self._store.count(f"ids of {self._kind(request)}")
        return self._served.generated(schema, f"{self._kind(request)} {number}")

    @cached_property
    def _identity_schema(self) -> tuple[Json, bool, bool]:
        """The schema of the id, whether it is a number, and whether any text will do."""
        schema = members(self._shape, self._document).get(self._part.collection.identity, {})
        resolved = self._served.api.resolve(schema)
        is_number = bool(types(schema, self._document) & {"integer", "number"})
        limits = (
            {"pattern", "enum", "const", "maxLength", "format"} & set(resolved)
            if isinstance(resolved, Mapping)
            else set()
        )
        is_free = not limits or (isinstance(resolved, Mapping) and resolved.get("format") == "uuid")
        return schema, is_number, is_free

    def _fitting(self, choice: Choice, resource: Resource, documented: Resource) -> Json:
        """The answer with this resource in it; where that breaks the schema, with the members of it that don't."""
        at = self._at or ()
        body = _with(choice.value, at, resource)
        if self._is_valid(choice, body):
            return body
        fitting = dict(documented)
        for name, value in resource.items():
            if self._is_valid(choice, _with(choice.value, at, {**fitting, name: value})):
                fitting[name] = value
        body = _with(choice.value, at, fitting)
        return body if self._is_valid(choice, body) else choice.value

    def _is_valid(self, choice: Choice, body: Json) -> bool:
        if choice.media is None or choice.media.schema is None:
            return True
        pointer = choice.media.pointer
        if pointer not in self._validators:
            self._validators[pointer] = compile_schema(choice.media.schema, self._document, "writeOnly")
        return bool(self._validators[pointer].is_valid(body))


def _object_at(body: Json, at: tuple[str, ...]) -> dict[str, Json]:
    for name in at:
        body = body.get(name) if isinstance(body, dict) else None
    return body if isinstance(body, dict) else {}


def _with(body: Json, at: tuple[str, ...], resource: Resource) -> Json:
    return {**(body if isinstance(body, dict) else {}), at[0]: dict(resource)} if at else dict(resource)


def _listed(around: Json, at: tuple[str, ...], shown: list[Json], total: int) -> Json:
    """A list of resources, in what the document has around it."""
    return {**around, **_counts(around, total), at[0]: shown} if at else shown


def _counts(body: Mapping[str, Json], count: int) -> dict[str, int]:
    names = {"total", "count", "totalcount", "total_count", "totalitems", "total_items"}
    return {name: count for name, value in body.items() if name.lower() in names and isinstance(value, int)}


def _is_id(value: Json) -> bool:
    return isinstance(value, str | int) and not isinstance(value, bool) and value != ""


def _same(one: Json, other: Json) -> bool:
    return one is not None and str(one) == str(other)
