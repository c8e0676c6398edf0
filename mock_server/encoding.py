"""Values as the bytes of a media type: JSON, text, XML, forms."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import unquote, urlencode

from mock_server.answers import compact
from mock_server.refusals import Refusal
from mock_server.schemas import resolve
from specs.pointers import split

Json = Any


BY_LINES = frozenset(
    f"application/{name}" for name in ("jsonl", "x-jsonl", "jsonlines", "x-jsonlines", "ndjson", "x-ndjson", "json-seq")
)
"""Media types of several JSON values one after the other."""

_NAME = re.compile(r"[^\W\d][\w.:-]*")
_EVENT = {"event", "data", "id", "retry"}


def encode(value: Json, media_type: str, schema: Json = None, document: Json = None) -> bytes:
    """The bytes of a value. Objects and arrays that have no form of their own in a media type are JSON.

    Raises Refusal `unservable` for one that has to be plain text.
    """
    essence = media_type.partition(";")[0].strip().lower()
    if essence.endswith(("/json", "+json")):
        return compact(value)
    if isinstance(value, str):
        return value.encode("utf-8", "replace")
    if essence.endswith(("/xml", "+xml")):
        return to_xml(value, schema, document).encode()
    if essence == "text/plain" and isinstance(value, Mapping | list):
        raise Refusal(
            "unservable", "The documented text/plain body is an object or array, which has no form as plain text."
        )
    write = _WRITERS.get(essence)
    return write(value) if write is not None and isinstance(value, Mapping | list) else compact(value)


def _form(value: Json) -> bytes:
    if not isinstance(value, Mapping):
        return compact(value)
    return urlencode({name: _plain(member) for name, member in value.items()}, doseq=True).encode()


def _lines(value: Json) -> bytes:
    return b"".join(compact(item) + b"\n" for item in _items(value))


def _sequence(value: Json) -> bytes:
    return b"".join(b"\x1e" + compact(item) + b"\n" for item in _items(value))


def _events(value: Json) -> bytes:
    return b"".join(map(_event, _items(value)))


def _items(value: Json) -> list[Json]:
    return value if isinstance(value, list) else [value]


def _event(item: Json) -> bytes:
    """An event of a stream: its own fields, or JSON as its data."""
    fields = item if isinstance(item, Mapping) and item and _EVENT.issuperset(item) else {"data": item}
    lines = [f"{name}: {line}\n" for name, said in fields.items() for line in _plain(said).split("\n")]
    return "".join([*lines, "\n"]).encode()


def _table(value: Json) -> bytes:
    """Rows under the names of their columns."""
    import csv
    import io

    rows, text = _items(value), io.StringIO()
    names = list(dict.fromkeys(name for row in rows if isinstance(row, Mapping) for name in row))
    writer = csv.writer(text, lineterminator="\r\n")
    if names:
        writer.writerow(names)
    for row in rows:
        cells = [row.get(name, "") for name in names] if isinstance(row, Mapping) else _items(row)
        writer.writerow([_plain(cell) for cell in cells])
    return text.getvalue().encode()


_WRITERS: dict[str, Callable[[Json], bytes]] = {
    **dict.fromkeys(BY_LINES, _lines),
    "application/json-seq": _sequence,
    "application/x-www-form-urlencoded": _form,
    "text/event-stream": _events,
    "text/csv": _table,
}
"""How objects and arrays are written in media types of their own."""


def to_xml(value: Json, schema: Json, document: Json, name: str = "xml") -> str:
    """A value as an XML document, element names and attributes as the schema's `xml` says."""
    named = str(_naming(schema, document).get("name") or _component_name(schema) or name)
    return '<?xml version="1.0" encoding="UTF-8"?>' + _element(named, value, schema, document)


def _element(name: str, value: Json, schema: Json, document: Json) -> str:
    from xml.sax.saxutils import escape, quoteattr  # few documents have XML

    resolved = resolve(schema, document)
    schema = resolved if isinstance(resolved, Mapping) else {}
    name = _tag(name)
    if isinstance(value, Mapping):
        attributes, children = "", ""
        for member, inner in value.items():
            inner_schema = (schema.get("properties") or {}).get(member)
            naming = _naming(inner_schema, document)
            inner_name = str(naming.get("name", member))
            if naming.get("attribute"):
                attributes += f" {_tag(inner_name)}={quoteattr(_plain(inner))}"
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
    name = _tag(name)
    return f"<{name}>{elements}</{name}>" if _naming(schema, document).get("wrapped") else elements


def _tag(name: str) -> str:
    """A name that XML allows."""
    return name if _NAME.fullmatch(name) else re.sub(r"^(?![^\W\d])", "_", re.sub(r"[^\w.:-]", "_", name))


def _naming(schema: Json, document: Json) -> Mapping[str, Json]:
    resolved = resolve(schema, document)
    naming = resolved.get("xml") if isinstance(resolved, Mapping) else None
    return naming if isinstance(naming, Mapping) else {}


def _component_name(schema: Json) -> str | None:
    reference = schema.get("$ref") if isinstance(schema, Mapping) else None
    return split(unquote(reference))[-1] if isinstance(reference, str) and "/" in reference else None


def _plain(value: Json) -> str:
    return value if isinstance(value, str) else compact(value).decode()
