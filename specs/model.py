"""The values of the kit: what a spec says, frozen. Both the mock and the judge read these, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import unquote

from specs.provenance import Source, Strength

if TYPE_CHECKING:
    from specs.claims import Claim
    from specs.rules import Rules

Json = Any
"""A JSON value: None, bool, int, float, str, list, dict. Never changed after loading."""

Location = Literal["path", "query", "header", "cookie"]


@dataclass(frozen=True, slots=True)
class Example:
    """A named example: of a parameter, a request body or a response body. `fixture` names the exchange it is from."""

    name: str
    value: Json
    summary: str = ""
    fixture: str | None = None
    pointer: str = ""


@dataclass(frozen=True, slots=True)
class MediaType:
    """One entry of `content`: `name` as written (`application/json; charset=utf-8`), its schema, its examples.

    `schema` is a JSON Schema 2020-12 whose references are `#/...` pointers into `Api.document`; None where none is
    given. `pointer` is the JSON pointer of the entry in `Api.document`.
    """

    name: str
    schema: Json | None
    examples: tuple[Example, ...]
    source: Source
    pointer: str
    encoding: Mapping[str, Json] = field(default_factory=dict)

    @property
    def essence(self) -> str:
        """The name without parameters, in lower case: `application/json`."""
        return self.name.partition(";")[0].strip().lower()

    @property
    def is_json(self) -> bool:
        """Whether bodies of this type are JSON (`application/json`, `text/json`, `...+json`)."""
        return self.essence.endswith(("/json", "+json"))


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a request. `content` is its media type where the document gives one instead of a schema."""

    name: str
    location: Location
    required: bool
    schema: Json | None
    style: str
    explode: bool
    examples: tuple[Example, ...]
    source: Source
    pointer: str
    extension: Mapping[str, Any] = field(default_factory=dict)
    content: str | None = None
    allow_reserved: bool = False


@dataclass(frozen=True, slots=True)
class RequestBody:
    """The body of a request: whether it must be there, and what it may be."""

    required: bool
    content: tuple[MediaType, ...]
    source: Source
    pointer: str
    extension: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Header:
    """A header of a response; `constant` is its one documented value, where there is one."""

    name: str
    required: bool
    schema: Json | None
    source: Source
    pointer: str
    examples: tuple[Example, ...] = ()
    style: str = "simple"
    explode: bool = False

    @property
    def constant(self) -> str | None:
        """The value of `const` in the schema, as text."""
        schema = self.schema
        return str(schema["const"]) if isinstance(schema, Mapping) and "const" in schema else None


@dataclass(frozen=True, slots=True)
class Link:
    """An OpenAPI link: an answer's value that can be used in another operation."""

    name: str
    operation: str
    parameters: Mapping[str, str]
    source: Source
    pointer: str


@dataclass(frozen=True, slots=True)
class Response:
    """What may come back: `status` is `200`, `4XX` or `default`."""

    status: str
    description: str
    headers: tuple[Header, ...]
    content: tuple[MediaType, ...]
    links: tuple[Link, ...]
    source: Source
    pointer: str

    @property
    def is_success(self) -> bool:
        """Whether this is a 2xx response."""
        return self.status.startswith("2")

    def covers(self, status: int) -> bool:
        """Whether this response speaks of `status` (ranges included, `default` not)."""
        return self.status == str(status) or (self.status.upper().endswith("XX") and self.status[0] == str(status)[0])


@dataclass(frozen=True, slots=True)
class SecurityScheme:
    """How a client shows who it is: `kind` is `http`, `apiKey`, `oauth2`, `openIdConnect` or `mutualTLS`.

    `scheme` is the HTTP scheme in lower case (`bearer`, `basic`); for `apiKey`, `location` and `parameter` say where.
    """

    name: str
    kind: str
    scheme: str
    location: str
    parameter: str
    source: Source
    pointer: str


