"""A request that works, for each API: as documented where there is a fixture, else made from the document."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from mock_server.answers import compact
from mock_server.negotiation.examples import servable
from mock_server.response_headers import serialise

if TYPE_CHECKING:
    from mock_server.served import Served
    from mock_server.table import Place, Table
    from specs import ExchangeRequest, Fixture, MediaType, Operation, Parameter, SecurityScheme

Json = Any
_LISTED = 60


def listing(table: Table, origin: str) -> Iterable[str]:
    """What is served and how to try it, line by line. `origin` is like `http://127.0.0.1:4010`."""
    for served in table.apis:
        api = served.api
        places = [place for place in table.places if place.served is served]
        yield f"{api.title} ({api.name})"
        width = max((len(place.operation.id) for place in places[:_LISTED]), default=0)
        for place in places[:_LISTED]:
            yield f"  {place.operation.id:<{width}}  {place.operation.method:<6}  {origin}{place.path}"
        if len(places) > _LISTED:
            yield f"  ... and {len(places) - _LISTED} more: {origin}/_mock/"
        if places:
            yield "  try it:"
            yield f"  {curl(served, places, origin)}"
        yield ""


def curl(served: Served, places: list[Place], origin: str) -> str:
    """A command that works as it is printed (with tokens that only their owner knows, as `$TOKEN`)."""
    by_id = {place.operation.id: place for place in places}
    fixture = next((f for f in served.api.fixtures if f.request and f.operation in by_id and _succeeds(f, by_id)), None)
    if fixture is not None and fixture.request is not None:
        place = by_id[fixture.operation]
        path = _moved(fixture.request.path, place)
        headers = _documented_headers(fixture.request, served)
        body = compact(fixture.request.body) if fixture.request.has_body else None
        return _command(place.operation.method, origin + path, _to_host(place) + headers, body)
    place = min(places, key=lambda place: _effort(place.operation))
    path, headers, body = made_request(place, served)
    return _command(place.operation.method, origin + path, _to_host(place) + headers, body)


def _to_host(place: Place) -> list[tuple[str, str]]:
    return [("Host", place.host)] if place.host else []


def _succeeds(fixture: Fixture, places: Mapping[str, Place]) -> bool:
    response = fixture.response
    if response.status is not None:
        return response.status < 400
    success = places[fixture.operation].operation.success
    return any(
        example.fixture == fixture.name for media in (success.content if success else ()) for example in media.examples
    )


def _moved(path: str, place: Place) -> str:
    documented = place.operation.base_path
    return place.base_path + path.removeprefix(documented) if path.startswith(documented) else path


def _documented_headers(request: ExchangeRequest, served: Served) -> list[tuple[str, str]]:
    headers = []
    for name, value in request.headers.items():
        if name.lower() == "authorization":
            if served.options.auth:
                headers.append((name, f"{value.partition(' ')[0]} {_token(served)}"))
        elif name.lower() != "accept":
            headers.append((name, value))
    return headers


def _token(served: Served) -> str:
    return "$TOKEN" if served.options.tokens else "any-token"


def _command(method: str, url: str, headers: Iterable[tuple[str, str]], body: bytes | None) -> str:
    parts = ["curl", "-i"]
    if method == "HEAD":
        parts.append("--head")
    elif method != "GET":
        parts += ["-X", method]
    for name, value in headers:
        text = f"{name}: {value}"
        parts += ["-H", f'"{text}"' if "$TOKEN" in text else shlex.quote(text)]
    if body is not None:
        parts += ["-d", shlex.quote(body.decode("utf-8", "replace"))]
    return " ".join([*parts, shlex.quote(url)])


def _effort(operation: Operation) -> tuple[int, int]:
    """How much has to be made up for a request: bodies most, then required parameters without an example."""
    needed = [p for p in operation.parameters if p.required and _shown_value(p) is None]
    body = operation.body
    needs_body = body is not None and body.required and not any(media.examples for media in body.content)
    return (10 if needs_body else 0) + len(needed), 0 if operation.method == "GET" else 1


def made_request(place: Place, served: Served) -> tuple[str, list[tuple[str, str]], bytes | None]:
    """Path (with query), headers and body of a request that the document accepts."""
    operation = place.operation
    path, query, headers = place.path, list[tuple[str, str]](), list[tuple[str, str]]()
    for parameter in operation.parameters:
        if not parameter.required:
            continue
        value = _shown_value(parameter)
        if value is None:
            value = served.generated(parameter.schema, f"sample {parameter.pointer}", writing=True)
        text = serialise(value)
        if parameter.location == "path":
            path = path.replace(f"{{{parameter.name}}}", quote(text, safe=""))
        elif parameter.location == "query":
            query.append((parameter.name, text))
        elif parameter.location == "header":
            headers.append((parameter.name, text))
        else:
            headers.append(("Cookie", f"{parameter.name}={quote(text)}"))
    credentials, keys = _credentials(operation, served)
    body, media = _body(operation, served)
    if media is not None:
        headers.append(("Content-Type", media.name))
    query += keys
    joined = "&" if "?" in path else "?"  # a path may be documented with a query
    return path + (f"{joined}{urlencode(query)}" if query else ""), headers + credentials, body


def _shown_value(parameter: Parameter) -> Json:
    if parameter.examples:
        return parameter.examples[0].value
    schema = parameter.schema if isinstance(parameter.schema, Mapping) else {}
    return schema.get("default", schema.get("example"))


def _body(operation: Operation, served: Served) -> tuple[bytes | None, MediaType | None]:
    from mock_server.encoding import encode

    body = operation.body
    if body is None or not body.content or not body.required:
        return None, None
    media = next((media for media in body.content if media.is_json), body.content[0])
    for example in servable(media, served.api, omitted="readOnly"):
        return encode(example.value, media.name, media.schema, served.api.document), media
    value = served.generated(media.schema, f"sample {media.pointer}", writing=True)
    return encode(value, media.name, media.schema, served.api.document), media


def _credentials(operation: Operation, served: Served) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    headers: list[tuple[str, str]] = []
    keys: list[tuple[str, str]] = []
    if not served.options.auth or not operation.security:
        return headers, keys
    for name in min(operation.security, key=len):
        scheme = served.api.security_schemes.get(name)
        if scheme is None:
            continue
        if scheme.kind == "apiKey" and scheme.location == "query":
            keys.append((scheme.parameter, _token(served)))
        else:
            headers.append(_credential_header(scheme, _token(served)))
    return headers, keys


def _credential_header(scheme: SecurityScheme, token: str) -> tuple[str, str]:
    if scheme.kind == "apiKey":
        return ("Cookie", f"{scheme.parameter}={token}") if scheme.location == "cookie" else (scheme.parameter, token)
    if scheme.kind == "http" and scheme.scheme == "basic":
        return "Authorization", "Basic dXNlcjpwYXNzd29yZA=="
    kind = scheme.scheme if scheme.kind == "http" else "bearer"
    return "Authorization", f"{kind.capitalize()} {token}"
