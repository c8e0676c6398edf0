"""The documented requests to start from, and values to put into them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any

from contract_tests.calls import SENT_BY_US, Call, path_values
from contract_tests.compare import moment, same
from contract_tests.places import NOTHING, find, matches
from specs import Api, Claim, Fixture, Operation, Parameter
from specs.pointers import join

DIFFERENT = "Understudy 7"
"""A text that no target holds by chance."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A valid request of an operation, and the fixture that documents it, where there is one."""

    call: Call
    fixture: Fixture | None


def refuses(api: Api, fixture: Fixture) -> bool:
    """Whether the documented answer is a refusal."""
    problems = api.rules.problems
    if problems.refused_at is not None and find(fixture.response.body, problems.refused_at) == problems.refused_value:
        return True
    return fixture.response.status is not None and fixture.response.status >= 400


def replayed(operation: Operation, fixture: Fixture) -> Call | None:
    """The request of a fixture as a call, or None where its path is not the operation's."""
    request = fixture.request
    values = None if request is None else path_values(operation, request.path)
    if request is None or values is None:
        return None
    headers = {name: value for name, value in request.headers.items() if name.lower() not in SENT_BY_US}
    given = {name.lower(): value for name, value in request.headers.items()}
    body = request.body if request.has_body else NOTHING
    query = dict(part.partition("=")[::2] for part in request.path.partition("?")[2].split("&") if part)
    return Call(operation, values, query, headers, body, given.get("content-type", "application/json"))


def sample(api: Api, operation: Operation) -> Sample | None:
    """The documented request that succeeds; else one made of the examples; None where there is neither."""
    for fixture in api.fixtures:
        if fixture.operation == operation.id and not refuses(api, fixture):
            call = replayed(operation, fixture)
            if call is not None:
                return Sample(call, fixture)
    return _from_examples(api, operation)


def _from_examples(api: Api, operation: Operation) -> Sample | None:
    call = Call(operation)
    for parameter in operation.parameters:
        value = _example(api, parameter)
        if value is NOTHING and parameter.required:
            return None
        if value is not NOTHING and (parameter.required or parameter.location == "path"):
            call = call.with_parameter(parameter.location, parameter.name, value)
    if operation.body is None:
        return Sample(call, None)
    for media in operation.body.content:
        if media.is_json and media.examples:
            return Sample(Call(**{**_members(call), "body": media.examples[0].value, "content_type": media.name}), None)
    return None if operation.body.required else Sample(call, None)


def _members(call: Call) -> dict[str, Any]:
    return {"operation": call.operation, "path_values": call.path_values, "query": call.query, "headers": call.headers}


def _example(api: Api, parameter: Parameter) -> Any:
    if parameter.examples:
        return parameter.examples[0].value
    schema = api.resolve(parameter.schema)
    if isinstance(schema, Mapping):
        for keyword in ("const", "default", "example"):
            if keyword in schema:
                return schema[keyword]
        for keyword in ("enum", "examples"):
            if schema.get(keyword):
                return schema[keyword][0]
    return NOTHING


