"""Swagger 2.0 made OpenAPI 3.1: bodies leave the parameters, media types move to where they are used."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from specs import pointers
from specs.conversion import VERSION, rewrite, schema_from_30
from specs.structure import METHODS

Json = Any
Node = dict[str, Json]

FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")
_JSON = ["application/json"]
_BYTES = {"type": "string", "contentMediaType": "application/octet-stream"}

_SECTIONS = {
    "#/definitions/": "#/components/schemas/",
    "#/parameters/": "#/components/parameters/",
    "#/responses/": "#/components/responses/",
}
_FLOWS = {"accessCode": "authorizationCode", "application": "clientCredentials"}
_STYLES = {"ssv": "spaceDelimited", "pipes": "pipeDelimited", "tsv": "tabDelimited"}
"""Styles by `collectionFormat`; OpenAPI 3 has none for tabs, so that `tabDelimited` is a word of our own."""
_MOVED = frozenset(("name", "in", "required", "description", "collectionFormat", "allowEmptyValue", "$ref", "schema"))
"""Members of a parameter or header that do not belong to its schema."""


def convert(document: Node, warnings: list[str]) -> Node:
    """A Swagger 2.0 document, its references inside itself, as OpenAPI 3.1; what is lost is told in `warnings`."""
    return Conversion(document, warnings).document()


class Conversion:
    """The conversion of one document; what is lost on the way is told in `warnings`."""

    def __init__(self, old: Node, warnings: list[str]) -> None:
        self.old, self.warnings = old, warnings
        self.consumes = _names(old.get("consumes"))
        self.produces = _names(old.get("produces"))

    def document(self) -> Node:
        """The document as OpenAPI 3.1."""
        old = self.old
        kept = ("info", "tags", "externalDocs", "security")
        new: Node = {"openapi": VERSION} | {key: old[key] for key in kept if key in old} | _extensions(old)
        if servers := self._servers():
            new["servers"] = servers
        new["paths"] = {
            path: item if path.startswith("x-") else self._path(item) for path, item in _dict(old.get("paths")).items()
        }
        components = {
            "schemas": {name: self.schema(schema) for name, schema in _dict(old.get("definitions")).items()},
            "responses": {
                name: self._response(response, self.produces) for name, response in _dict(old.get("responses")).items()
            },
            "parameters": {},
            "requestBodies": {},
            "securitySchemes": {
                name: _security(scheme) for name, scheme in _named(old.get("securityDefinitions")).items()
            },
        }
        for name, parameter in _named(old.get("parameters")).items():
            if parameter.get("in") == "body":
                components["requestBodies"][name] = self._body(parameter, self.consumes)
            elif parameter.get("in") != "formData":
                components["parameters"][name] = self._parameter(parameter)
        new["components"] = {section: entries for section, entries in components.items() if entries}
        return new

    def schema(self, schema: Json) -> Json:
        """A schema and those below it, references turned to where definitions are now."""
        return rewrite(schema, "schema", lambda node, _: _schema(node))

    def _servers(self) -> list[Node]:
        host, base = self.old.get("host"), str(self.old.get("basePath") or "").rstrip("/")
        if not host:
            return [{"url": base}] if base else []
        return [{"url": f"{scheme}://{host}{base}"} for scheme in _names(self.old.get("schemes")) or ["https"]]

    def _path(self, item: Json) -> Json:
        if not isinstance(item, Mapping):
            return item
        shared = [self._resolved(each) for each in _nodes(item.get("parameters"))]
        new = {key: value for key, value in item.items() if key not in METHODS and key != "parameters"}
        if parameters := [self._parameter(each) for each in shared if not _is_body(each)]:
            new["parameters"] = parameters
        bodies = [each for each in shared if _is_body(each)]
        for method in METHODS:
            if isinstance(item.get(method), Mapping):
                new[method] = self._operation(item[method], bodies)
        return new

    def _operation(self, old: Node, inherited: list[Node]) -> Node:
        consumes = _names(old.get("consumes")) or self.consumes
        produces = _names(old.get("produces")) or self.produces
        dropped = ("parameters", "responses", "consumes", "produces", "schemes")
        new = {key: value for key, value in old.items() if key not in dropped}
        given = [self._resolved(each) for each in _nodes(old.get("parameters"))]
        if parameters := [self._parameter(each) for each in given if not _is_body(each)]:
            new["parameters"] = parameters
        own = [each for each in given if _is_body(each)]
        if bodies := own or inherited:
            new["requestBody"] = self._request_body(bodies, consumes)
        new["responses"] = {
            status: response if str(status).startswith("x-") else self._response(response, produces)
            for status, response in _dict(old.get("responses")).items()
        }
        return new

    def _resolved(self, parameter: Node) -> Node:
        """A parameter; of a referred one that is a body or a field of a form, what it refers to."""
        ref = parameter.get("$ref")
        if not isinstance(ref, str):
            return parameter
        target = self._at(ref) or {}
        if target.get("in") == "body":
            return {**target, "$ref": ref}
        return target if target.get("in") == "formData" else {"$ref": ref}

    def _at(self, ref: str) -> Node | None:
        """The object that a reference into the document leads to, None where there is none."""
        try:
            target = pointers.resolve(self.old, ref[1:])
        except KeyError:
            return None
        return target if isinstance(target, dict) else None

    def _request_body(self, parameters: list[Node], consumes: list[str]) -> Node:
        body = next((each for each in parameters if each.get("in") == "body"), None)
        if body is None:
            return self._form(parameters, consumes)
        if len(parameters) > 1:
            self.warnings.append(f"an operation has more than one body; {body.get('name', 'the first')} is taken")
        if "$ref" in body and consumes == self.consumes:
            return {"$ref": body["$ref"].replace("#/parameters/", "#/components/requestBodies/", 1)}
        return self._body(body, consumes)

    def _body(self, parameter: Node, consumes: list[str]) -> Node:
        new = {key: parameter[key] for key in ("description", "required") if key in parameter}
        schema = self.schema(parameter.get("schema", {}))
        return new | _extensions(parameter) | {"content": {name: {"schema": schema} for name in consumes or _JSON}}

    def _form(self, fields: list[Node], consumes: list[str]) -> Node:
        has_file = any(each.get("type") == "file" for each in fields)
        media = [name for name in consumes if name.partition(";")[0].strip() in FORMS]
        if has_file or not media:
            media = [name for name in media if name.startswith(FORMS[0])] or [FORMS[0] if has_file else FORMS[1]]
        schema: Node = {"type": "object", "properties": {}}
        encoding: Node = {}
        for each in fields:
            schema["properties"][str(each.get("name"))] = self._value(each) | _described(each)
            if each.get("type") == "array":
                encoding[str(each.get("name"))] = self._style(each) | {"allowReserved": True}
        required = [str(each.get("name")) for each in fields if each.get("required")]
        if required:
            schema["required"] = required
        entry = {"schema": schema} | ({"encoding": encoding} if encoding else {})
        return {"required": bool(required), "content": dict.fromkeys(media, entry)}

    def _parameter(self, old: Node) -> Node:
        if isinstance(old.get("$ref"), str):
            return {**old, "$ref": _turned(old["$ref"])}
        new: Node = {key: old[key] for key in ("name", "in", "required", "allowEmptyValue") if key in old}
        new |= _described(old) | _extensions(old) | {"schema": self._value(old)}
        return new | (self._style(old) if old.get("type") == "array" else {})

    def _style(self, old: Node) -> Node:
        form = str(old.get("collectionFormat", "csv"))
        if old.get("in") in ("path", "header"):
            return {"style": "simple", "explode": False}
        return {"style": _STYLES.get(form, "form"), "explode": form == "multi"}

    def _value(self, old: Node) -> Node:
        """The schema that stands among the members of a parameter or a header."""
        schema = {key: value for key, value in old.items() if key not in _MOVED and not key.startswith("x-")}
        if old.get("x-nullable") is True:
            schema["x-nullable"] = True
        new: Node = self.schema(schema)
        return new

    def _response(self, old: Json, produces: list[str]) -> Json:
        if not isinstance(old, Mapping):
            return old
        ref = old.get("$ref")
        if isinstance(ref, str):
            if not ref.startswith("#/responses/") or produces == self.produces:
                return {**old, "$ref": _turned(ref)}
            target = self._at(ref)
            if target is None:
                return {**old, "$ref": _turned(ref)}
            old = target
        new = {"description": old.get("description", "")} | _extensions(old)
        if headers := _named(old.get("headers")):
            new["headers"] = {name: _described(each) | {"schema": self._value(each)} for name, each in headers.items()}
        written = _dict(old.get("schema"))
        examples = _dict(old.get("examples")) or _dict(written.get("x-examples"))
        usual = ["application/octet-stream"] if _is_file(written) else _JSON
        names = produces or [name for name in examples if "/" in name] or usual
        schema = self.schema(old["schema"]) if "schema" in old else None
        content: Node = {} if schema is None else {name: {"schema": schema} for name in names}
        for key, example in examples.items():
            name = _exemplified(key, list(content) or names)
            media = content.setdefault(name, {})
            if "/" in key:
                media["example"] = example
            else:
                media.setdefault("examples", {})[key] = {"value": example}
        return new | ({"content": content} if content else {})


def _exemplified(key: str, names: list[str]) -> str:
    """The media type that an example is of: that of its key, or of a key that is no media type JSON, else the first.

    Where only another kind of JSON (`application/json; charset=utf-8`) is produced, an example of JSON is one of it.
    """
    if key in names or ("/" in key and not _is_json(key)):
        return key
    json = next((name for name in names if _is_json(name)), None)
    return json or (key if "/" in key else names[0])


def _is_json(name: str) -> bool:
    return name.partition(";")[0].strip().lower().endswith(("/json", "+json"))


def _schema(node: Node) -> Node:
    new = schema_from_30(node)
    if isinstance(new.get("$ref"), str):
        turned = _turned(new["$ref"])
        return new if turned == new["$ref"] else {**new, "$ref": turned}
    if _is_file(new):
        new = {key: value for key, value in new.items() if key not in ("type", "format")} | _BYTES
    if isinstance(new.get("discriminator"), str):
        new = {**new, "discriminator": {"propertyName": new["discriminator"]}}
    return new


def _is_file(schema: Node) -> bool:
    return schema.get("type") == "file" or (schema.get("type") == "object" and schema.get("format") == "file")


def _turned(ref: str) -> str:
    for old, new in _SECTIONS.items():
        if ref.startswith(old):
            return new + ref.removeprefix(old)
    return ref


def _security(old: Node) -> Node:
    kind = old.get("type")
    new = _described(old) | _extensions(old)
    if kind == "basic":
        return {"type": "http", "scheme": "basic"} | new
    if kind != "oauth2":
        return old
    flow = {key: old[key] for key in ("authorizationUrl", "tokenUrl") if key in old}
    name = _FLOWS.get(str(old.get("flow")), str(old.get("flow")))
    return {"type": "oauth2", "flows": {name: flow | {"scopes": _dict(old.get("scopes"))}}} | new


def _is_body(parameter: Node) -> bool:
    return parameter.get("in") in ("body", "formData")


def _described(old: Node) -> Node:
    return {"description": old["description"]} if "description" in old else {}


def _extensions(old: Mapping[str, Json]) -> Node:
    return {key: value for key, value in old.items() if key.startswith("x-")}


def _dict(value: Json) -> Node:
    return value if isinstance(value, dict) else {}


def _named(value: Json) -> dict[str, Node]:
    return {str(name): each for name, each in _dict(value).items() if isinstance(each, dict)}


def _nodes(value: Json) -> list[Node]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def _names(value: Json) -> list[str]:
    return [str(name) for name in value] if isinstance(value, Iterable) and not isinstance(value, str) else []
