"""What is sent: a request of a documented operation, as a value of which changed copies are made."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal
from urllib.parse import quote, unquote

from contract_tests.places import NOTHING, drop, put
from specs import Operation

Who = Literal["valid", "nobody", "other-scheme", "garbage"]
SENT_BY_US: Final = frozenset(
    {"accept", "authorization", "content-type", "content-length", "host", "cookie", "user-agent"}
)


@dataclass(frozen=True, slots=True)
class Call:
    """One request.

    `body` is a JSON value, `bytes` that are sent as they are, or NOTHING. `who` says which credential is shown.
    `content_type` is sent with a body only.
    """

    operation: Operation
    path_values: Mapping[str, Any] = field(default_factory=dict)
    query: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = NOTHING
    content_type: str | None = "application/json"
    who: Who = "valid"

    @property
    def path(self) -> str:
        """The path with its parameters filled in, without the base path."""

        def filled(match: re.Match[str]) -> str:
            return quote(str(self.path_values.get(match.group(1), match.group(0))), safe="")

        return re.sub(r"\{([^}]+)\}", filled, self.operation.path)

    def sending(self, pointer: str, value: Any) -> Call:
        """This call with `value` at a place of its body."""
        return replace(self, body=put({} if self.body is NOTHING else self.body, pointer, value))

    def without(self, pointer: str) -> Call:
        """This call without a place of its body; the empty pointer leaves the body out."""
        return replace(self, body=drop(self.body, pointer))

    def with_body(self, body: Any) -> Call:
        """This call with another body."""
        return replace(self, body=body)

    def as_who(self, who: Who) -> Call:
        """This call, from somebody else."""
        return replace(self, who=who)

    def with_parameter(self, location: str, name: str, value: Any) -> Call:
        """This call with another value of a parameter; NOTHING leaves it out."""
        if location == "path":
            return replace(self, path_values={**self.path_values, name: value})
        current = self.query if location == "query" else self.headers
        others = {key: kept for key, kept in current.items() if key.lower() != name.lower()}
        changed = others if value is NOTHING else {**others, name: value}
        return replace(self, query=changed) if location == "query" else replace(self, headers=changed)

    def parameter(self, location: str, name: str) -> Any:
        """The value of a parameter, or NOTHING."""
        values = self.path_values if location == "path" else self.query if location == "query" else self.headers
        return next((value for key, value in values.items() if key.lower() == name.lower()), NOTHING)


def encoded(call: Call) -> bytes | None:
    """The body as it is sent: bytes as they are, a JSON value as compact JSON in UTF-8, None where there is none."""
    if call.body is NOTHING:
        return None
    if isinstance(call.body, bytes):
        return call.body
    return json.dumps(call.body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def path_values(operation: Operation, path: str) -> dict[str, str] | None:
    """The path parameters in a documented `path` (with or without the base path), or None where it does not fit."""
    pattern = re.sub(r"\\\{([^}]+)\\\}", r"(?P<p_\1>[^/]+)", re.escape(operation.path))
    groups: list[str] = re.findall(r"\{([^}]+)\}", operation.path)
    pattern = re.escape(operation.path)
    for index, name in enumerate(groups):
        pattern = pattern.replace(re.escape("{" + name + "}"), f"(?P<p{index}>[^/]+)", 1)
    found = re.fullmatch(f"(?:{re.escape(operation.base_path)})?{pattern.rstrip('/')}/?", path.partition("?")[0])
    if found is None:
        return None
    return {name: unquote(found.group(f"p{index}")) for index, name in enumerate(groups)}
