"""Reading a request as its operation documents it: parameters and body, every violation at once."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from mock_server.bodies import FieldNotInStyle, MalformedBody, decode
from mock_server.decoding.json import decode_json
from mock_server.negotiation.accept import parse_media_type
from mock_server.parameters import compile_parameters
from mock_server.refusals import Refusal
from mock_server.requests import Request
from mock_server.schemas import compile_schema, shown, violations
from mock_server.violations import Violation
from specs.pointers import join

if TYPE_CHECKING:
    from jsonschema_rs import Validator

    from specs import Api, MediaType, Operation

Json = Any
_KEPT = 64

logger = logging.getLogger("mock_server")


class RequestReader:
    """Reads the requests of one operation; validators are compiled once, at the first request that needs them."""

    def __init__(self, operation: Operation, api: Api) -> None:
        self._body, self._document = operation.body, api.document
        self._parameters = compile_parameters(operation.parameters, api.document) if operation.parameters else None
        self._contents = [_Content(media, api.document) for media in self._body.content] if self._body else []
        self._by_type: dict[bytes | None, _Content | None] = {}

    def warm(self) -> None:
        """Compile what the first request would otherwise wait for."""
        for content in self._contents:
            content.validator  # noqa: B018  (a cached property)

    def read(self, request: Request) -> None:
        """Set the request's parameters and value. Raises Refusal `invalid`, `malformed` or `media_type`."""
        wrong: list[Violation] = []
        if self._parameters is not None:
            request.parameters, wrong = self._parameters(request.path_values, request.query, request.headers)
        if self._body is None:
            if request.body:
                raise self._unsupported(request.fields.get(b"content-type"))
        elif self._contents:
            if request.body:
                wrong += self._read_body(request)
            elif self._body.required:
                wrong.append(self._missing_body())
        if wrong:
            count = "one place" if len(wrong) == 1 else f"{len(wrong)} places"
            raise Refusal("invalid", f"The request is not as documented, in {count}.", wrong)

    def _read_body(self, request: Request) -> Sequence[Violation]:
        sent = request.fields.get(b"content-type")
        try:
            content = self._by_type[sent]
        except KeyError:
            content = self._understood(sent)
            if len(self._by_type) < _KEPT:
                self._by_type[sent] = content
        if content is None:
            raise self._unsupported(sent)
        try:
            request.value = content.decode(request.body)
        except FieldNotInStyle as error:
            return [content.not_in_style(error)]
        except MalformedBody as error:
            raise Refusal("malformed", f"{str(error).rstrip('.')}.") from None
        request.has_value = True
        return content.violations(request.value)

    def _content(self, sent: bytes | None) -> _Content | None:
        """The documented content that a Content-Type means; without one, JSON if there is any, else the first."""
        if not sent or not sent.strip():
            return next(
                (content for content in self._contents if content.media.is_json), next(iter(self._contents), None)
            )
        kind, subtype, parameters = parse_media_type(sent.decode("latin-1"))
        ranked = []
        for content in self._contents:
            offered, suboffered, asked = parse_media_type(content.media.name)
            if offered not in {kind, "*"} or any(parameters.get(name, value) != value for name, value in asked.items()):
                continue
            if suboffered in {subtype, "*"} or suboffered.endswith(f"+{subtype}") or subtype.endswith(f"+{suboffered}"):
                ranked.append(((offered == "*") + (suboffered != subtype), content))
        return min(ranked, key=lambda entry: entry[0])[1] if ranked else None

    def _understood(self, sent: bytes | None) -> _Content | None:
        content = self._content(sent)
        if content is None or not sent:
            return content
        if _lacks_boundary(sent):
            return None
        return _Content(content.media, self._document, sent.decode("latin-1"))

    def _unsupported(self, sent: bytes | None) -> Refusal:
        supported = ", ".join(content.media.name for content in self._contents) or "none"
        got = sent.decode("latin-1") if sent else "nothing"
        source = self._body.source if self._body else None
        wrong = Violation(
            "header", "Content-Type", "content-type", supported, got, str(source), source.strength if source else ""
        )
        if source is None:
            return Refusal("media_type", f"No body is documented here, but there is one of type {got}.", [wrong])
        text = f"A body of type {got} is not documented; documented are: {supported}."
        if sent and _lacks_boundary(sent):
            text = f"The type {got} lacks its boundary; a client that writes the body adds it to the header by itself."
        return Refusal("media_type", text, [wrong], headers=((b"accept", supported.encode("latin-1", "replace")),))

    def _missing_body(self) -> Violation:
        body = self._body
        assert body is not None  # noqa: S101  (the caller has looked)
        source = body.source.for_keyword(body.extension, "required")
        return Violation("body", "", "required", "a body", "nothing", str(source), source.strength)


def _lacks_boundary(sent: bytes) -> bool:
    kind, _, parameters = parse_media_type(sent.decode("latin-1"))
    return kind == "multipart" and "boundary" not in parameters


class _Content:
    """One documented media type of a request's body."""

    def __init__(self, media: MediaType, document: Json, sent: str | None = None) -> None:
        self.media, self._document = media, document
        self._type = sent or media.name
        _, subtype, options = parse_media_type(self._type)
        is_json = f"/{subtype}".endswith(("/json", "+json")) and options.get("charset", "utf-8") == "utf-8"
        self.decode: Callable[[bytes], Json] = decode_json if is_json else self._decode

    def _decode(self, body: bytes) -> Json:
        return decode(self._type, body, self.media.schema, self._document, self.media.encoding)

    @cached_property
    def validator(self) -> Validator | None:
        """What checks the body; None where there is no schema, or one that nothing can be checked against."""
        if self.media.schema is None or self.media.schema is True:
            return None
        try:
            return compile_schema(self.media.schema, self._document, "readOnly")
        except ValueError as error:
            logger.warning(
                "%s: nothing is checked against this schema: %s", self.media.pointer, str(error).splitlines()[0]
            )
            return None

    def not_in_style(self, error: FieldNotInStyle) -> Violation:
        """What is wrong with a body of which one field is not in its notation."""
        source = self.media.source
        where, got = join("", error.name), shown(error.got)
        return Violation("body", where, "style", error.expected, got, str(source), source.strength)

    def violations(self, value: Json) -> Sequence[Violation]:
        """What is wrong with a body."""
        validator = self.validator
        if validator is None or validator.is_valid(value):
            return ()
        return violations(validator, value, self.media.schema, self._document, self.media.source, ("body", ""))
