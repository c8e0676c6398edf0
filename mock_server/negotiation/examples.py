"""The documented examples of an answer: which of them may be served, and which one belongs to a request."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import partial
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


def mended(example: Json, made: Json, fits: Callable[[Json], bool]) -> Json:
    """What was made up for a schema, with all of an example that `fits` lets stand in it: a value that fits, too.

    An example that is the text of an object or an array is read as one.
    """
    if isinstance(example, str) and isinstance(made, Mapping | list):
        example = _read(example)
    if isinstance(example, Mapping) and isinstance(made, Mapping):
        found = dict(made)
        for name, value in example.items():
            in_place = partial(_fits_member, fits, found, name)
            if in_place(value):
                found[name] = value
            elif name in found:
                found[name] = mended(value, found[name], in_place)
        return found
    if isinstance(example, list) and isinstance(made, list) and made:
        in_place = partial(_fits_first, fits, made)
        items = [item if in_place(item) else mended(item, made[0], in_place) for item in example]
        return items if fits(items) else made
    return example if fits(example) else made


def _read(text: str) -> Json:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _fits_member(fits: Callable[[Json], bool], around: Mapping[str, Json], name: str, value: Json) -> bool:
    return fits({**around, name: value})


def _fits_first(fits: Callable[[Json], bool], around: Sequence[Json], value: Json) -> bool:
    return fits([value, *around[1:]])


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
