"""The parameters of a request: found, typed by their schemas, checked. Compiled once per operation."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, unquote_plus

from mock_server import styles
from mock_server.coercion import (
    EVERY_TYPE,
    Coercion,
    compile_coercion,
    compile_scalar,
    members,
    other_members,
    types,
)
from mock_server.references import is_annotation
from mock_server.schemas import at, compile_schema, is_plain_string, resolve, shown, violations
from mock_server.styles import MISSING, Fields, NotInStyle, Shape
from mock_server.violations import Violation

if TYPE_CHECKING:
    from jsonschema_rs import Validator

    from specs import Parameter

Json = Any
Values = dict[str, dict[str, Json]]
Headers = Sequence[tuple[bytes, bytes]]

_EMPTY: tuple[Json, ...] = ("", [], [""])
"""What is read where a parameter of the query has no value."""

IGNORED_HEADERS = frozenset(("accept", "content-type", "authorization"))
"""Headers that OpenAPI describes elsewhere: a parameter of such a name says nothing."""


def compile_parameters(parameters: tuple[Parameter, ...], document: Mapping[str, Json]) -> ParameterReader:
    """The reader of an operation's parameters, whose schemas' references are `#/...` pointers into the document."""
    return ParameterReader(parameters, document)


class ParameterReader:
    """Reads the parameters of one operation.

    Called with the path parameters as they stand in the path (percent-encoded), the query string and the headers
    (names in lower case), it gives the values by location (`path`, `query`, `header`, `cookie`) and name, defaults
    filled in, and everything that is wrong with them. What is wrong has no value.
    """

    __slots__ = ("_cookies", "_fields", "_headers", "_path", "_plain_path", "_query")

    def __init__(self, parameters: tuple[Parameter, ...], document: Mapping[str, Json]) -> None:
        taken = frozenset(each.name for each in parameters if each.location in ("query", "cookie"))
        compiled = [_Compiled(each, document, taken) for each in parameters if not _is_ignored(each)]
        path = [each for each in compiled if each.location == "path"]
        self._plain_path = tuple(each.name for each in path if each.is_plain)
        self._path = tuple(each for each in path if not each.is_plain)
        self._query = tuple(each for each in compiled if each.location == "query")
        self._headers = tuple(
            (each.name.lower().encode("latin-1"), each) for each in compiled if each.location == "header"
        )
        self._cookies = tuple(each for each in compiled if each.location == "cookie")

    def __call__(
        self, path_params: Mapping[str, str], query_string: bytes, headers: Headers
    ) -> tuple[Values, list[Violation]]:
        """The values by location and name, and the violations."""
        path: dict[str, Json] = {}
        query: dict[str, Json] = {}
        header: dict[str, Json] = {}
        cookie: dict[str, Json] = {}
        wrong: list[Violation] = []
        for name in self._plain_path:
            if (text := path_params.get(name)) is not None:
                path[name] = unquote(text) if "%" in text else text
        for each in self._path:
            if (text := path_params.get(each.name)) is not None:
                each.read_path(text, path, wrong)
        if self._query:
            fields = styles.parse_query(query_string) if query_string else {}
            for each in self._query:
                each.read_fields(fields, query, wrong)
        if self._headers:
            self._read_headers(headers, header, wrong)
        if self._cookies:
            self._read_cookies(headers, cookie, wrong)
        return {"path": path, "query": query, "header": header, "cookie": cookie}, wrong

    def _read_headers(self, headers: Headers, values: dict[str, Json], wrong: list[Violation]) -> None:
        for name, each in self._headers:
            each.read_header([sent[1] for sent in headers if sent[0] == name], values, wrong)

    def _read_cookies(self, headers: Headers, values: dict[str, Json], wrong: list[Violation]) -> None:
        fields = styles.parse_cookies([text.decode("latin-1") for name, text in headers if name == b"cookie"])
        for each in self._cookies:
            each.read_fields(fields, values, wrong)


def _is_ignored(parameter: Parameter) -> bool:
    return parameter.location == "header" and parameter.name.lower() in IGNORED_HEADERS


class _Compiled:
    """One parameter: how its text is found, made a value, and checked."""

    def __init__(self, parameter: Parameter, document: Mapping[str, Json], taken: frozenset[str]) -> None:
        self.parameter, self.document = parameter, document
        self.name, self.location, self.required = parameter.name, str(parameter.location), parameter.required
        self.is_plain = parameter.content is None and is_plain_string(parameter.schema, document)
        self.is_plain = self.is_plain and parameter.style in ("simple", "form")
        self.digits = _plain_digits(parameter, document)
        self.kinds = frozenset(("string",)) if self.is_plain else types(parameter.schema, document)
        self.shape: Shape = "text" if parameter.content is not None else _shape(self.kinds, parameter.style)
        self.is_text = parameter.content is not None or (self.shape == "text" and parameter.style == "simple")
        self.default = _default(parameter.schema, document)
        self.empty_allowed = _allows_empty(parameter, document)
        self.decode: Callable[[str], str] = unquote_plus if self.location == "query" else unquote
        self.find: Callable[[Fields], Json] = _finder(parameter, document, self.shape, self.decode, taken)

    @cached_property
    def coerce(self) -> Coercion | None:
        return None if self.parameter.content else compile_coercion(self.parameter.schema, self.document)

    @cached_property
    def coerce_single(self) -> Coercion | None:
        """Of a value that may be an array as well as a single value: the latter."""
        kinds = self.kinds - {"array", "object"}
        return compile_scalar(self.parameter.schema, self.document, kinds) or str if kinds else None

    @cached_property
    def validator(self) -> Validator | None:
        if self.is_plain or self.parameter.schema is None:
            return None
        try:
            return compile_schema(self.parameter.schema, self.document)
        except ValueError:  # what is no schema refuses nothing; the reader of specs has told of it
            return None

    def read_path(self, text: str, values: dict[str, Json], wrong: list[Violation]) -> None:
        """Reads the parameter from its text in the path."""
        if self.digits and text.isdecimal() and len(text) <= self.digits:
            values[self.name] = int(text)
            return
        given = self.parameter
        try:
            if self.is_text:
                found: Json = unquote(text) if "%" in text else text
            else:
                found = styles.split_path(text, self.name, given.style, self.shape, given.explode)
        except NotInStyle as error:
            wrong.append(self._violation("style", str(error), shown(text)))
            return
        self._check(found, values, wrong)

    def read_header(self, texts: list[bytes], values: dict[str, Json], wrong: list[Violation]) -> None:
        """Reads the parameter from the header fields of its name."""
        if not texts:
            self._absent(values, wrong)
            return
        text = texts[0].decode("latin-1") if len(texts) == 1 else ",".join(text.decode("latin-1") for text in texts)
        if self.is_plain:
            values[self.name] = text
            return
        try:
            found = styles.split_text(text, self.shape, ",", self.parameter.explode, str.strip)
        except NotInStyle as error:
            wrong.append(self._violation("style", str(error), shown(text)))
            return
        self._check(found, values, wrong)

    def read_fields(self, fields: Fields, values: dict[str, Json], wrong: list[Violation]) -> None:
        """Reads the parameter from the fields of the query or of the cookies."""
        if self.is_plain and self.name not in fields:
            self._absent(values, wrong)
            return
        try:
            found = self.find(fields)
        except NotInStyle as error:
            wrong.append(self._violation("style", str(error), shown(fields.get(self.name, fields))))
            return
        if found is MISSING:
            self._absent(values, wrong)
        elif self.empty_allowed and self.name in fields and not any(fields[self.name]):
            values[self.name] = ""
        elif self.required and self.location == "query" and found in _EMPTY:
            wrong.append(self._violation("required", "a value (allowEmptyValue is not true)", shown("")))
        else:
            self._check(found, values, wrong)

    def _absent(self, values: dict[str, Json], wrong: list[Violation]) -> None:
        if self.required:
            wrong.append(self._violation("required", "a value", "nothing"))
        elif self.default is not MISSING:
            values[self.name] = self.default

    def _check(self, found: Json, values: dict[str, Json], wrong: list[Violation]) -> None:
        if self.is_plain:
            values[self.name] = found
            return
        if self.parameter.content is not None:
            found = self._decoded(found, wrong)
            if found is MISSING:
                return
        value = self._typed(found)
        validator = self.validator
        if validator is None or validator.is_valid(value):
            values[self.name] = value
            return
        given, place = self.parameter, (self.location, self.name)
        wrong.extend(violations(validator, value, given.schema, self.document, given.source, place))

    def _typed(self, found: Json) -> Json:
        if (
            isinstance(found, list)
            and len(found) == 1
            and self.coerce_single is not None
            and self.validator is not None
        ):
            single = self.coerce_single(found[0])
            if self.validator.is_valid(single):
                return single
        return self.coerce(found) if self.coerce is not None else found

    def _decoded(self, text: str, wrong: list[Violation]) -> Json:
        from mock_server.bodies import MalformedBody, decode  # most operations have no parameter of this kind

        content = str(self.parameter.content)
        try:
            return decode(content, text.encode(), self.parameter.schema, self.document)
        except MalformedBody as error:
            wrong.append(self._violation("content", f"{content}: {error}", shown(text)))
            return MISSING

    def _violation(self, keyword: str, expected: str, got: str) -> Violation:
        said = self.parameter.source.for_keyword(self.parameter.extension, keyword)
        return Violation(self.location, self.name, keyword, expected, got, str(said), said.strength)


def _plain_digits(parameter: Parameter, document: Json) -> int:
    """How many digits a text may have that is a valid value whatever they are; 0 where more has to be looked at."""
    schema = resolve(parameter.schema, document)
    if parameter.content is not None or parameter.style != "simple" or not isinstance(schema, Mapping):
        return 0
    said = {key: value for key, value in schema.items() if not is_annotation(key)}
    digits = {None: 15, "int64": 15, "int32": 9}.get(said.pop("format", None), 0)
    lowest, highest = said.pop("minimum", 0), said.pop("maximum", 10**digits)
    is_bounded = not isinstance(lowest, int) or lowest > 0 or not isinstance(highest, int) or highest < 10**digits - 1
    return digits if said == {"type": "integer"} and not is_bounded else 0


def _shape(kinds: frozenset[str], style: str) -> Shape:
    if style == "deepObject" and "object" in kinds:
        return "object"
    if kinds == EVERY_TYPE or not kinds & {"array", "object"}:
        return "text"
    return "array" if "array" in kinds else "object"


def _default(schema: Json, document: Json) -> Json:
    for _ in range(8):
        if not isinstance(schema, Mapping):
            break
        if "default" in schema:
            return schema["default"]
        schema = resolve({"$ref": schema["$ref"]}, document) if "$ref" in schema else None
    return MISSING


def _allows_empty(parameter: Parameter, document: Json) -> bool:
    """Whether the document has `allowEmptyValue: true` for a query parameter."""
    if parameter.location != "query":
        return False
    try:
        node = resolve(at(document, parameter.pointer), document)
    except KeyError:
        return False
    return isinstance(node, Mapping) and node.get("allowEmptyValue") is True


def _finder(
    parameter: Parameter, document: Json, shape: Shape, decode: Callable[[str], str], taken: frozenset[str]
) -> Callable[[Fields], Json]:
    """What takes a parameter's texts out of the fields of a query or of cookies."""
    name, style, explode = parameter.name, parameter.style, parameter.explode
    if shape == "array":
        return lambda fields: styles.array(fields, name, style, explode, decode)
    if shape == "text":
        return lambda fields: styles.one(fields[name], decode) if name in fields else MISSING
    if style == "deepObject":
        return lambda fields: styles.deep(fields, name, decode)
    if not explode:
        return lambda fields: styles.flat_object(fields, name, style, decode)
    known = frozenset(members(parameter.schema, document))
    others = other_members(parameter.schema, document) is not None or not known
    return lambda fields: styles.spread_object(fields, known, taken - known, decode, others=others)
