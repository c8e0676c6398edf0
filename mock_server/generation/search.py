"""The last resort: Schemathesis's generator, which models a schema as a whole. Imported only when it is needed."""

from __future__ import annotations

from random import Random
from typing import Any

from hypothesis import HealthCheck, Phase, find, settings
from hypothesis.errors import HypothesisException
from schemathesis.core.errors import InvalidSchema, UnsupportedRegexPattern, UnsupportedSchema
from schemathesis.generation.jsonschema.builder import build
from schemathesis.generation.jsonschema.context import Alphabet
from schemathesis.specs.openapi.formats import get_default_format_strategies

from mock_server.generation.blame import DRAFT
from mock_server.schemas import Omitted, bundle, compile_schema

Json = Any

EXAMPLES = 300

_QUIET = settings(
    database=None,
    deadline=None,
    max_examples=EXAMPLES,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)


def search(schema: Json, document: Json, omitted: Omitted, seed: int) -> list[Json]:
    """One value that fits the schema, in a list; an empty list where none was found."""
    validator = compile_schema(schema, document, omitted)
    try:
        strategy = build(
            bundle(schema, document, omitted, discriminated=False),
            draft=DRAFT,
            formats=get_default_format_strategies(),
            alphabet=Alphabet(allow_x00=False),
        )
        return [find(strategy, validator.is_valid, random=Random(seed), settings=_QUIET)]  # noqa: S311 - not a secret
    except (InvalidSchema, UnsupportedSchema, UnsupportedRegexPattern, HypothesisException):
        return []
