"""The claims about single requests and responses: parameters, bodies, security, statuses, headers, exchanges."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from specs import pointers
from specs.claims.claim import Claim, Kind
from specs.claims.schema import Reader, Said
from specs.provenance import Strength

if TYPE_CHECKING:
    from specs.model import Api, Header, MediaType, Operation, Parameter, Response

ROBUST = {
    "malformed-json": "a body that is no JSON",
    "wrong-root": "a body whose root is no object",
    "empty-body": "an empty body",
    "null-body": "a body that is null",
    "null-member": "null for a member",
    "wrong-types": "members of other types",
    "unicode": "letters of other scripts",
    "emoji": "emoji",
    "quotes": "quotes and backslashes",
    "long-strings": "very long text",
    "time-offsets": "times with an offset",
    "unknown-id": "an id that does not exist",
}
"""What no operation may answer with a server error."""

SECURITY = {
    "missing": "refuses a request without credentials",
    "scheme": "refuses credentials of another scheme",
    "garbage": "refuses credentials that are not valid",
}


def of_operation(api: Api, operation: Operation, reader: Reader) -> Iterator[Claim]:
    """The claims of one operation's requests and responses."""
    for parameter in operation.parameters:
        yield from _parameter(operation, parameter, reader)
    yield from _body(operation, reader)
    yield from _security(operation)
    for response in operation.responses:
        yield from _response(operation, response, reader)
    yield from _made_headers(api, operation)
    yield from _exchanges(api, operation)
    yield from _robustness(operation)


def _parameter(operation: Operation, parameter: Parameter, reader: Reader) -> Iterator[Claim]:
    where = f"{operation.id}/request/{parameter.location}/{pointers.escape(parameter.name)}"
    subject = f"the {parameter.location} parameter {parameter.name}"
    common = {"operation": operation.id, "location": parameter.location, "name": parameter.name}
    source = parameter.source.for_keyword(parameter.extension, "required")
    if parameter.location != "path":
        word = "required" if parameter.required else "optional"
        text = f"{subject} {'is required' if parameter.required else 'may be left out'}"
        pointer = pointers.join(parameter.pointer, "required")
        yield Claim(f"{where}:{word}", "presence", text=text, source=source, keyword=word, pointer=pointer, **common)
    pointer = pointers.join(parameter.pointer, "schema")
    for said in reader.said(parameter.schema, pointer, parameter.source):
        if (said.keyword, said.value) == ("type", "string") and not said.at:
            continue  # whatever stands in a path or a header is text
        yield _schema_claim(said, where, subject, "request", common)


def _body(operation: Operation, reader: Reader) -> Iterator[Claim]:
    body = operation.body
    if body is None:
        return
    common = {"operation": operation.id, "location": "body"}
    where = f"{operation.id}/request/body"
    word = "required" if body.required else "optional"
    yield Claim(
        f"{where}:{word}",
        "presence",
        text=f"the request's body {'is required' if body.required else 'may be left out'}",
        source=body.source.for_keyword(body.extension, "required")
        if body.required
        else replace(body.source, strength=Strength.ASSUMED),
        keyword=word,
        pointer=body.pointer,
        **common,
    )
    for media in body.content:
        yield Claim(
            f"{where}:media-type={media.essence}",
            "media-type",
            text=f"the request's body may be {media.name}",
            source=media.source,
            keyword="media-type",
            expected=media.name,
            pointer=media.pointer,
            **common,
        )
    for media in body.content[:1]:
        for said in reader.said(media.schema, pointers.join(media.pointer, "schema"), media.source):
            yield _schema_claim(said, where, "the request's body", "request", common)


def _schema_claim(said: Said, where: str, subject: str, part: str, common: dict[str, Any]) -> Claim:
    kind: Kind = "response-schema" if part == "response" else "request-schema"
    if part == "request" and said.keyword in ("required", "optional"):
        kind = "presence"
    place = f"{said.at[1:].replace('/', '.')} of {subject}" if said.at else subject
    return Claim(
        f"{where}{said.at}:{said.keyword}",
        kind,
        text=f"{place} {said.text}"
        if not (part == "request" and said.keyword == "required")
        else f"{place} is required",
        source=said.source,
        part=part,
        at=said.at,
        keyword=said.keyword,
        expected=said.value,
        pointer=said.pointer,
        **common,
    )


def _security(operation: Operation) -> Iterator[Claim]:
    if not operation.security or {} in operation.security:
        return
    source = operation.source.for_keyword(operation.extension, "security")
    for word, text in SECURITY.items():
        yield Claim(
            f"{operation.id}/request/security:{word}",
            "security",
            operation.id,
            f"{operation.method} {operation.full_path} {text}",
            source,
            keyword=word,
            pointer=pointers.join(operation.pointer, "security"),
        )


