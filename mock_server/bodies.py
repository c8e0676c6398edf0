"""The bodies of requests, as the JSON values that their schemas speak of, whatever they were written in."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from mock_server.coercion import Coercion, compile_coercion, types
from mock_server.decoding import FieldNotInStyle, MalformedBody, decode_text
from mock_server.decoding.json import decode_json
from mock_server.encoding import BY_LINES

__all__ = ["FieldNotInStyle", "MalformedBody", "decode", "parameters_of"]

Json = Any
_KEPT = 256


def decode(
    content_type: str, body: bytes, schema: Json | None, document: Json, encoding: Mapping[str, Json] | None = None
) -> Json:
    """The value of a body.

    JSON is read strictly. Forms, multipart bodies and XML become objects whose members have the types of the schema,
    as far as they can; files are texts (UTF-8, else one character a byte). JSON by lines is an array, or where the
    schema wants none its first line. `text/...` is a text, and everything else a text of one character a byte, but
    where the schema wants none JSON if it is. Raises MalformedBody where the body is not what its content type says.
    """
    essence, options = _media_type(content_type)
    charset = options.get("charset", "utf-8")
    if essence.endswith(("/json", "+json")):
        return decode_json(body, charset)
    if essence == "application/x-www-form-urlencoded":
        from mock_server.decoding import forms

        return _typed(forms.urlencoded(body, schema, document, encoding or {}), schema, document)
    if essence == "multipart/form-data":
        from mock_server.decoding import forms

        value = forms.multipart(body, options.get("boundary", ""), schema, document, encoding or {})
        return _typed(value, schema, document)
    if essence.endswith(("/xml", "+xml")):
        from mock_server.decoding import xml

        return _typed(xml.decode_xml(body, charset, schema, document), schema, document)
    return _text(essence, charset, body, schema, document)


def _text(essence: str, charset: str, body: bytes, schema: Json | None, document: Json) -> Json:
    kinds = types(schema, document)
    if "string" not in kinds:
        try:
            if essence not in BY_LINES:
                return decode_json(body, charset)
            lines = [decode_json(line, charset) for line in body.replace(b"\x1e", b"").splitlines() if line.strip()]
            return lines if "array" in kinds else next(iter(lines), None)
        except MalformedBody:
            pass  # a text after all: what is wrong with it will be said of that
    if essence.startswith("text/"):
        return _typed(decode_text(body, charset), schema, document)
    return body.decode("latin-1")


def parameters_of(content_type: str) -> Mapping[str, str]:
    """The parameters of a media type (`charset`, `boundary`), names in lower case."""
    return _media_type(content_type)[1]


@lru_cache(_KEPT)
def _media_type(content_type: str) -> tuple[str, Mapping[str, str]]:
    if ";" not in content_type:
        return content_type.strip().lower(), {}
    from python_multipart.multipart import parse_options_header

    essence, options = parse_options_header(content_type)
    return essence.decode("latin-1").strip().lower(), {
        name.decode("latin-1").lower(): value.decode("latin-1") for name, value in options.items()
    }


_coercions: dict[tuple[int, int], tuple[Json, Json, Coercion | None]] = {}


def _typed(value: Json, schema: Json | None, document: Json) -> Json:
    """The value with its texts made what the schema asks for; what was compiled for a schema is kept."""
    key = (id(schema), id(document))
    if key not in _coercions:
        if len(_coercions) >= _KEPT:
            _coercions.clear()
        _coercions[key] = (schema, document, compile_coercion(schema, document))  # both kept: their ids stay theirs
    coerce = _coercions[key][2]
    return coerce(value) if coerce is not None else value
