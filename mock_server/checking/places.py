"""The places of a JSON value that a claim speaks of, and single keywords of schemas."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from mock_server.checking.exchanged import NOTHING
from mock_server.schemas import Omitted, compile_schema
from specs import pointers

if TYPE_CHECKING:
    from jsonschema_rs import Validator

    from specs import Claim

Json = Any
_READS: Mapping[str, tuple[str, ...]] = {
    "if": ("then", "else"),
    "additionalProperties": ("properties", "patternProperties"),
    "contains": ("minContains", "maxContains"),
}
"""Which keywords beside them others read."""


def child(value: Json, token: str) -> Json:
    """The member or item `token` of a value, or NOTHING."""
    if isinstance(value, dict):
        return value.get(token, NOTHING)
    if isinstance(value, list) and token.isdigit() and int(token) < len(value):
        return value[int(token)]
    return NOTHING


def matches(value: Json, pattern: str) -> Iterator[tuple[str, Json]]:
    """All places of a value that a pointer names in which `*` is any item or member, with what stands there."""
    yield from _matches(value, pointers.split(pattern), "")


def _matches(value: Json, tokens: list[str], here: str) -> Iterator[tuple[str, Json]]:
    if not tokens:
        yield here, value
        return
    step, rest = tokens[0], tokens[1:]
    if step != "*":
        if (inner := child(value, step)) is not NOTHING:
            yield from _matches(inner, rest, pointers.join(here, step))
        return
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in pairs:
        yield from _matches(inner, rest, pointers.join(here, str(key)))


def holders(value: Json, at: str) -> Iterator[tuple[str, Json, str]]:
    """The objects that can have the member `at` ends with: place and object, and the member's name."""
    parent, _, token = at.rpartition("/")
    name = pointers.split(f"/{token}")[0]
    for where, holder in matches(value, parent):
        if isinstance(holder, dict):
            yield where, holder, name


class Keywords:
    """Validators of single keywords, compiled once."""

    def __init__(self, document: Json, omitted: Omitted) -> None:
        self._document, self._omitted = document, omitted
        self._compiled: dict[tuple[str, str], Validator | None] = {}

    def valid(self, claim: Claim, value: Json) -> bool:
        """Whether a value keeps the one keyword that a claim is about."""
        key = (claim.pointer, claim.keyword)
        if key not in self._compiled:
            self._compiled[key] = self._compile(claim)
        validator = self._compiled[key]
        return validator is None or bool(validator.is_valid(value))

    def _compile(self, claim: Claim) -> Validator | None:
        beside = self._at(claim.pointer.rpartition("/")[0])
        schema = {name: beside[name] for name in _READS.get(claim.keyword, ()) if name in beside}
        try:
            return compile_schema({**schema, claim.keyword: claim.expected}, self._document, self._omitted)
        except ValueError:  # what is no schema refuses nothing
            return None

    def _at(self, pointer: str) -> Mapping[str, Json]:
        try:
            found = pointers.resolve(self._document, pointer)
        except KeyError:
            return {}
        return found if isinstance(found, Mapping) else {}

    def is_marked(self, claim: Claim, name: str, mark: str) -> bool:
        """Whether the member `name` of the schema that a claim stands in is `readOnly` or `writeOnly`."""
        member = self._at(pointers.join(claim.pointer.rpartition("/")[0], "properties", name))
        return member.get(mark) is True
