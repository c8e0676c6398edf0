"""Resources that a document's paths speak of: `POST /things` makes one, `/things/{id}` is one, `GET /things` lists."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from mock_server.coercion import items, members, types
from mock_server.schemas import resolve

if TYPE_CHECKING:
    from specs import Api, Operation

Json = Any
Role = Literal["create", "list", "read", "replace", "change", "delete"]

_ITEM = re.compile(r"(?P<collection>.*?)/\{(?P<parameter>[^{}/]+)\}/?")
_ITEM_ROLES: Mapping[str, Role] = {"GET": "read", "PUT": "replace", "PATCH": "change", "DELETE": "delete"}
_DEEPEST = 8
_IDENTITIES = ("id", "uuid", "key", "slug", "code", "name")


@dataclass(frozen=True)
class Collection:
    """A path of resources. `parameter` is the path parameter that names one, `identity` the member that does, `create`
    and `read` the operations that make and show one, `list` the one that shows all, if there is one.
    """

    path: str
    parameter: str
    identity: str
    create: Operation
    read: Operation
    list: Operation | None = None

    @cached_property
    def shown(self) -> frozenset[str]:
        """The ids of the resources that the documented examples say are there."""
        showing = (operation for operation in (self.read, self.list) if operation is not None)
        content = (media for operation in showing if operation.success for media in operation.success.content)
        return frozenset(_ids(self.identity, [example.value for media in content for example in media.examples]))


def _ids(identity: str, value: Json, depth: int = 0) -> Iterator[str]:
    """The values of all members of this name."""
    inner: Iterable[Json] = value if isinstance(value, list) else ()
    if isinstance(value, Mapping):
        inner = value.values()
        if isinstance(value.get(identity), str | int):
            yield str(value[identity])
    if depth < _DEEPEST:
        for each in inner:
            yield from _ids(identity, each, depth + 1)


@dataclass(frozen=True, slots=True)
class Part:
    """What an operation does with a collection."""

    role: Role
    collection: Collection


def infer(api: Api) -> dict[str, Part]:
    """The operations that create, read, list, change and delete resources, by id.

    A collection is one only where what was created can be read: there has to be a POST on it, a GET on its items, and
    a member by which the item that was read is told from others.
    """
    by_path: dict[str, dict[str, Operation]] = {}
    for operation in api.operations:
        by_path.setdefault(operation.path.rstrip("/"), {})[operation.method] = operation
    found: dict[str, Part] = {}
    for path, methods in by_path.items():
        match = _ITEM.fullmatch(path)
        above = by_path.get(match["collection"], {}) if match else {}
        if match is None or "POST" not in above or "GET" not in methods:
            continue
        identity = _identity(match["parameter"], methods["GET"], api.document)
        if identity is None or not _takes_object(above["POST"], api.document):
            continue
        create, read = above["POST"], methods["GET"]
        collection = Collection(match["collection"], match["parameter"], identity, create, read, above.get("GET"))
        found.update(_parts(collection, above, methods))
    return found


def _parts(
    collection: Collection, above: Mapping[str, Operation], item: Mapping[str, Operation]
) -> Iterator[tuple[str, Part]]:
    yield above["POST"].id, Part("create", collection)
    if "GET" in above:
        yield above["GET"].id, Part("list", collection)
    for method, role in _ITEM_ROLES.items():
        if method in item:
            yield item[method].id, Part(role, collection)


def _identity(parameter: str, read: Operation, document: Json) -> str | None:
    """The member that holds what the path parameter names: of the same name, else `id` and the like."""
    schema = answer_schema(read)
    at = place_of_object(schema, document, frozenset())
    names = members(below(schema, at, document), document) if at is not None else {}
    plain = {_plain(name): name for name in names}
    usual = _IDENTITIES if _plain(parameter).endswith(_IDENTITIES) else ("id",)
    wanted = [parameter, *usual]
    return next((plain[_plain(name)] for name in wanted if _plain(name) in plain), None)


def _plain(name: str) -> str:
    return name.replace("_", "").replace("-", "").lower()


def answer_schema(operation: Operation) -> Json:
    """The schema of an operation's JSON success."""
    success = operation.success
    return next((media.schema for media in success.content if media.is_json), None) if success else None


def sent_members(operation: Operation, document: Json) -> frozenset[str]:
    """The members that the JSON body of an operation may have."""
    content = operation.body.content if operation.body else ()
    return frozenset(name for media in content if media.is_json for name in members(media.schema, document))


def _takes_object(operation: Operation, document: Json) -> bool:
    content = operation.body.content if operation.body else ()
    return any("object" in types(media.schema, document) for media in content if media.schema is not None)


def place_of_object(schema: Json, document: Json, sent: frozenset[str]) -> tuple[str, ...] | None:
    """Where the resource stands in an answer: at the root, or in the one member that is an object and has more in
    common with what was sent. None where there is no object.
    """
    if schema is None or "object" not in types(schema, document):
        return None
    named = members(schema, document)
    inner = [name for name, member in named.items() if types(member, document) == {"object"}]
    if len(inner) == 1 and not set(_IDENTITIES) & set(named):
        shared = len(sent & set(members(named[inner[0]], document)))
        if shared >= len(sent & set(named)) and members(named[inner[0]], document):
            return (inner[0],)
    return ()


def place_of_list(schema: Json, document: Json) -> tuple[str, ...] | None:
    """Where the resources stand in the answer of a list: at the root, or in its one member that is an array."""
    if schema is None:
        return None
    kinds = types(schema, document)
    if kinds == {"array"}:
        return () if "object" in types(items(schema, document), document) else None
    named = members(schema, document)
    arrays = [name for name, member in named.items() if types(member, document) == {"array"}]
    return (arrays[0],) if len(arrays) == 1 else None


def below(schema: Json, at: tuple[str, ...], document: Json) -> Json:
    """The schema of the place `at` of an object."""
    for name in at:
        schema = members(schema, document).get(name)
    return resolve(schema, document)
