"""Forms, URL-encoded and multipart: objects of texts, for their schema to type."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote_plus

from mock_server import styles
from mock_server.coercion import EVERY_TYPE, items, members, types
from mock_server.decoding import FieldNotInStyle, MalformedBody
from mock_server.decoding.json import decode_json
from mock_server.styles import MISSING

Json = Any

logging.getLogger("python_multipart").addHandler(logging.NullHandler())  # what it logs, the error says as well

MOST_PARTS = 1000
"""How many parts a multipart body may have."""

LONGEST_BOUNDARY = 256
"""How many characters may stand between them; RFC 2046 lets clients use 70."""


def urlencoded(body: bytes, schema: Json | None, document: Json, encoding: Mapping[str, Json]) -> dict[str, Json]:
    """The fields of an URL-encoded form; `encoding` is that of the media type. Raises FieldNotInStyle."""
    fields = styles.parse_query(body.strip())
    found: dict[str, Json] = {}
    read: set[str] = set()
    for name, member in members(schema, document).items():
        kinds = types(member, document)
        used = {key for key in fields if key == name or key.startswith(f"{name}[")}
        try:
            value = _member(fields, name, kinds, encoding.get(name) or {})
        except styles.NotInStyle as error:
            raise FieldNotInStyle(name, str(error), "&".join(fields.get(name, ()))) from None
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
    if _has_style(encoding) and not encoding.get("allowReserved"):
        _check_reserved(fields.get(name, ()), is_delimited=not explode and bool(kinds & {"array", "object"}))
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


_RESERVED = re.compile(r"[/?#\[\]@!$'()*,;=]")


def _has_style(encoding: Mapping[str, Json]) -> bool:
    """Whether a field is written as parameters are (RFC 6570), and not as the media type of its content asks."""
    return not encoding.keys().isdisjoint(("style", "explode", "allowReserved"))


def _check_reserved(texts: Sequence[str], *, is_delimited: bool) -> None:
    """Raises NotInStyle for reserved characters that are not percent-encoded; `+` is a space, and commas may part."""
    for text in texts:
        if found := _RESERVED.search(text.replace(",", "") if is_delimited else text):
            raise styles.NotInStyle(f"{found[0]!r} percent-encoded, because allowReserved is not true")


@dataclass(slots=True)
class _Part:
    headers: dict[str, bytes] = field(default_factory=dict)
    data: bytearray = field(default_factory=bytearray)


def multipart(
    body: bytes, boundary: str, schema: Json | None, document: Json, encoding: Mapping[str, Json]
) -> dict[str, Json]:
    """The parts of a multipart form by their names.

    Parts that are JSON are decoded: by their own content type, by that of the `encoding`, or where the schema asks for
    an object or an array and the part, of no type, is one. All others are texts.
    """
    named = members(schema, document)
    found: dict[str, list[_Part]] = {}
    for part in _parts(body, boundary):
        found.setdefault(_name(part), []).append(part)
    return {
        name: _joined(name, parts, named.get(name, True), document, encoding.get(name) or {})
        for name, parts in found.items()
    }


def _joined(name: str, parts: list[_Part], schema: Json, document: Json, encoding: Mapping[str, Json]) -> Json:
    """The value that the parts of one name make together."""
    kinds = types(schema, document)
    is_array = "array" in kinds and "string" not in kinds
    wanted = kinds | types(items(schema, document), document) if is_array else kinds
    values = [_decoded(part, wanted, encoding) for part in parts]
    if len(values) > 1:
        return values
    if is_array and isinstance(values[0], str) and _is_delimited(encoding):
        return styles.array({name: values}, name, str(encoding.get("style", "form")), explode=False, decode=str)
    return values if is_array and not isinstance(values[0], list) else values[0]


def _is_delimited(encoding: Mapping[str, Json]) -> bool:
    style = encoding.get("style")
    return style is not None and not encoding.get("explode", style == "form")


def _decoded(part: _Part, kinds: frozenset[str], encoding: Mapping[str, Json]) -> Json:
    """The value of one part where the schema admits `kinds`."""
    essence, parameters = _option_header(part, "content-type")
    expected = str(encoding.get("contentType", ""))
    if b"json" in essence or (not essence and "json" in expected and "," not in expected):
        return decode_json(bytes(part.data))
    try:
        text = part.data.decode(parameters.get(b"charset", b"utf-8").decode("latin-1"))
    except (UnicodeDecodeError, LookupError):
        return part.data.decode("latin-1")
    kind = _BRACKETS.get(text.lstrip()[:1])
    if not essence and kind in kinds and kinds != EVERY_TYPE:
        try:
            return decode_json(text.encode())
        except MalformedBody:  # a text, then, which the schema may refuse
            return text
    return text


_BRACKETS = {"{": "object", "[": "array"}


def _option_header(part: _Part, name: str) -> tuple[bytes, dict[bytes, bytes]]:
    from python_multipart.multipart import parse_options_header

    return parse_options_header(part.headers.get(name, b""))


def _name(part: _Part) -> str:
    _, options = _option_header(part, "content-disposition")
    if b"name" not in options:
        raise MalformedBody("A part of the body has no name: its Content-Disposition should have one")
    return options[b"name"].decode("utf-8", "replace")


def _parts(body: bytes, boundary: str) -> list[_Part]:
    from python_multipart.exceptions import MultipartParseError
    from python_multipart.multipart import MultipartParser

    if not boundary:
        raise MalformedBody("The content type multipart/form-data lacks its boundary")
    if len(boundary) > LONGEST_BOUNDARY:
        raise MalformedBody(f"The boundary of multipart/form-data may have {LONGEST_BOUNDARY} characters here")
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
