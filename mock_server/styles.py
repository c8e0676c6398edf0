"""The notations of parameters: which texts of a request are the value of a parameter, by its style."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal
from urllib.parse import unquote, unquote_plus

Json = Any
Shape = Literal["text", "array", "object"]
Fields = Mapping[str, Sequence[str]]
"""The fields of a query or of cookies: decoded names, and texts as they were sent, in order."""

DEEPEST = 32
"""How many members inside one another the deepObject style may have."""

MISSING: Any = object()
"""Stands for a value that was not sent."""


class NotInStyle(ValueError):
    """A text that is not in its parameter's notation; the message says what was expected."""


def split_path(text: str, name: str, style: str, shape: Shape, explode: bool) -> Json:
    """The value of a path parameter, whose text is as in the path: still percent-encoded."""
    separator = ","
    if style == "label":
        text, separator = _behind(text, "."), "." if explode or "," not in text else ","
    elif style == "matrix":
        if not explode or shape == "text":
            text = _behind(text, f";{name}", exact=True)
            if text and text[0] != "=":
                raise NotInStyle(f"text that starts with ;{name}=")
            text = text[1:]
        else:
            text, separator = _behind(text, ";"), ";"
            if shape == "array":
                return [unquote(part.removeprefix(f"{name}=")) for part in text.split(separator)]
    return split_text(text, shape, separator, explode, unquote)


def split_text(text: str, shape: Shape, separator: str, explode: bool, decode: Callable[[str], str]) -> Json:
    """The value that a text stands for: `a,b`, `x,1,y,2`, or with `explode` `x=1,y=2`."""
    if shape == "text":
        return decode(text)
    if separator == "," and decode in _OF_PERCENTS:
        text = with_commas(text)
    pieces = text.split(separator) if text else []
    if shape == "array":
        return [decode(piece) for piece in pieces]
    if explode:
        pairs = [piece.partition("=") for piece in pieces]
        if any(not equals for _, equals, _ in pairs):
            raise NotInStyle(f"members as name=value, with {separator!r} between them")
        return {decode(key): decode(value) for key, _, value in pairs}
    if len(pieces) % 2:
        raise NotInStyle(f"names and values in turn, with {separator!r} between them")
    return {decode(key): decode(value) for key, value in zip(pieces[::2], pieces[1::2], strict=True)}


_ENCODED_COMMA = re.compile("%2C", re.IGNORECASE)
_OF_PERCENTS = (unquote, unquote_plus)


def with_commas(text: str) -> str:
    """A text that commas part, still percent-encoded: where all of them were encoded, as form encoders do, with commas.

    An encoded comma beside others that are not is part of an item.
    """
    return text if "," in text else _ENCODED_COMMA.sub(",", text)


def _behind(text: str, prefix: str, *, exact: bool = False) -> str:
    if not text.startswith(prefix):
        raise NotInStyle(f"text that starts with {prefix}{'=' if exact else ''}")
    return text[len(prefix) :]


_DELIMITERS = {
    "form": re.compile(","),
    "spaceDelimited": re.compile(r"%20|\+| "),
    "pipeDelimited": re.compile(r"%7[Cc]|\|"),
    "tabDelimited": re.compile(r"%09|\t"),
}


def parse_query(query: bytes) -> dict[str, list[str]]:
    """The fields of a query string."""
    fields: dict[str, list[str]] = {}
    for piece in query.decode("latin-1").split("&"):
        if piece:
            name, _, value = piece.partition("=")
            fields.setdefault(unquote_plus(name), []).append(value)
    return fields


def parse_cookies(headers: Sequence[str]) -> dict[str, list[str]]:
    """The fields of `Cookie` headers."""
    fields: dict[str, list[str]] = {}
    for piece in ";".join(headers).split(";"):
        name, equals, value = piece.strip().partition("=")
        if equals:
            fields.setdefault(name, []).append(value.strip('"') if value[:1] == value[-1:] == '"' else value)
    return fields


def one(texts: Sequence[str], decode: Callable[[str], str]) -> str:
    """The only text of a parameter that has one value."""
    if len(texts) > 1:
        raise NotInStyle("one value")
    return decode(texts[0])


def array(fields: Fields, name: str, style: str, explode: bool, decode: Callable[[str], str]) -> Json:
    """An array out of fields: repeated, delimited, or named `name[]`."""
    texts = fields.get(name) or fields.get(f"{name}[]")
    if texts is None:
        return deep(fields, name, decode) if style == "deepObject" else MISSING
    if explode or len(texts) > 1 or style == "deepObject":
        return [decode(text) for text in texts]
    delimiter = _DELIMITERS.get(style, _DELIMITERS["form"])
    text = with_commas(texts[0]) if delimiter is _DELIMITERS["form"] else texts[0]
    return [decode(piece) for piece in delimiter.split(text)] if text else []


def flat_object(fields: Fields, name: str, style: str, decode: Callable[[str], str]) -> Json:
    """An object in one field: `name=x,1,y,2`."""
    if name not in fields:
        return MISSING
    delimiter = _DELIMITERS.get(style, _DELIMITERS["form"])
    text = one(fields[name], str)
    if delimiter is not _DELIMITERS["form"]:
        text = delimiter.sub(",", text)
    return split_text(text, "object", ",", explode=False, decode=decode)


def spread_object(
    fields: Fields, known: frozenset[str], taken: frozenset[str], decode: Callable[[str], str], *, others: bool
) -> Json:
    """An object whose members are fields of their own; `others` are unknown names that no parameter has `taken`."""
    names = [name for name in fields if name in known or (others and name not in taken)]
    return {name: _single([decode(text) for text in fields[name]]) for name in names} or MISSING


_STEPS = re.compile(r"\[([^\]]*)\]")


def deep(fields: Fields, name: str, decode: Callable[[str], str]) -> Json:
    """An object of fields `name[a]=1&name[b][c]=2`; steps that are numbers, or empty, make arrays."""
    found: dict[str, Any] = {}
    for key, texts in fields.items():
        if not key.startswith(f"{name}[") or not key.endswith("]"):
            continue
        steps = _STEPS.findall(key[len(name) :])
        if len(steps) > DEEPEST:
            raise NotInStyle(f"at most {DEEPEST} members inside one another")
        node = found
        for step in steps[:-1]:
            node = node.setdefault(step, {})
            if not isinstance(node, dict):
                raise NotInStyle(f"either a value or members for {name}")
        values = [decode(text) for text in texts]
        node[steps[-1]] = values if steps[-1] == "" else _single(values)
    return _arrays(found) if found else MISSING


def _single(values: list[str]) -> Json:
    return values[0] if len(values) == 1 else values


def _arrays(node: Json) -> Json:
    if not isinstance(node, dict):
        return node
    if set(node) == {""}:
        return _arrays(node[""])
    if all(key.isdecimal() and len(key) < 10 for key in node):
        return [_arrays(node[key]) for key in sorted(node, key=int)]
    return {key: _arrays(value) for key, value in node.items()}
