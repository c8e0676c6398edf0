"""Recorded exchanges that are answered again: which request each is for, and what it was answered with."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote

from mock_server.answers import DECISION, Answer, HeaderList, answer_with, compact
from mock_server.negotiation.accept import best
from mock_server.redaction import HIDDEN
from mock_server.routing import Router
from mock_server.schemas import compile_schema, violations

if TYPE_CHECKING:
    from mock_server.requests import Request
    from mock_server.served import Served
    from specs import Fixture, MediaType, Operation, Response

Json = Any
_BODILESS = frozenset((204, 304))


@dataclass(frozen=True, slots=True)
class Recording:
    """One exchange: the request by its path's values, its query and its body; and the answer.

    What was redacted in the request may be anything.
    """

    name: str
    path_values: Mapping[str, str]
    query: Sequence[tuple[str, str]]
    value: Json
    status: int
    headers: HeaderList
    body: bytes

    def fits(self, request: Request, value: Json) -> bool:
        """Whether a request is the recorded one; `value` is that of its body."""
        path_values = {name: unquote(text) for name, text in request.path_values.items()}
        return (
            _is_like(self.path_values, path_values)
            and _is_like(self.query, _pairs(request.query.decode("latin-1")))
            and _is_like(self.value, value)
            and self._is_accepted(request.fields.get(b"accept"))
        )

    def answer(self) -> Answer:
        """The recorded answer."""
        return answer_with(self.status, [*self.headers, (DECISION, f"recorded; {self.name}".encode())], self.body)

    def _is_accepted(self, accept: bytes | None) -> bool:
        kind = dict(self.headers).get(b"content-type")
        return accept is None or kind is None or best(accept.decode("latin-1"), [kind.decode("latin-1")]) is not None


class Recordings:
    """The recordings of an API, the newest first; `left_out` says of each that is not answered why."""

    def __init__(self, fixtures: Iterable[Fixture], served: Served) -> None:
        self._served = served
        self._by_operation: dict[str, list[Recording]] = {}
        self.left_out: list[str] = []
        self.known: set[str] = set()
        for fixture in sorted(fixtures, key=lambda one: one.source.section, reverse=True):
            found = self._found(fixture)
            if found is not None:
                self.known.add(str(fixture.file))
                self._add(fixture, *found)

    def of(self, operation: Operation) -> Sequence[Recording]:
        """The recordings of an operation."""
        return self._by_operation.get(operation.id, ())

    def _found(self, fixture: Fixture) -> tuple[Operation, dict[str, str]] | None:
        """The operation of an exchange, and the values of its path; None where it is one of another API."""
        operation = self._served.api.by_id.get(fixture.operation)
        if operation is None or fixture.request is None:
            return None
        router, path = Router[None](), fixture.request.path.partition("?")[0]
        router.add(operation.method, operation.full_path, None)
        found = router.find(unquote(path), path.encode())
        if found is None:
            return None
        names, _ = found[0].methods[operation.method]
        return operation, dict(zip(names, map(unquote, found[1]), strict=True))

    def _add(self, fixture: Fixture, operation: Operation, path_values: Mapping[str, str]) -> None:
        request, response = fixture.request, fixture.response
        wrong = self._wrong(fixture, operation)
        if wrong and not (self._served.options.lenient and response.status is not None):
            self.left_out.append(f"the recording {fixture.file.name} is not answered: {wrong}")
        elif request is not None and response.status is not None:
            headers = [(name.lower().encode("latin-1"), value.encode()) for name, value in response.headers.items()]
            body, text = response.body, isinstance(response.body, str) and not _is_json(response.headers)
            recording = Recording(
                fixture.file.name,
                path_values,
                _pairs(request.path.partition("?")[2]),
                request.body if request.has_body else None,
                response.status,
                headers,
                b"" if not response.has_body else body.encode() if text else compact(body),
            )
            self._by_operation.setdefault(operation.id, []).append(recording)

    def _wrong(self, fixture: Fixture, operation: Operation) -> str:
        """How the answer contradicts the document; "" where it does not."""
        response = fixture.response
        if response.status is None:
            return "it shows no status"
        documented = operation.response_for(response.status)
        if documented is None:
            return f"{operation.id} has no answer with the status {response.status}"
        if not documented.content or operation.method == "HEAD" or response.status in _BODILESS:
            return ""
        if not response.has_body:
            return "its body was no text, or it had none although one is documented"
        media = _media(documented, response.headers)
        if media is None:
            return f"{operation.id} is documented to answer with {', '.join(one.name for one in documented.content)}"
        return self._violation(media, response.body) if media.is_json and media.schema is not None else ""

    def _violation(self, media: MediaType, value: Json) -> str:
        api = self._served.api
        validator = compile_schema(media.schema, api.document, "writeOnly")
        if validator.is_valid(value):
            return ""
        first = violations(validator, value, media.schema, api.document, media.source, ("body", ""))[0]
        return f"at {first.where or '/'} of its body, expected is {first.expected}, got {first.got} ({first.source})"


def value_of(body: bytes) -> Json:
    """The value of a body as recordings hold it: JSON, else text; None for none."""
    try:
        return json.loads(body) if body else None
    except (ValueError, RecursionError):
        return body.decode("utf-8", "replace")


def _media(documented: Response, headers: Mapping[str, str]) -> MediaType | None:
    kind = _kind(headers)
    if not kind:
        return documented.content[0]
    found = best(kind, [media.name for media in documented.content])
    return None if found is None else documented.content[found[0]]


def _kind(headers: Mapping[str, str]) -> str:
    return next((value.partition(";")[0] for name, value in headers.items() if name.lower() == "content-type"), "")


def _is_json(headers: Mapping[str, str]) -> bool:
    return _kind(headers).endswith(("/json", "+json"))


def _pairs(query: str) -> list[tuple[str, str]]:
    return sorted(parse_qsl(query, keep_blank_values=True), key=lambda pair: pair[0])


def _is_like(recorded: Json, given: Json) -> bool:
    """Whether a value is the recorded one, but for what is hidden there."""
    if isinstance(recorded, str) and HIDDEN in recorded:
        pattern = ".*".join(map(re.escape, recorded.split(HIDDEN)))
        return recorded == HIDDEN or (isinstance(given, str) and re.fullmatch(pattern, given, re.DOTALL) is not None)
    if isinstance(recorded, Mapping) and isinstance(given, Mapping):
        return recorded.keys() == given.keys() and all(_is_like(recorded[name], given[name]) for name in recorded)
    if isinstance(recorded, list | tuple) and isinstance(given, list | tuple):
        return len(recorded) == len(given) and all(map(_is_like, recorded, given))
    return bool(recorded == given) and isinstance(recorded, bool) == isinstance(given, bool)


def left_out(all_served: Sequence[Served]) -> list[str]:
    """What is to be told of the recordings that are not answered."""
    told = [f"{served.api.name}: {text}" for served in all_served for text in served.recordings.left_out]
    known = {file for served in all_served for file in served.recordings.known}
    fixtures = all_served[0].options.recordings if all_served else ()
    unknown = [fixture for fixture in fixtures if str(fixture.file) not in known]
    return told + [
        f"the recording {one.file.name} is not answered: no API that is served has {one.operation}"
        + (f" at {one.request.path}" if one.request else ", or it shows no request")
        for one in unknown
    ]
