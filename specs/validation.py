"""JSON values against the schemas of a document."""

from __future__ import annotations

import urllib.parse
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import jsonschema_rs

DOCUMENT = "urn:understudy:document"


@dataclass(frozen=True, slots=True)
class Mismatch:
    """One way a value breaks a schema: the place in the value, the message, the keyword's pointer in the document."""

    at: str
    message: str
    pointer: str


@dataclass(frozen=True)
class Validators:
    """The validators of one document (OpenAPI 3.1, references inside itself)."""

    document: Mapping[str, Any]

    @cached_property
    def registry(self) -> jsonschema_rs.Registry:
        """The document, as something schemas can refer to."""
        return jsonschema_rs.Registry([(DOCUMENT, dict(self.document))])

    def at(self, pointer: str) -> jsonschema_rs.Draft202012Validator:
        """The validator of the schema that stands at `pointer`."""
        schema = {"$ref": f"{DOCUMENT}#{urllib.parse.quote(pointer)}"}
        return jsonschema_rs.Draft202012Validator(schema, registry=self.registry, validate_formats=True)

    def mismatches(self, value: Any, pointer: str) -> Iterator[Mismatch]:
        """All ways in which `value` breaks the schema at `pointer`."""
        for error in self.at(pointer).iter_errors(value):
            at = "".join(f"/{token}" for token in error.instance_path)
            yield Mismatch(at, error.message, "".join(f"/{token}" for token in error.schema_path))