@dataclass(frozen=True)
class Pool:
    """The values that the documentation shows for the places of one operation's request body."""

    api: Api
    operation: Operation

    @cached_property
    def _said(self) -> Mapping[str, Mapping[str, Claim]]:
        """The claims about the places of the request's body, by place and keyword."""
        said: dict[str, dict[str, Claim]] = {}
        for claim in self.api.claims:
            if claim.operation == self.operation.id and claim.part == "request" and claim.location == "body":
                said.setdefault(claim.at, {})[claim.keyword] = claim
        return said

    def schema_at(self, at: str) -> Mapping[str, Any]:
        """What the request's schema says of a place, its keywords merged; empty where it says nothing."""
        return {keyword: claim.expected for keyword, claim in self._said.get(at, {}).items()}

    def is_open(self, at: str) -> bool:
        """Whether the documentation says what values there may be, so that others than the shown ones can be sent."""
        said = self._said.get(at, {})
        return any(keyword in said and said[keyword].strength.rank > 0 for keyword in ("type", "enum"))

    def shown(self, at: str) -> list[Any]:
        """Values shown for a place: those of documented requests first, then those of the seed state."""
        found: list[Any] = []
        for value in self._shown(at):
            if not any(same(value, other) for other in found):
                found.append(value)
        return found

    def _shown(self, at: str) -> Iterator[Any]:
        for fixture in self.api.fixtures:
            if fixture.request is None or refuses(self.api, fixture):
                continue
            if fixture.operation == self.operation.id:
                yield from (value for _, value in matches(fixture.request.body, at))
        behaviour = self.api.rules.behaviours.get(self.operation.id)
        if behaviour is None or not at.startswith(behaviour.input + "/"):
            return
        field = at[len(behaviour.input) :]
        for name, other in self.api.rules.behaviours.items():
            if other.resource == behaviour.resource and name != self.operation.id:
                for fixture in self.api.fixtures:
                    if fixture.operation == name and fixture.request is not None and not refuses(self.api, fixture):
                        yield from (value for _, value in matches(fixture.request.body, other.input + field))
        resource = self.api.rules.resources.get(behaviour.resource)
        named = {by: kind for kind, by in resource.embeds.values()} if resource else {}
        places = [(behaviour.resource, field)]
        if field[1:] in named:
            places.append((named[field[1:]], join("", self.api.rules.resources[named[field[1:]]].identity)))
        for kind, name in places:
            for seeded in self.api.seed.resources.get(kind, ()):
                yield from (value for _, value in matches(seeded, name) if value is not None)

    def other_than(self, at: str, current: Any, step: int = 1) -> Any:
        """A valid value for a place that differs from `current` (NOTHING: from nothing), or NOTHING where the
        documentation shows none. Another `step` gives another value, as far as there are several.
        """
        schema = self.schema_at(at)
        shown = self.shown(at)
        if schema.get("enum"):
            return _nth([member for member in schema["enum"] if member is not None and not same(member, current)], step)
        anchor = current if current is not NOTHING and current is not None else next(iter(shown), NOTHING)
        if moment(anchor) is not None or schema.get("format") == "date-time":
            return _shifted(anchor if moment(anchor) else next(iter(shown), "2030-01-15T10:00:00Z"), step)
        candidates = [value for value in shown if not same(value, current) and value is not None]
        if candidates and step <= len(candidates):
            return candidates[step - 1]
        if not self.is_open(at):
            return _nth(candidates, step)
        return self._made(schema, at, current, step)

    def _made(self, schema: Mapping[str, Any], at: str, current: Any, step: int) -> Any:
        kinds = schema.get("type", "string")
        kind = next((k for k in ([kinds] if isinstance(kinds, str) else kinds) if k != "null"), "null")
        if kind == "boolean":
            return current is not True
        if kind in ("integer", "number"):
            low, high = schema.get("minimum", 1), schema.get("maximum", 10**6)
            value = low + step if low + step <= high else low
            return value if not same(value, current) else (value + 1 if value + 1 <= high else low)
        if kind == "string":
            if schema.get("format") == "email":
                return f"understudy.{step}@example.com"
            return NOTHING if "pattern" in schema or "format" in schema else f"{DIFFERENT}{step}"
        if kind == "array":
            item = self.other_than(f"{at}/*", NOTHING, step)
            return NOTHING if item is NOTHING else [item]
        return NOTHING


def _nth(candidates: list[Any], step: int) -> Any:
    return candidates[(step - 1) % len(candidates)] if candidates else NOTHING


def _shifted(value: str, step: int) -> str:
    """A time some minutes and seconds later, without fractions: near enough to keep a start before its end."""
    at = moment(value)
    if at is None:
        return value
    later = at + timedelta(minutes=step, seconds=13 + step)
    text = later.strftime("%Y-%m-%dT%H:%M:%S")
    return text + (re.search(r"([Zz]|[+-]\d\d:?\d\d)?$", value) or [""])[0]
