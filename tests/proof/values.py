"""Other values: such that break one claim and no other, and such that break none."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

import jsonschema_rs

from specs import Api, Claim
from specs.pointers import resolve
from tests.proof.exchange import NOTHING

Json = Any
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
_BESIDE = {"additionalProperties": ("properties", "patternProperties"), "if": ("then", "else")}
_OF_ALL_TYPES: tuple[Json, ...] = ("another", 7, 0.5, True, [], [7], {}, {"another": 7}, None, "")


class Keywords:
    """Knows which single keywords of an API's schemas a value keeps."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._compiled: dict[tuple[str, str], jsonschema_rs.Draft202012Validator] = {}

    @cached_property
    def _at(self) -> dict[tuple[str, ...], list[Claim]]:
        found: dict[tuple[str, ...], list[Claim]] = {}
        for claim in self._api.claims:
            if claim.kind in ("request-schema", "response-schema", "header"):
                found.setdefault(_place(claim), []).append(claim)
        return found

    def keeps(self, claim: Claim, value: Json) -> bool:
        """Whether a value keeps the schema keyword that a claim is about; any value keeps other claims."""
        if claim.keyword in ("required", "optional", "default", "consistent", "made"):
            return True
        key = (claim.pointer, claim.keyword)
        if key not in self._compiled:
            document = self._api.document
            holder = resolve(document, claim.pointer.rpartition("/")[0])
            beside = {name: holder[name] for name in _BESIDE.get(claim.keyword, ()) if name in holder}
            schema = {"components": document.get("components", {}), **beside, claim.keyword: claim.expected}
            self._compiled[key] = jsonschema_rs.Draft202012Validator(schema, validate_formats=True)
        return self._compiled[key].is_valid(value)

    def said_with(self, claim: Claim) -> list[Claim]:
        """All schema claims about the place of this one."""
        return self._at.get(_place(claim), [])

    def breaking(self, claim: Claim, value: Json) -> Json:
        """A value in place of `value` that breaks the claim, and as few others about the place as can be; NOTHING where
        none is known.
        """
        others = [other for other in self.said_with(claim) if other.id != claim.id]
        best, fewest = NOTHING, len(others) + 1
        for candidate in _candidates(claim, value):
            if not self.keeps(claim, candidate):
                broken = sum(not self.keeps(other, candidate) for other in others)
                if broken < fewest:
                    best, fewest = candidate, broken
        return best

    def another(self, api_place: list[Claim], value: Json) -> Json:
        """A value that differs from `value` and keeps all of these claims; NOTHING where none is known."""
        for candidate in (*_others(value), *_made(api_place), *_OF_ALL_TYPES):
            if candidate != value and all(self.keeps(claim, candidate) for claim in api_place):
                return candidate
        return NOTHING


def is_time(value: Json) -> bool:
    """Whether a value is an RFC 3339 time."""
    if not isinstance(value, str) or _TIME.fullmatch(value) is None:
        return False
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


def shifted(text: str, hours: int = 1) -> str:
    """A time later, in its own notation."""
    moment = datetime.fromisoformat(text) + timedelta(hours=hours)
    fraction = f".{moment.microsecond // 1000:03d}" if "." in text else ""
    zone = "Z" if text.endswith("Z") else text[-6:]
    return f"{moment:%Y-%m-%dT%H:%M:%S}{fraction}{zone}"


def _place(claim: Claim) -> tuple[str, ...]:
    return (claim.operation, claim.part, claim.status, claim.location, claim.name, claim.at)


def _candidates(claim: Claim, value: Json) -> Iterator[Json]:
    """Values that may break a claim, those first that a person would take for nearly right."""
    yield from _by_keyword(claim.keyword, claim.expected, value)
    if is_time(value) or (value is None and claim.keyword in ("format", "pattern")):
        yield from _bad_times(value if isinstance(value, str) else "2025-10-20T09:24:36Z")
    if isinstance(value, str):
        yield from (
            value.upper(),
            value.lower(),
            value.replace("-", ""),
            f"{value}!",
            f" {value}",
            value.replace(":", " "),
        )
        yield from ("not a uri", "another", 7, [value], {"value": value}, None)
    elif isinstance(value, bool):
        yield from (str(value).lower(), int(value), not value)
    elif isinstance(value, int | float):
        yield from (str(value), value + 0.5, -value, None)
    elif isinstance(value, list):
        yield from (",".join(str(item) for item in value), {str(index): item for index, item in enumerate(value)})
    elif isinstance(value, dict):
        yield from ([value], json.dumps(value), list(value))
    yield from _OF_ALL_TYPES


def _by_keyword(keyword: str, expected: Json, value: Json) -> Iterator[Json]:
    if keyword in ("minimum", "exclusiveMinimum"):
        yield from (expected - 1, expected)
    elif keyword in ("maximum", "exclusiveMaximum"):
        yield from (expected + 1, expected)
    elif keyword == "multipleOf":
        yield expected / 2
    elif keyword in ("minLength", "maxLength"):
        yield "x" * max(0, expected - 1 if keyword == "minLength" else expected + 1)
    elif keyword in ("minItems", "maxItems", "uniqueItems", "contains"):
        items = value if isinstance(value, list) and value else [1]
        yield from ([], items * 2, items * (expected + 1) if keyword == "maxItems" else [])
    elif keyword in ("additionalProperties", "maxProperties", "propertyNames") and isinstance(value, Mapping):
        yield {**value, "undocumented": 7}
    elif keyword in ("enum", "const") and isinstance(expected, list | str):
        yield from ("UNDOCUMENTED", "undocumented")


def _bad_times(text: str) -> Iterator[Json]:
    bare = re.sub(r"(Z|[+-]\d\d:\d\d)$", "", text)
    seconds = bare.partition(".")[0]
    yield from (f"{bare}+00:00", bare, f"{seconds.replace('T', ' ')}Z", seconds[:10])
    yield f"{seconds[:5]}13{seconds[7:]}{'.000' if '.' in bare else ''}Z"  # the thirteenth month
    yield int(datetime.fromisoformat(seconds).replace(tzinfo=UTC).timestamp())


def _others(value: Json) -> Iterator[Json]:
    if is_time(value):
        yield from (shifted(value), f"{value[:-1]}.000Z")
    elif isinstance(value, bool):
        yield not value
    elif isinstance(value, str):
        yield from (f"{value} too", f"other.{value}")
    elif isinstance(value, int):
        yield from (value + 1, value - 1)
    elif isinstance(value, list):
        yield from ([*value, *value[:1]], [*value, "another"], value[1:])
    elif isinstance(value, dict):
        yield {**value, "another": 7}
        yield from ({**value, key: other} for key, member in value.items() for other in _others(member))


def _made(claims: list[Claim]) -> Iterator[Json]:
    for claim in claims:
        if claim.keyword == "enum":
            yield from claim.expected
        elif claim.keyword in ("minimum", "maximum", "default", "const"):
            yield claim.expected
        elif claim.keyword == "format":
            yield from ("2025-10-20T09:24:36Z", "2025-10-20", "another@example.com", "https://example.com/another")
            yield "6c69527a-5bb0-43aa-b6a1-ad916b8a5a16"
