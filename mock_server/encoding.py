"""Values as the bytes of a media type: JSON, text, XML, forms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from mock_server.answers import compact
from mock_server.refusals import Refusal
from mock_server.schemas import resolve

Json = Any


def encode(value: Json, media_type: str, schema: Json = None, document: Json = None) -> bytes:
    """The bytes of a value. Raises Refusal `unservable` for an object that has to be plain text."""
    essence = media_type.partition(";")[0].strip().lower()
    if essence.endswith(("/json", "+json")):
        return compact(value)
    if isinstance(value, str):
        return value.encode("utf-8", "replace")
    if essence.endswith(("/xml", "+xml")):
        return to_xml(value, schema, document).encode()
    if essence == "application/x-www-form-urlencoded" and isinstance(value, Mapping):
        return urlencode({name: _plain(member) for name, member in value.items()}, doseq=True).encode()
    if essence.startswith("text/") and isinstance(value, Mapping | list):
        raise Refusal(
            "unservable", f"The documented {essence} body is an object or array, which has no form as plain text."
        )
    return compact(value)


def to_xml(value: Json, schema: Json, document: Json, name: str = "xml") -> str:
    """A value as an XML document, element names and attributes as the schema's `xml` says."""
    resolved = resolve(schema, document)
    naming = resolved.get("xml", {}) if isinstance(resolved, Mapping) else {}
    named = str(naming.get("name") or _component_name(schema) or name)
    return '<?xml version="1.0" encoding="UTF-8"?>' + _element(named, value, schema, document)


def _element(name: str, value: Json, schema: Json, document: Json) -> str:
    from xml.sax.saxutils import escape, quoteattr  # few documents have XML

    resolved = resolve(schema, document)
    schema = resolved if isinstance(resolved, Mapping) else {}
    if isinstance(value, Mapping):
        attributes, children = "", ""
        for member, inner in value.items():
            inner_schema = (schema.get("properties") or {}).get(member)
            naming = _naming(inner_schema, document)
            inner_name = str(naming.get("name", member))
            if naming.get("attribute"):
                attributes += f" {inner_name}={quoteattr(_plain(inner))}"
            elif isinstance(inner, list):
                children += _list(inner_name, inner, inner_schema, document)
            else:
                children += _element(inner_name, inner, inner_schema, document)
        return f"<{name}{attributes}>{children}</{name}>"
    if isinstance(value, list):
        return f"<{name}>{_list('item', value, schema, document)}</{name}>"
    return f"<{name}/>" if value is None else f"<{name}>{escape(_plain(value))}</{name}>"


def _list(name: str, items: list[Json], schema: Json, document: Json) -> str:
    resolved = resolve(schema, document)
    item_schema = resolved.get("items") if isinstance(resolved, Mapping) else None
    item_name = str(_naming(item_schema, document).get("name", name))
    elements = "".join(_element(item_name, item, item_schema, document) for item in items)
    return f"<{name}>{elements}</{name}>" if _naming(schema, document).get("wrapped") else elements


def _naming(schema: Json, document: Json) -> Mapping[str, Json]:
    resolved = resolve(schema, document)
    naming = resolved.get("xml") if isinstance(resolved, Mapping) else None
    return naming if isinstance(naming, Mapping) else {}


def _component_name(schema: Json) -> str | None:
    reference = schema.get("$ref") if isinstance(schema, Mapping) else None
    return reference.rpartition("/")[2] if isinstance(reference, str) else None


def _plain(value: Json) -> str:
    return value if isinstance(value, str) else compact(value).decode()
