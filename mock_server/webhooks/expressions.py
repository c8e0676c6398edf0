"""Runtime expressions of OpenAPI: URLs that a request and its answer say something in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, quote, unquote

from mock_server.answers import compact
from specs.pointers import resolve

if TYPE_CHECKING:
    from mock_server.answers import HeaderList
    from mock_server.requests import Request

Json = Any
_EXPRESSION = re.compile(
    r"\{(\$(?:url|method|statusCode|(?:request|response)\.(?:(?:header|query|path)\.[^{}]+|body(?:#[^{}]*)?)))\}"
)


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request with its URL, and its answer: `value` is that of the answer's body, None where it is no JSON."""

    url: str
    request: Request
    status: int
    headers: HeaderList
    value: Json


def written(template: str, exchange: Exchange) -> str | None:
    """The URL of a template such as `{$request.body#/url}?id={$response.body#/id}`; None where a value is not there.

    A value that something stands before is percent-encoded; what is no expression stays as it is.
    """
    whole = f"{{{template}}}" if template.startswith("$") else template
    parts = _EXPRESSION.split(whole)  # texts at the even places, expressions at the odd ones
    url = parts[0]
    for expression, text in zip(parts[1::2], parts[2::2], strict=True):
        value = _text(_value(expression, exchange))
        if value is None:
            return None
        url += (quote(value, safe=":") if url else value) + text
    return url


def _value(expression: str, exchange: Exchange) -> Json:
    if "." not in expression:
        return {"$url": exchange.url, "$method": exchange.request.method}.get(expression, exchange.status)
    side, _, source = expression.partition(".")
    place, _, name = source.partition(".")
    if place in {"header", "query", "path"}:
        return _parameter(exchange, side == "$request", place, name)
    return _at(exchange.request.value if side == "$request" else exchange.value, source.removeprefix("body")[1:])


def _parameter(exchange: Exchange, of_request: bool, place: str, name: str) -> str | None:
    request, key = exchange.request, name.lower().encode("latin-1", "replace")
    if place == "header":
        found = request.fields.get(key) if of_request else dict(exchange.headers).get(key)
        return None if found is None else found.decode("latin-1")
    if not of_request:
        return None
    if place == "path":
        given = request.path_values.get(name)
        return None if given is None else unquote(given)
    return parse_qs(request.query.decode("latin-1"), keep_blank_values=True).get(name, [None])[0]


def _at(value: Json, pointer: str) -> Json:
    try:
        return resolve(value, pointer)
    except KeyError:
        return None


def _text(value: Json) -> str | None:
    """A value as it stands in a URL; objects and lists do not."""
    if isinstance(value, str) or value is None:
        return value
    return None if isinstance(value, dict | list) else compact(value).decode()