@dataclass(frozen=True, slots=True)
class Callback:
    """A request that the API makes after an operation: `expression` gives its URL, `operation` its method and body."""

    name: str
    expression: str
    operation: Operation


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one path.

    `path` is the template as in the document, without the server's base path; `full_path` has it. `security` is a
    list of alternatives, each a mapping from scheme name to scopes; an empty list means open to all.
    """

    id: str
    method: str
    path: str
    base_path: str
    parameters: tuple[Parameter, ...]
    body: RequestBody | None
    responses: tuple[Response, ...]
    security: tuple[Mapping[str, tuple[str, ...]], ...]
    source: Source
    pointer: str
    summary: str = ""
    tags: tuple[str, ...] = ()
    deprecated: bool = False
    extension: Mapping[str, Any] = field(default_factory=dict)
    named: bool = True
    callbacks: tuple[Callback, ...] = ()

    @property
    def full_path(self) -> str:
        """The path a client uses: the server's base path and the template."""
        return self.base_path + self.path

    def response_for(self, status: int) -> Response | None:
        """The response that speaks of `status`: the exact one, else its range, else `default`, else None."""
        exact = [r for r in self.responses if r.status == str(status)]
        ranges = [r for r in self.responses if r.covers(status)]
        default = [r for r in self.responses if r.status == "default"]
        return next(iter(exact + ranges + default), None)

    @property
    def success(self) -> Response | None:
        """The first 2xx response of the document: 200, else the lowest, else the range, else None."""
        return min((r for r in self.responses if r.is_success), key=lambda r: r.status, default=None)


@dataclass(frozen=True, slots=True)
class Webhook:
    """An event the API sends: its name, its operation (method, body), and when it is sent (`Rules.webhooks`)."""

    name: str
    operation: Operation


@dataclass(frozen=True, slots=True)
class ExchangeRequest:
    """The request of a documented exchange; `body` is None where there is none."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: Json
    has_body: bool = True


@dataclass(frozen=True, slots=True)
class ExchangeResponse:
    """The response of a documented exchange; `status` is None where the page shows none."""

    status: int | None
    headers: Mapping[str, str]
    body: Json
    has_body: bool = True


@dataclass(frozen=True, slots=True)
class Fixture:
    """A documented exchange: a file of `fixtures/<api>/`.

    `name` is the file's stem. `request` is None where the page shows an answer only. `assumed` are JSON pointers
    (into `/request/...`, `/response/...`) of what the page does not show.
    """

    name: str
    operation: str
    title: str
    request: ExchangeRequest | None
    response: ExchangeResponse
    source: Source
    file: Path
    assumed: tuple[str, ...] = ()

    def strength_at(self, pointer: str) -> Strength:
        """The strength of the value at `pointer`: `assumed` at and below the places that the file says so of."""
        if any(pointer == place or pointer.startswith(place + "/") for place in self.assumed):
            return Strength.ASSUMED
        return self.source.strength


@dataclass(frozen=True, slots=True)
class Seed:
    """The state an API starts from: resources by kind, in order, and the next number of each kind that counts."""

    resources: Mapping[str, tuple[Mapping[str, Json], ...]] = field(default_factory=dict)
    next_id: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Api:
    """A documented service, as its spec says it. Values are frozen; `document` must not be changed.

    `document` is the OpenAPI document in 3.1 form, all of its references `#/...` pointers into itself, examples filled
    from the fixtures. `original` is the text of the file. `base_path` is that of the first server. `warnings` are
    what was wrong and could be served all the same. `files` are those of this machine that it was read from.
    """

    name: str
    title: str
    version: str
    file: Path
    original: str = field(repr=False)
    document: Mapping[str, Json] = field(repr=False)
    base_path: str
    servers: tuple[str, ...]
    operations: tuple[Operation, ...]
    webhooks: tuple[Webhook, ...]
    security_schemes: Mapping[str, SecurityScheme]
    fixtures: tuple[Fixture, ...]
    seed: Seed
    rules: Rules
    source: Source
    warnings: tuple[str, ...] = ()
    files: tuple[Path, ...] = ()

    @cached_property
    def claims(self) -> tuple[Claim, ...]:
        """Everything the spec, its fixtures and its rules promise; see `specs.claims`."""
        from specs.claims import derive  # a mock does not need claims, and starts without them

        return derive(self)

    @cached_property
    def by_id(self) -> Mapping[str, Operation]:
        """The operations by their ids."""
        return {operation.id: operation for operation in self.operations}

    def resolve(self, node: Json) -> Json:
        """`node`, or what it refers to when it is a reference (followed until it is none; siblings are ignored)."""
        seen: set[str] = set()
        while isinstance(node, Mapping) and isinstance(node.get("$ref"), str) and node["$ref"] not in seen:
            seen.add(node["$ref"])
            node = self.at(unquote(node["$ref"].removeprefix("#")))
        return node

    def at(self, pointer: str) -> Json:
        """The value at a JSON pointer of the document. Raises KeyError where there is none."""
        from specs.pointers import resolve

        return resolve(self.document, pointer)
