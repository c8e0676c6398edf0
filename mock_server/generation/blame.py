"""Why no value fits a schema, where that can be proved."""

from __future__ import annotations

from typing import Any

from jsonschema_rs import canonical

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
        return "", ""
    deepest = max(found, key=lambda pointer: pointer.count("/"))
    return deepest, _told(found[deepest])


def _told(reason: canonical.UnsatisfiableReason) -> str:
    if isinstance(reason, canonical.UnsatisfiableReason.Conflict):
        causes = (f"{', '.join(cause.keywords)} at #{cause.pointer}" for cause in reason.causes)
        return f"no value satisfies all of: {'; '.join(causes)}"
    if isinstance(reason, canonical.UnsatisfiableReason.Empty):
        return f"{', '.join(reason.cause.keywords) or 'a subschema'} admits no value"
    return "it is `false`"
