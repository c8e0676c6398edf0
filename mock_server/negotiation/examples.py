"""The documented examples of an answer: which of them may be served, and which one belongs to a request."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from mock_server.requests import Request
from mock_server.schemas import Omitted, compile_schema

if TYPE_CHECKING:
    from specs import Api, Example, MediaType, Operation

Json = Any


def servable(
    media: MediaType, api: Api, *, lenient: bool = False, omitted: Omitted = "writeOnly"
) -> tuple[Example, ...]:
    """The examples of a body that fit its schema; all of them when `lenient`.

    `omitted` members may be missing: `writeOnly` ones from answers, `readOnly` ones from requests.
    """
    if lenient or media.schema is None or not media.examples:
        return media.examples
    try:
        validator = compile_schema(media.schema, api.document, omitted)
    except ValueError:
        return media.examples
    return tuple(example for example in media.examples if validator.is_valid(example.value) or _is_raw(example, media))


def _is_raw(example: Example, media: MediaType) -> bool:
    """Whether an example is the text of a body that is no JSON, which a schema of its structure says nothing of."""
    return isinstance(example.value, str) and not media.is_json


class Pairs:
    """The examples of requests by name, to find the one that a request equals; answers of that name belong to it."""

    def __init__(self, operation: Operation) -> None:
        bodies = operation.body.content if operation.body else ()
        self._bodies: dict[str, Json] = {example.name: example.value for media in bodies for example in media.examples}
        self._fixtures = {example.name: example.fixture for media in bodies for example in media.examples}
        self._parameters: dict[str, list[tuple[str, str, Json]]] = {}
        answers = {
            example.name for response in operation.responses for media in response.content for example in media.examples
        }
        for parameter in operation.parameters:
            for example in parameter.examples:
                if example.name in answers:
                    entry = (parameter.location, parameter.name, example.value)
                    self._parameters.setdefault(example.name, []).append(entry)
        self._shown = tuple(name for name in {**self._bodies, **self._parameters} if name in answers)
        self._names = self._shown if len(answers) > 1 else ()

    def name_for(self, request: Request) -> str | None:
        """The name of the documented request that this one equals, or None; None, too, where it decides nothing."""
        return self._equal(self._names, request)

    def shows(self, request: Request) -> bool:
        """Whether this request is a documented one, with an answer of its name."""
        return self._equal(self._shown, request) is not None

    def _equal(self, names: tuple[str, ...], request: Request) -> str | None:
        for name in names:
            if name in self._bodies and not (request.has_value and request.value == self._bodies[name]):
                continue
            if all(_equals(request.parameters, *each) for each in self._parameters.get(name, ())):
                return name
        return None


def _equals(parameters: Mapping[str, Mapping[str, Json]], location: str, name: str, value: Json) -> bool:
    given = parameters.get(location, {}).get(name)
    return bool(given == value)
