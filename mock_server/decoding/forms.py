"""Forms, URL-encoded and multipart: objects of texts, for their schema to type."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote_plus

from mock_server import styles
from mock_server.coercion import EVERY_TYPE, members, types
from mock_server.decoding import MalformedBody
from mock_server.decoding.json import decode_json
from mock_server.styles import MISSING

Json = Any

logging.getLogger("python_multipart").addHandler(logging.NullHandler())  # what it logs, the error says as well

MOST_PARTS = 1000
"""How many parts a multipart body may have."""


def urlencoded(body: bytes, schema: Json | None, document: Json, encoding: Mapping[str, Json]) -> dict[str, Json]:
    """The fields of an URL-encoded form; `encoding` is that of the media type."""
    fields = styles.parse_query(body.strip())
    found: dict[str, Json] = {}
    read: set[str] = set()
    for name, member in members(schema, document).items():
        kinds = types(member, document)
        used = {key for key in fields if key == name or key.startswith(f"{name}[")}
        try:
            value = _member(fields, name, kinds, encoding.get(name) or {})
        except styles.NotInStyle as error:
            raise MalformedBody(f"The field {name} is not written as it should be: expected {error}") from None
        if used and value is not MISSING:
            found[name] = value
            read |= used
    for name, texts in fields.items():
        if name not in read:
            values = [unquote_plus(text) for text in texts]
            found[name] = values[0] if len(values) == 1 else values
    return found


def _member(fields: styles.Fields, name: str, kinds: frozenset[str], encoding: Mapping[str, Json]) -> Json:
    style = str(encoding.get("style", "form"))
    explode = bool(encoding.get("explode", style == "form"))
    is_json = "json" in str(encoding.get("contentType", ""))
    if name in fields and (is_json or ("object" in kinds and kinds != EVERY_TYPE and "style" not in encoding)):
        texts = [unquote_plus(text) for text in fields[name]]
        if is_json or texts[0].lstrip()[:1] == "{":
            values = [decode_json(text.encode()) for text in texts]
            return values if len(values) > 1 else values[0]
    if style == "deepObject" or (name not in fields and f"{name}[]" not in fields):
        return styles.deep(fields, name, unquote_plus)
    if "array" in kinds and kinds != EVERY_TYPE:
        return styles.array(fields, name, style, explode, unquote_plus)
    if "object" in kinds and kinds != EVERY_TYPE:
        return styles.flat_object(fields, name, style, unquote_plus)
    values = [unquote_plus(text) for text in fields.get(name, ())]
    return values[0] if len(values) == 1 else values or MISSING


@dataclass(slots=True)
class _Part:
    headers: dict[str, bytes] = field(default_factory=dict)
    data: bytearray = field(default_factory=bytearray)


def multipart(
    body: bytes, boundary: str, schema: Json | None, document: Json, encoding: Mapping[str, Json]
) -> dict[str, Json]:
    """The parts of a multipart form by their names; JSON parts are decoded, all others are texts."""
    named = members(schema, document)
    found: dict[str, list[Json]] = {}
    for part in _parts(body, boundary):
        name, value = _named(part, encoding)
        found.setdefault(name, []).append(value)
    return {
        name: values[0] if len(values) == 1 and not _is_array(named.get(name), document) else values
        for name, values in found.items()
    }


def _is_array(schema: Json, document: Json) -> bool:
    kinds = types(schema, document)
    return "array" in kinds and "string" not in kinds


def _named(part: _Part, encoding: Mapping[str, Json]) -> tuple[str, Json]:
    from python_multipart.multipart import parse_options_header

    _, options = parse_options_header(part.headers.get("content-disposition", b""))
    if b"name" not in options:
        raise MalformedBody("A part of the body has no name: its Content-Disposition should have one")
    name = options[b"name"].decode("utf-8", "replace")
    essence, parameters = parse_options_header(part.headers.get("content-type", b""))
    expected = str((encoding.get(name) or {}).get("contentType", ""))
    if b"json" in essence or (not essence and "json" in expected and "," not in expected):
        return name, decode_json(bytes(part.data))
    try:
        return name, part.data.decode(parameters.get(b"charset", b"utf-8").decode("latin-1"))
    except (UnicodeDecodeError, LookupError):
        return name, part.data.decode("latin-1")


def _parts(body: bytes, boundary: str) -> list[_Part]:
    from python_multipart.exceptions import MultipartParseError
    from python_multipart.multipart import MultipartParser

    if not boundary:
        raise MalformedBody("The content type multipart/form-data lacks its boundary")
    parts: list[_Part] = []
    name, value = bytearray(), bytearray()
    ended = False

    def begin() -> None:
        if len(parts) >= MOST_PARTS:
            raise MalformedBody(f"The body has more than {MOST_PARTS} parts")
        parts.append(_Part())

    def end_header() -> None:
        parts[-1].headers[name.decode("latin-1").lower()] = bytes(value)
        name.clear()
        value.clear()

    def end() -> None:
        nonlocal ended
        ended = True

    parser = MultipartParser(
        boundary.encode("latin-1"),
        {
            "on_part_begin": begin,
            "on_part_data": lambda data, start, stop: parts[-1].data.extend(data[start:stop]),
            "on_header_field": lambda data, start, stop: name.extend(data[start:stop]),
            "on_header_value": lambda data, start, stop: value.extend(data[start:stop]),
            "on_header_end": end_header,
            "on_end": end,
        },
    )
    try:
        parser.write(body)
        parser.finalize()
    except MultipartParseError as error:
        position = error.offset if error.offset >= 0 else None
        raise MalformedBody(f"The body is not multipart: {error}", position) from None
    if not ended:
        raise MalformedBody(f"The body ends before its last boundary, --{boundary}--", len(body))
    return parts
