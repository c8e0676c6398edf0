"""Why no value fits a schema, where that can be proved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jsonschema_rs import canonical

from mock_server.generation.conjunction import Impossible, expand
from mock_server.references import is_annotation
from mock_server.schemas import Omitted, bundle

Json = Any

DRAFT = 20
"""JSON Schema 2020-12, as jsonschema_rs counts."""


def blame(schema: Json, document: Json, omitted: Omitted) -> tuple[str, str]:
    """The pointer and the reason where it can be proved that no value fits the schema, else two empty texts."""
    try:
        found = canonical.find_unsatisfiable(bundle(schema, document, omitted), draft=DRAFT, validate_formats=True)
    except ValueError:
        return "", ""
    if "" not in found:
        return _twins(schema, document)
    deepest = max(found, key=lambda pointer: pointer.count("/"))
    return deepest, _told(found[deepest])


def _twins(schema: Json, document: Json) -> tuple[str, str]:
    """The reason where each branch of a `oneOf` says the same as another: what fits one fits two."""
    try:
        for branches in expand([schema], document).all("oneOf"):
            bare = [_bare(list(expand([branch], document).layers)) for branch in branches]
            if all(bare.count(each) > 1 for each in bare):
                return "", "the branches of a oneOf say the same, so that what fits one fits another as well"
    except Impossible:
        pass
    return "", ""


def _bare(schema: Json) -> Json:
    """A schema without its annotations."""
    if isinstance(schema, list):
        return [_bare(each) for each in schema]
    if not isinstance(schema, Mapping):
        return schema
    said = {word: value for word, value in schema.items() if not is_annotation(word)}
    maps = {word: {name: _bare(each) for name, each in said[word].items()} for word in _MAPS & said.keys()}
    return {word: _bare(value) if word in _SCHEMAS else value for word, value in said.items()} | maps


_MAPS = {"properties", "patternProperties"}
_SCHEMAS = {"allOf", "anyOf", "oneOf", "not", "items", "additionalProperties"}


def _told(reason: canonical.UnsatisfiableReason) -> str:
    if isinstance(reason, canonical.UnsatisfiableReason.Conflict):
        causes = (f"{', '.join(cause.keywords)} at #{cause.pointer}" for cause in reason.causes)
        return f"no value satisfies all of: {'; '.join(causes)}"
    if isinstance(reason, canonical.UnsatisfiableReason.Empty):
        return f"{', '.join(reason.cause.keywords) or 'a subschema'} admits no value"
    return "it is `false`"