def _response(operation: Operation, response: Response, reader: Reader) -> Iterator[Claim]:
    where = f"{operation.id}/response/{response.status}"
    common = {"operation": operation.id, "part": "response", "status": response.status}
    if response.is_success:
        yield Claim(
            f"{where}:status",
            "status",
            text=f"a valid request is answered with {response.status}",
            source=response.source,
            keyword="status",
            expected=response.status,
            pointer=response.pointer,
            **common,
        )
    for header in response.headers:
        yield from _header(header, where, common, reader)
    for media in response.content:
        yield from _media(media, where, common)
    for media in response.content[:1]:
        shared = {"operation": operation.id, "status": response.status, "location": "body"}
        subject = f"the answer {response.status}" if response.status != "default" else "an error's answer"
        for said in reader.said(media.schema, pointers.join(media.pointer, "schema"), media.source):
            if said.keyword not in ("optional", "default"):
                yield _schema_claim(said, f"{where}/body", subject, "response", shared)


def _media(media: MediaType, where: str, common: dict[str, Any]) -> Iterator[Claim]:
    shared = {**common, "location": "header", "name": "Content-Type", "pointer": media.pointer}
    text = f"the answer's media type is {media.essence}"
    yield Claim(
        f"{where}:media-type={media.essence}",
        "media-type",
        text=text,
        source=media.source,
        keyword="media-type",
        expected=media.essence,
        **shared,
    )
    parameters = [part.strip() for part in media.name.split(";")[1:]]
    charset = next(
        (part.partition("=")[2].strip('"') for part in parameters if part.lower().startswith("charset=")), None
    )
    if charset:
        yield Claim(
            f"{where}:charset",
            "media-type",
            text=f"the answer's charset is {charset}",
            source=media.source,
            keyword="charset",
            expected=charset,
            **shared,
        )


def _header(header: Header, where: str, common: dict[str, Any], reader: Reader) -> Iterator[Claim]:
    here = f"{where}/header/{header.name}"
    shared = {**common, "location": "header", "name": header.name}
    if header.required:
        yield Claim(
            f"{here}:required",
            "header",
            text=f"the answer has the header {header.name}",
            source=header.source,
            keyword="required",
            pointer=header.pointer,
            **shared,
        )
    for said in reader.said(header.schema, pointers.join(header.pointer, "schema"), header.source):
        if said.at or said.keyword in ("type", "default", "optional"):
            continue
        yield Claim(
            f"{here}:{said.keyword}",
            "header",
            text=f"the header {header.name} {said.text}",
            source=said.source,
            keyword=said.keyword,
            expected=said.value,
            pointer=said.pointer,
            **shared,
        )


def _made_headers(api: Api, operation: Operation) -> Iterator[Claim]:
    success = operation.success
    for made in api.rules.headers.values():
        header = next((h for h in (success.headers if success else ()) if h.name.lower() == made.name.lower()), None)
        if header is None or not isinstance(made.made, dict):
            continue
        shared: dict[str, Any] = {
            "operation": operation.id,
            "part": "response",
            "status": success.status if success else "",
            "location": "header",
            "name": header.name,
            "expected": made.made,
            "pointer": header.pointer,
        }
        where = f"{operation.id}/response/{shared['status']}/header/{header.name}"
        yield Claim(
            f"{where}:consistent",
            "header",
            text=f"{header.name} is that of the body: equal for equal bodies, different for different ones",
            source=header.source,
            keyword="consistent",
            **shared,
        )
        digest = f"the first {made.made['digits']} hex digits of the {made.made['algorithm'].upper()} of the body"
        yield Claim(
            f"{where}:made",
            "header",
            text=f"{header.name} is {digest}",
            source=made.source,
            keyword="made",
            **shared,
        )


def _exchanges(api: Api, operation: Operation) -> Iterator[Claim]:
    for fixture in api.fixtures:
        if fixture.operation != operation.id or fixture.request is None:
            continue
        for word, text in (
            ("status", "answered with the documented status"),
            ("headers", "answered with the documented headers"),
            ("body", "answered with the documented body"),
        ):
            shown = {
                "status": fixture.response.status is not None,
                "headers": bool(fixture.response.headers),
                "body": fixture.response.has_body,
            }
            if not shown[word]:
                continue
            yield Claim(
                f"{operation.id}/fixture/{fixture.name}:{word}",
                "exchange",
                operation.id,
                f"{fixture.title}: the request is {text}",
                fixture.source,
                part="fixture",
                name=fixture.name,
                keyword=word,
                expected=fixture.response.status if word == "status" else None,
            )


def _robustness(operation: Operation) -> Iterator[Claim]:
    source = operation.source
    for word, text in ROBUST.items():
        if operation.body is None and word != "unknown-id":
            continue
        if word == "unknown-id" and not any(p.location == "path" for p in operation.parameters):
            continue
        yield Claim(
            f"{operation.id}/robustness:{word}",
            "robustness",
            operation.id,
            f"{operation.method} {operation.full_path} answers {text} without a server error",
            source,
            part="robustness",
            keyword=word,
            pointer=operation.pointer,
        )
