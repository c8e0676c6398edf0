"""A state for documents without rules: what was created can be read, listed, changed and deleted.

What nobody has touched is answered as documented: the resource of the documented examples stands for everything that
was there before.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from mock_server.coercion import members, other_members, types
from mock_server.negotiation.menu import Choice, Menu
from mock_server.refusals import Refusal
from mock_server.requests import Request
from mock_server.schemas import compile_schema
from mock_server.simulation.collections import Part, answer_schema, below, place_of_list, place_of_object
from mock_server.simulation.paging import page

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

    def __call__(self, request: Request) -> tuple[Choice, Json]:
        """The documented answer that was chosen, and the value to send in place of its value.

        Raises Refusal `not_found` for a resource that was deleted.
        """
        choice = self._menu.documented(request)
        return choice, self._act(request, choice)

    def _create(self, request: Request, choice: Choice) -> Json:
        sent = request.value if isinstance(request.value, dict) else {}
        at = place_of_object(self._schema, self._document, frozenset(sent))
        if at is None:
            return choice.value
        identity = self._part.collection.identity
        base = _object_at(choice.value, at)
        number = sent.get(identity)
        made = {
            **base,
            **self._known(sent, at),
            identity: number if _is_id(number) else self._new_id(base, at, request),
        }
        body = self._fitting(choice, at, made, base)
        kept = _object_at(body, at)
        if _is_id(kept.get(identity)):
            self._put(request, kept[identity], kept)
        return body

    def _read(self, request: Request, choice: Choice) -> Json:
        found = self._found(request)
        if found is None:
            return choice.value
        at = place_of_object(self._schema, self._document, frozenset(found))
        return choice.value if at is None else self._fitting(choice, at, found, _object_at(choice.value, at))

    def _change(self, request: Request, choice: Choice) -> Json:
        sent = request.value if isinstance(request.value, dict) else {}
        named = self._named(request)
        at = place_of_object(self._schema, self._document, frozenset(sent)) or ()
        documented = _object_at(choice.value, at)
        before = self._found(request)
        if before is None and not _same(documented.get(self._part.collection.identity), named):
            return choice.value
        before = before if before is not None else documented
        identity = self._part.collection.identity
        after = {**before, **self._known(sent, at), identity: before.get(identity, named)}
        body = self._fitting(choice, at, after, dict(before)) if choice.media is not None else None
        self._put(request, named, _object_at(body, at) if body is not None else after)
        return body

    def _delete(self, request: Request, choice: Choice) -> Json:
        self._found(request)
        named = self._named(request)
        self._store.delete(self._kind(request), named)
        self._store.put(self._kind(request, "deleted"), named, {})
        return choice.value

    def _list(self, request: Request, choice: Choice) -> Json:
        kind = self._kind(request)
        kept, deleted = self._store.all(kind), self._kind(request, "deleted")
        at = place_of_list(self._schema, self._document)
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
        shown = page(resources, request.parameters.get("query", {}), self._operation.parameters)
        body = {**choice.value, **_counts(choice.value, len(resources)), at[0]: shown} if at else shown
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

    def _known(self, sent: Mapping[str, Json], at: tuple[str, ...]) -> dict[str, Json]:
        """The sent members that the answer knows."""
        schema = below(self._schema, at, self._document)
        named = members(schema, self._document) if schema is not None else {}
        if not named or other_members(schema, self._document) is not None:
            return dict(sent)
        return {name: value for name, value in sent.items() if name in named}

    def _new_id(self, base: Resource, at: tuple[str, ...], request: Request) -> Json:
        identity = self._part.collection.identity
        schema = members(below(self._schema, at, self._document), self._document).get(identity, {})
        if types(schema, self._document) & {"integer", "number"}:
            shown = base.get(identity)
            first = shown + 1 if isinstance(shown, int) and shown > 0 else 1
            return self._store.next_number(self._kind(request), first)
        resolved = self._served.api.resolve(schema)
        if isinstance(resolved, Mapping) and (
            resolved.get("format") == "uuid" or not {"pattern", "enum"} & set(resolved)
        ):
            return self._served.chance.uuid()
        number = self._store.count(f"ids of {self._kind(request)}")
        return self._served.generated(schema, f"{self._kind(request)} {number}")

    def _fitting(self, choice: Choice, at: tuple[str, ...], resource: Resource, documented: Resource) -> Json:
        """The answer with this resource in it; where that breaks the schema, with the members of it that don't."""
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


def _counts(body: Mapping[str, Json], count: int) -> dict[str, int]:
    names = {"total", "count", "totalcount", "total_count", "totalitems", "total_items"}
    return {name: count for name, value in body.items() if name.lower() in names and isinstance(value, int)}


def _is_id(value: Json) -> bool:
    return isinstance(value, str | int) and not isinstance(value, bool) and value != ""


def _same(one: Json, other: Json) -> bool:
    return one is not None and str(one) == str(other)
