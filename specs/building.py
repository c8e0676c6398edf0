"""From a bundled document to the values of `specs.model`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import unquote

from specs import pointers
from specs.errors import InvalidDocument
from specs.gaps import hidden, incomplete
from specs.model import (
    Callback,
    Example,
    Header,
    Json,
    Link,
    MediaType,
    Operation,
    Parameter,
    RequestBody,
    Response,
    SecurityScheme,
    Webhook,
)
from specs.provenance import EXTENSION, Source
from specs.reading import SourceFile
from specs.servers import base_path
from specs.structure import METHODS

_STYLES = {"query": "form", "cookie": "form", "path": "simple", "header": "simple"}


@dataclass(frozen=True, slots=True)
class Place:
    """A node of the document with what holds there: its pointer (after references) and its source."""

    node: Mapping[str, Any]
    pointer: str
    source: Source


@dataclass
class Builder:
    """Builds the values of one document; collects what is incomplete in `warnings`.

    `own` says that the document has no `x-source`: it is its own documentation, and each fact's section its pointer.
    """

    document: Mapping[str, Any]
    file: SourceFile
    source: Source
    own: bool
    warnings: list[str] = field(default_factory=list)

    def place(
        self, node: Any, pointer: str, inherited: Source, *tokens: str | int, may_be_empty: bool = False
    ) -> Place:
        """The node at `tokens` below `pointer`, references followed; the referring place is its parent."""
        here = pointers.join(pointer, *tokens)
        for token in tokens:
            node = node[token]
        seen: set[str] = set()
        source = inherited
        while isinstance(node, Mapping) and isinstance(node.get("$ref"), str) and node["$ref"].startswith("#"):
            source = source.within(node.get(EXTENSION))
            here = unquote(node["$ref"][1:])
            if here in seen:
                raise self.wrong("a reference that leads to itself", here)
            seen.add(here)
            if not pointers.has(self.document, here):
                raise self.wrong("a reference leads to nothing here", here)
            node = pointers.resolve(self.document, here)
        if node is None and may_be_empty:
            self.warnings.append(f"there is nothing at #{here}")
            node = {}
        if not isinstance(node, Mapping):
            raise self.wrong("an object is expected here", here)
        return Place(node, here, self.at(here, source.within(node.get(EXTENSION))))

    def at(self, pointer: str, source: Source) -> Source:
        """`source`, or in a document that is its own documentation the place itself."""
        return Source(source.page, f"#{pointer}", strength=source.strength) if self.own else source

    def wrong(self, message: str, pointer: str) -> InvalidDocument:
        """An error that says where in the file it is."""
        return InvalidDocument(message, file=self.file.shown, line=self.file.line(pointer), pointer=pointer)

    def section(self, place: Place, name: str, kind: type = dict) -> Any:
        """A member that must be of a kind where it is there; empty where it is not."""
        value = place.node.get(name)
        if value is None:
            return kind()
        if not isinstance(value, kind):
            wanted = "an object" if kind is dict else "a list"
            raise self.wrong(f"`{name}` has to be {wanted}", pointers.join(place.pointer, name))
        return value

    def operations(self) -> tuple[Operation, ...]:
        """All operations of `paths`, in order; ids are unique."""
        root = Place(self.document, "", self.source)
        found: list[Operation] = []
        for path in self.section(root, "paths"):
            if path.startswith("x-"):
                continue
            if path and not path.startswith("/"):
                raise self.wrong(f"the path {path!r} has to begin with /", pointers.join("/paths", path))
            if isinstance(self.document["paths"][path], Mapping):
                item = self.place(self.document["paths"], "/paths", self.source, path)
                found.extend(self._with_callbacks(operation) for operation in self._path(item, path or "/"))
        self.warnings += [*incomplete(found), *hidden(found)]
        return tuple(self._unique(found))

    def webhooks(self) -> tuple[Webhook, ...]:
        """The events of `webhooks`; each has the operation the receiver is to serve."""
        root = Place(self.document, "", self.source)
        events: list[Webhook] = []
        for name in self.section(root, "webhooks"):
            item = self.place(self.document["webhooks"], "/webhooks", self.source, name)
            events.extend(Webhook(name, operation) for operation in self._path(item, "/"))
        return tuple(events)

    def security_schemes(self) -> dict[str, SecurityScheme]:
        """The schemes of the components, by name."""
        schemes: dict[str, SecurityScheme] = {}
        components = Place(
            self.section(Place(self.document, "", self.source), "components"), "/components", self.source
        )
        for name in self.section(components, "securitySchemes"):
            place = self.place(components.node, components.pointer, self.source, "securitySchemes", name)
            node = place.node
            schemes[name] = SecurityScheme(
                name,
                str(node.get("type", "")),
                str(node.get("scheme", "")).lower(),
                str(node.get("in", "")),
                str(node.get("name", "")),
                place.source,
                place.pointer,
            )
        return schemes

    def _path(self, item: Place, path: str) -> Iterable[Operation]:
        verbs: dict[str, tuple[str, ...]] = {method.upper(): (method,) for method in METHODS if method in item.node}
        verbs |= {method: ("additionalOperations", method) for method in self.section(item, "additionalOperations")}
        for method, tokens in sorted(verbs.items(), key=lambda verb: list(item.node).index(verb[1][0])):
            yield self._operation(self.place(item.node, item.pointer, item.source, *tokens), item, path, method)

    def _operation(self, place: Place, item: Place, path: str, method: str) -> Operation:
        node = place.node
        owners = (place, item, Place(self.document, "", self.source))
        servers: list[Any] = next(filter(None, (self.section(owner, "servers", list) for owner in owners)), [])
        parameters = {
            (parameter.location, parameter.name): parameter
            for owner in (item, place)
            for parameter in self._parameters(owner)
        }
        name = node.get("operationId")
        return Operation(
            id=str(name or f"{method.lower()} {path}"),
            method=method,
            path=path,
            base_path=base_path(servers),
            parameters=tuple(parameters.values()),
            body=self._body(place) if node.get("requestBody") else None,
            responses=self._responses(place),
            security=self._security(place),
            source=place.source,
            pointer=place.pointer,
            summary=str(node.get("summary") or ""),
            tags=tuple(map(str, self.section(place, "tags", list))),
            deprecated=bool(node.get("deprecated")),
            extension=node.get(EXTENSION) or {},
            named=bool(name),
        )

    def _security(self, operation: Place) -> tuple[dict[str, tuple[str, ...]], ...]:
        """The ways in: those of the operation, else those of the document."""
        owner = operation if "security" in operation.node else Place(self.document, "", self.source)
        options = self.section(owner, "security", list)
        if not all(isinstance(option, Mapping) for option in options):
            raise self.wrong("`security` has to be a list of objects", pointers.join(owner.pointer, "security"))
        return tuple({scheme: tuple(_list(scopes)) for scheme, scopes in option.items()} for option in options)

    def _with_callbacks(self, operation: Operation) -> Operation:
        """The operation with its callbacks; what they are followed by themselves is not for those who serve it."""
        owner = Place(pointers.resolve(self.document, operation.pointer), operation.pointer, operation.source)
        found: list[Callback] = []
        for name in self.section(owner, "callbacks"):
            place = self.place(owner.node["callbacks"], pointers.join(owner.pointer, "callbacks"), owner.source, name)
            for expression, item in place.node.items():
                if not expression.startswith("x-") and isinstance(item, Mapping):
                    path = self.place(place.node, place.pointer, place.source, expression)
                    found.extend(Callback(name, expression, each) for each in self._path(path, expression))
        return replace(operation, callbacks=tuple(found)) if found else operation

    def _unique(self, operations: list[Operation]) -> Iterable[Operation]:
        seen: set[str] = set()
        for operation in operations:
            name = operation.id
            if name in seen:
                name = f"{operation.method.lower()} {operation.path}"
                self.warnings.append(f"the operationId {operation.id!r} stands twice; one is called {name!r}")
            seen.add(name)
            yield operation if name == operation.id else replace(operation, id=name, named=False)

    def _parameters(self, owner: Place) -> Iterable[Parameter]:
        for index in range(len(self.section(owner, "parameters", list))):
            place = self.place(
                owner.node["parameters"], pointers.join(owner.pointer, "parameters"), owner.source, index
            )
            node = place.node
            if not isinstance(node.get("name"), str) or str(node.get("in")) not in _STYLES:
                raise self.wrong("a parameter needs a `name`, and `in` path, query, header or cookie", place.pointer)
            content, schema = self._said(place)
            style = str(node.get("style") or _STYLES[node["in"]])
            yield Parameter(
                name=node["name"],
                location=node["in"],
                required=bool(node.get("required")) or node["in"] == "path",
                schema=schema,
                style=style,
                explode=bool(node.get("explode", style in ("form", "cookie", "deepObject"))),
                examples=self._examples(place),
                source=place.source,
                pointer=place.pointer,
                extension=node.get(EXTENSION) or {},
                content=content,
                allow_reserved=bool(node.get("allowReserved")),
            )

    def _said(self, place: Place) -> tuple[str | None, Json]:
        """The schema of a parameter or header, and the media type that it has in place of one."""
        for name in self.section(place, "content"):
            media = self.place(place.node, place.pointer, place.source, "content", name, may_be_empty=True)
            return name, media.node.get("schema")
        return None, place.node.get("schema")

    def _body(self, operation: Place) -> RequestBody:
        place = self.place(operation.node, operation.pointer, operation.source, "requestBody")
        return RequestBody(
            bool(place.node.get("required")),
            self._content(place),
            place.source,
            place.pointer,
            place.node.get(EXTENSION) or {},
        )

    def _content(self, owner: Place) -> tuple[MediaType, ...]:
        media: list[MediaType] = []
        for name in self.section(owner, "content"):
            pointer = pointers.join(owner.pointer, "content")
            place = self.place(owner.node["content"], pointer, owner.source, name, may_be_empty=True)
            examples = self._examples(place)
            encoding = self.section(place, "encoding")
            media.append(MediaType(name, place.node.get("schema"), examples, place.source, place.pointer, encoding))
        return tuple(media)

    def _examples(self, owner: Place) -> tuple[Example, ...]:
        examples: list[Example] = []
        if "example" in owner.node:
            pointer = pointers.join(owner.pointer, "example")
            examples.append(Example("default", owner.node["example"], pointer=pointer))
        for name in self.section(owner, "examples"):
            entry = owner.node["examples"][name]
            if not isinstance(entry, Mapping):
                continue
            place = self.place(owner.node["examples"], pointers.join(owner.pointer, "examples"), owner.source, name)
            value = place.node.get("value", place.node.get("dataValue", place.node.get("serializedValue", _NOTHING)))
            if value is not _NOTHING:
                summary = str(place.node.get("summary") or "")
                examples.append(Example(name, value, summary, place.node.get("x-fixture"), place.pointer))
        return tuple(examples)

    def _responses(self, operation: Place) -> tuple[Response, ...]:
        responses: list[Response] = []
        for status in self.section(operation, "responses"):
            if status.startswith("x-"):
                continue
            if not re.fullmatch(r"[1-5](\d\d|XX|xx)|default", status):
                where = pointers.join(operation.pointer, "responses", status)
                raise self.wrong(f"{status!r} is no status: 200, 4XX or default are", where)
            pointer = pointers.join(operation.pointer, "responses")
            place = self.place(operation.node["responses"], pointer, operation.source, status, may_be_empty=True)
            if "description" not in place.node:
                self.warnings.append(f"the response {status} at #{place.pointer} has no description")
            responses.append(
                Response(
                    status.upper() if status != "default" else status,
                    str(place.node.get("description") or ""),
                    self._headers(place),
                    self._content(place),
                    self._links(place),
                    place.source,
                    place.pointer,
                )
            )
        return tuple(responses)

    def _headers(self, owner: Place) -> tuple[Header, ...]:
        headers: list[Header] = []
        for name in self.section(owner, "headers"):
            place = self.place(owner.node["headers"], pointers.join(owner.pointer, "headers"), owner.source, name)
            _, schema = self._said(place)
            headers.append(
                Header(
                    name,
                    bool(place.node.get("required")),
                    schema,
                    place.source,
                    place.pointer,
                    self._examples(place),
                    str(place.node.get("style") or "simple"),
                    bool(place.node.get("explode")),
                )
            )
        return tuple(headers)

    def _links(self, owner: Place) -> tuple[Link, ...]:
        links: list[Link] = []
        for name in self.section(owner, "links"):
            place = self.place(owner.node["links"], pointers.join(owner.pointer, "links"), owner.source, name)
            target = place.node.get("operationId")
            if isinstance(target, str):
                parameters = {key: str(value) for key, value in self.section(place, "parameters").items()}
                links.append(Link(name, target, parameters, place.source, place.pointer))
        return tuple(links)


_NOTHING: Json = object()


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
