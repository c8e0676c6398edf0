"""The laws OpenAPI cannot say, read from `rules.yaml`: what operations do to resources, when, and what follows.

The file is described by `schemas/rules.schema.json`. Everything here is data: the mock compiles it into answers, the
judge into checks, each with code of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from specs.provenance import Source

Json = Any
Action = Literal["create", "update", "read", "delete", "list", "none"]


@dataclass(frozen=True, slots=True)
class Value:
    """Where a value comes from. `kind` is one of

    `sent` (as in the request; with `name` another field than its own) · `unchanged` · `new` (a fresh id) · `now` ·
    `constant` (`constant`) · `embedded` (the resource that the id in field `name` names) · `sequence` (a
    format string in `name`, counting from 1).
    """

    kind: Literal["sent", "unchanged", "new", "now", "constant", "embedded", "sequence"]
    name: str = ""
    constant: Json = None


@dataclass(frozen=True, slots=True)
class Condition:
    """When a law holds. `kind` is one of

    `always` · `changed` (one of `fields` was sent, and differs from before) · `sent` (`fields[0]` was sent with
    the value `equals`) · `not_sent` (`fields[0]` was not sent) · `answered` (the answer has `equals` at the
    pointer `fields[0]`).
    """

    kind: Literal["always", "changed", "sent", "not_sent", "answered"] = "always"
    fields: tuple[str, ...] = ()
    equals: Json = None


@dataclass(frozen=True, slots=True)
class Effect:
    """What an operation makes of fields of its resource. `sent` says nothing of a field that was not sent;
    `unchanged` nothing of one that was. Of several effects of one field, the first that speaks decides.
    """

    id: str
    fields: tuple[str, ...]
    becomes: Value
    when: Condition
    source: Source


@dataclass(frozen=True, slots=True)
class Answered:
    """What stands at a pointer of the answer's body, beside the resource. The first one of a pointer whose condition
    holds decides.
    """

    id: str
    at: str
    value: Value
    when: Condition
    source: Source


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of an update matrix: may `field` be updated while the resource's state is `state`?"""

    field: str
    state: str
    verdict: Literal["permitted", "refused", "limited"]
    source: Source


@dataclass(frozen=True, slots=True)
class Permits:
    """An update matrix: `by` is the field of the resource that holds its state."""

    id: str
    by: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Key:
    """Where a request names the resource: `path` (a parameter's name), or `body` (a pointer)."""

    location: Literal["path", "body"]
    name: str


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What one operation does.

    `input` and `output` are pointers into the bodies of request and response, to where the resource's fields stand;
    `output` is None where the answer does not show the resource.
    """

    operation: str
    action: Action
    resource: str
    key: Key | None
    input: str
    output: str | None
    effects: tuple[Effect, ...]
    answer: tuple[Answered, ...]
    permits: Permits | None
    source: Source


@dataclass(frozen=True, slots=True)
class State:
    """A state a resource can be in: `value` of the field `Resource.state_field`; `name` is what people call it in a
    states file (`an interview in status completed`).
    """

    name: str
    value: str
    source: Source


@dataclass(frozen=True, slots=True)
class Resource:
    """A kind of resource.

    `order` is the order of its members in an answer; `new_id` says how the mock names a new one
    (`{"next": 1}`: the next free number, `{"random": "int_{12}"}`: a text with 12 random letters and digits).
    `times` maps fields to the notation of their times (`seconds` or `milliseconds`); `embeds` maps a member to the
    (kind of resource, field with its id).
    """

    name: str
    identity: str
    new_id: Mapping[str, Json] | None
    order: tuple[str, ...]
    times: Mapping[str, str]
    embeds: Mapping[str, tuple[str, str]]
    state_field: str | None
    states: tuple[State, ...]
    source: Source

    @property
    def phrase(self) -> str:
        """The resource with its article: `an interview`."""
        return f"{'an' if self.name[:1] in 'aeiou' else 'a'} {self.name.replace('_', ' ')}"


@dataclass(frozen=True, slots=True)
class MadeHeader:
    """A response header that is computed: `made` is `uuid`, `seconds`, or a mapping `{"digest_of": "body",
    "algorithm": "sha256", "digits": 32, "weak": true}`.
    """

    name: str
    made: Json
    source: Source


@dataclass(frozen=True, slots=True)
class Problem:
    """One way the mock refuses: `kind` is `unauthenticated`, `malformed`, `invalid`, `not_found`, `not_permitted`,
    `reference_not_found`, ...; `members` fill the placeholders of the envelope (`code`, `message`, `title`).
    """

    kind: str
    status: int
    members: Mapping[str, Json]
    source: Source


@dataclass(frozen=True, slots=True)
class Problems:
    """How an API refuses. `envelope` is a JSON template with `{placeholder}` strings, or None for RFC 9457;
    `refused_at` and `refused_value` say how a refusal is told from its body, where the docs show that.
    """

    envelope: Json = None
    kinds: Mapping[str, Problem] = field(default_factory=dict)
    refused_at: str | None = None
    refused_value: Json = None
    source: Source | None = None


@dataclass(frozen=True, slots=True)
class WebhookRule:
    """When an event is sent: after which operation, under which condition."""

    event: str
    after: str
    when: Condition
    source: Source


@dataclass(frozen=True, slots=True)
class Rules:
    """All laws of one API; empty for a document that comes without."""

    resources: Mapping[str, Resource] = field(default_factory=dict)
    behaviours: Mapping[str, Behaviour] = field(default_factory=dict)
    headers: Mapping[str, MadeHeader] = field(default_factory=dict)
    problems: Problems = field(default_factory=Problems)
    webhooks: tuple[WebhookRule, ...] = ()
