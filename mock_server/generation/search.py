"""The last resort: Schemathesis's generator, which models a schema as a whole. Imported only when it is needed."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

from hypothesis import HealthCheck, Phase, configuration, find, settings
from hypothesis.errors import HypothesisException
from jsonschema_rs import Validator
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
    with _elsewhere():
        return _found(schema, document, omitted, seed, validator)


def _found(schema: Json, document: Json, omitted: Omitted, seed: int, validator: Validator) -> list[Json]:
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


@contextmanager
def _elsewhere() -> Iterator[None]:
    """Has Hypothesis keep its tables of characters out of the folder that the user happens to be in."""
    before = vars(configuration)["__hypothesis_home_directory"]
    configuration.set_hypothesis_home_dir(Path(tempfile.gettempdir()) / "understudy-hypothesis")
    try:
        yield
    finally:
        configuration.set_hypothesis_home_dir(before)
