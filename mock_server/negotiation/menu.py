"""What an operation can answer as documented, and the choice among it: status, then media type, then example."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from mock_server.answers import Answer, compact
from mock_server.coercion import types
from mock_server.encoding import encode
from mock_server.negotiation.accept import best, concrete
from mock_server.negotiation.examples import Pairs, mended, servable
from mock_server.negotiation.preferences import Preferences
from mock_server.refusals import Refusal
from mock_server.requests import Request
from mock_server.response_headers import HeaderMaker
from mock_server.schemas import compile_schema

if TYPE_CHECKING:
    from mock_server.served import Served
    from specs import Example, MediaType, Operation, Response

Json = Any
_Key = tuple[int, bytes | None, Preferences | None, str | None]
_WITHOUT_BODY = frozenset((204, 304, *range(100, 200)))


class Course(NamedTuple):
    """A chosen answer, made but for the headers that differ from one answer to the next."""

    status: int
    headers: HeaderMaker
    body: bytes

    def served(self, request: Request, wait: float = 0.0) -> Answer:
        """The answer to one request."""
        return self.headers.answer(self.status, self.body, request.started, wait)


class Choice(NamedTuple):
    """A documented answer before it is written: its value, and the name of its media type; both None without a body.

    `is_example` tells whether the document shows the value; else it was made up.
    """

    status: int
    response: Response | None
    media: MediaType | None
    name: str | None
    value: Json
    is_example: bool


class Menu:
    """The documented answers of one operation."""

    def __init__(self, operation: Operation, served: Served) -> None:
        self._operation, self._served = operation, served
        self._pairs = Pairs(operation)
        self._kept, self._kept_choices = served.courses, served.choices
        self._servable: dict[str, tuple[Example, ...]] = {}
        self._texts: dict[str, Json] = {}
        self._dynamic = served.options.mode == "dynamic"

    def usual(self, request: Request, preferences: Preferences | None = None) -> Answer:
        """The answer to a valid request: as preferred, else the first success, in a media type that is accepted."""
        accept = request.fields.get(b"accept")
        example = self._pairs.name_for(request)
        key = (id(self), accept, preferences, example)
        course = self._kept.get(key)
        if course is None:
            course = self._kept_or_made(key, request, preferences)
        return course.served(request, preferences.wait if preferences else 0.0)

    def _kept_or_made(self, key: _Key, request: Request, preferences: Preferences | None) -> Course:
        """What is made up depends on the request's parameters too; examples are kept under the key alone."""
        longer = (*key, *_asked(request))
        course = self._kept.get(longer)
        if course is None:
            course, is_example = self._chosen(request, key[1], preferences, key[3])
            self._kept.put(key if is_example else longer, course, len(course.body) + len(repr(longer)))
        return course

    def documented(self, request: Request) -> Choice:
        """The answer to a valid request without preferences, as a value. Raises Refusal `not_acceptable`."""
        status, response = first_success(self._operation)
        chosen = None if status in _WITHOUT_BODY else self.content(response, request.fields.get(b"accept"))
        if chosen is None:
            return Choice(status, response, None, None, None, is_example=False)
        key = (id(self), chosen[1], self._pairs.name_for(request), *_asked(request))
        choice = self._kept_choices.get(key)
        if choice is None:
            media, name = chosen
            value, how = self._value(response, media, None, key[2], request)
            is_example = how.startswith("example")
            choice = Choice(status, response, media, concrete(name, value), value, is_example=is_example)
            self._kept_choices.put(key, choice, 4 * len(compact(value)) + len(repr(key)))
        return choice

    def shows(self, request: Request) -> bool:
        """Whether the document shows this very request, and what it is answered with."""
        return self._pairs.shows(request)

    def for_refusal(
        self, statuses: Sequence[int], request: Request, preferences: Preferences | None = None
    ) -> Answer | None:
        """The documented answer with the first of these statuses that the document has, else its default, else None.

        A preferred code that is one of them comes first, and chooses the example. Raises Refusal `no_answer` for an
        example that is not there.
        """
        example: str | None = None
        if preferences is not None and preferences.code is not None and preferences.code in statuses:
            statuses, example = (preferences.code, *statuses), preferences.example
        for status in statuses:
            response = next((r for r in self._operation.responses if r.status == str(status)), None)
            if response is not None:
                return self._refusing(status, response, request, example)
        status = statuses[0]
        response = self._operation.response_for(status)
        return self._refusing(status, response, request, example) if response is not None else None

    def status_of(self, preferences: Preferences | None) -> tuple[int, Response | None]:
        """The status to answer with, and the response that documents it. Raises Refusal `no_answer`."""
        if preferences is None or preferences.code is None:
            return first_success(self._operation)
        response = self._operation.response_for(preferences.code)
        if response is None:
            known = ", ".join(response.status for response in self._operation.responses) or "none"
            raise Refusal(
                "no_answer", f"No answer with status {preferences.code} is documented; documented are: {known}."
            )
        return preferences.code, response

    def content(self, response: Response | None, accept: bytes | None) -> tuple[MediaType, str] | None:
        """The media type to answer in, and the name under which; None where no body is documented.

        Raises Refusal `not_acceptable` where the client accepts none of what is documented.
        """
        if response is None or not response.content:
            return None
        names = [media.name for media in response.content]
        choice = best(accept.decode("latin-1") if accept else None, names)
        if choice is None:
            asked = accept.decode("latin-1") if accept else ""
            raise Refusal(
                "not_acceptable", f"{asked!r} accepts none of the documented media types: {', '.join(names)}."
            )
        return response.content[choice[0]], choice[1]

    def _refusing(self, status: int, response: Response, request: Request, example: str | None) -> Answer | None:
        wished = None if example is None else Preferences(example=example)
        try:
            course, _ = self._course(status, response, None, wished, None, request)
        except Refusal:
            if example is not None:
                raise
            return None
        return course.served(request)

    def _chosen(
        self, request: Request, accept: bytes | None, preferences: Preferences | None, example: str | None
    ) -> tuple[Course, bool]:
        if preferences is not None and preferences.example is not None and preferences.code is None:
            return self._by_name(preferences.example, request, accept)
        status, response = self.status_of(preferences)
        return self._course(status, response, accept, preferences, example, request)

    def _by_name(self, name: str, request: Request, accept: bytes | None) -> tuple[Course, bool]:
        """The answer with an example of this name, in a success response if there is one, else in any."""
        first, success = first_success(self._operation)
        responses = [response for response in self._operation.responses if response is not success]
        for response in [*([success] if success else []), *responses]:
            if any(example.name == name for media in response.content for example in media.examples):
                status = first if response is success else concrete_status(response)
                return self._course(status, response, accept, Preferences(example=name), None, request)
        raise self._no_example(name, self._operation.responses)

    def _course(
        self,
        status: int,
        response: Response | None,
        accept: bytes | None,
        preferences: Preferences | None,
        paired: str | None,
        request: Request,
    ) -> tuple[Course, bool]:
        chosen = None if status in _WITHOUT_BODY else self.content(response, accept)
        if chosen is None:
            return Course(status, HeaderMaker(response, None, self._served, f"documented; status={status}"), b""), True
        media, name = chosen
        value, how = self._value(response, media, preferences, paired, request)
        name = concrete(name, value)
        body = b"" if how == "no schema" else encode(value, name, media.schema, self._served.api.document)
        decision = f"documented; status={status}; content={media.essence}; {how}"
        course = Course(status, HeaderMaker(response, name, self._served, decision), body)
        return course, not how.startswith("generated")

    def _value(
        self,
        response: Response | None,
        media: MediaType,
        preferences: Preferences | None,
        paired: str | None,
        request: Request,
    ) -> tuple[Json, str]:
        wished = preferences.example if preferences else None
        seed = preferences.seed if preferences else None
        dynamic = self._dynamic if preferences is None or preferences.dynamic is None else preferences.dynamic
        examples = self._examples(media)
        if wished is not None:
            for example in examples:
                if example.name == wished:
                    return example.value, f"example={wished}"
            raise self._no_example(wished, [response] if response else [])
        if not dynamic and seed is None and examples:
            example = _first(examples, paired)
            return example.value, f"example={example.name}"
        if media.schema is None:
            return (examples[0].value, f"example={examples[0].name}") if examples else (None, "no schema")
        key = f"{self._operation.id} {media.pointer} {' '.join(_asked(request))}"
        made = self._served.generated(self._wanted(media), key, seed)
        if dynamic or seed is not None or not media.examples:
            return made, "generated"
        fits = compile_schema(media.schema, self._served.api.document, "writeOnly").is_valid
        return mended(media.examples[0].value, made, fits), "generated; after an example"

    def _wanted(self, media: MediaType) -> Json:
        """The schema of what is generated: of a text a text, where the schema leaves that open."""
        if not media.essence.startswith("text/"):
            return media.schema
        if media.pointer not in self._texts:
            kinds = types(media.schema, self._served.api.document)
            is_open = "string" in kinds and len(kinds) > 1
            self._texts[media.pointer] = {"type": "string", "allOf": [media.schema]} if is_open else media.schema
        return self._texts[media.pointer]

    def _examples(self, media: MediaType) -> tuple[Example, ...]:
        """The examples that may be served; found out once."""
        found = self._servable.get(media.pointer)
        if found is None:
            found = servable(media, self._served.api, lenient=self._served.options.lenient)
            self._servable[media.pointer] = found
        return found

    def _no_example(self, name: str, responses: Sequence[Response]) -> Refusal:
        known = dict.fromkeys(
            example.name for response in responses for media in response.content for example in media.examples
        )
        listed = ", ".join(repr(each) for each in known) or "none"
        hint = " It contradicts its schema, which --lenient overlooks." if name in known else ""
        return Refusal("no_answer", f"No example {name!r} can be served; documented are: {listed}.{hint}")


def _first(examples: Sequence[Example], paired: str | None) -> Example:
    return next((example for example in examples if example.name == paired), examples[0])


def _asked(request: Request) -> tuple[str, str]:
    """The parameters that a made up answer depends on."""
    query = request.parameters.get("query", {})
    return str(sorted(request.path_values.items())), str(sorted(query.items()))


def first_success(operation: Operation) -> tuple[int, Response | None]:
    """The status of a plain answer: the lowest documented 2xx, then `2XX` and `default` as 200, then what there is."""
    ranked = sorted(operation.responses, key=_rank)
    if not ranked:
        return 200, None
    return (200 if ranked[0].status == "default" else concrete_status(ranked[0])), ranked[0]


def concrete_status(response: Response) -> int:
    """A status that the response speaks of: of a range its first, of `default` 500."""
    if response.status == "default":
        return 500
    return int(response.status.upper().replace("XX", "00"))


def _rank(response: Response) -> tuple[int, str]:
    if response.is_success:
        return (1 if "X" in response.status.upper() else 0), response.status
    return (2 if response.status == "default" else 3), response.status
