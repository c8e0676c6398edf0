"""Schemas nobody thought of: whatever can be generated is valid, and what is refused has no value."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema_rs import Draft202012Validator, canonical, canonicalize

from mock_server.generation import CannotGenerate, Generator

NAMES = st.sampled_from(["id", "name", "email", "tags", "x-a"])
PATTERNS = st.sampled_from(["^[a-z]+$", "[0-9]{2}", "^(a|b)c*$", "^x-", r"\w\s\w"])
FORMATS = st.sampled_from(["email", "date", "date-time", "uuid", "ipv4", "uri", "hostname"])
TYPES = st.sampled_from(["null", "boolean", "integer", "number", "string", "array", "object"])
SMALL = st.integers(0, 4)

lengths = {"minLength": SMALL, "maxLength": st.integers(3, 30)}
texts = st.fixed_dictionaries({"type": st.just("string")}, optional={**lengths, "pattern": PATTERNS}) | (
    st.fixed_dictionaries({"type": st.just("string")}, optional={**lengths, "format": FORMATS})
)
numbers = st.fixed_dictionaries(
    {"type": st.sampled_from(["integer", "number"])},
    optional={
        "minimum": st.integers(-20, 10),
        "maximum": st.integers(5, 50),
        "exclusiveMinimum": st.integers(-20, 10),
        "exclusiveMaximum": st.integers(5, 50),
        "multipleOf": st.sampled_from([1, 2, 7, 0.5, 0.01]),
    },
)
values = st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from(["a", "x-b", ""])
others = st.fixed_dictionaries({}, optional={"type": TYPES | st.lists(TYPES, min_size=1, max_size=3, unique=True)})
chosen = st.fixed_dictionaries({"enum": st.lists(values, min_size=1, max_size=4)}) | st.builds(
    lambda value: {"const": value}, values
)


def arrays(schemas: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.fixed_dictionaries(
        {"type": st.just("array")},
        optional={
            "items": schemas,
            "prefixItems": st.lists(schemas, min_size=1, max_size=2),
            "contains": schemas,
            "minItems": SMALL,
            "maxItems": st.integers(2, 6),
            "uniqueItems": st.booleans(),
        },
    )


def objects(schemas: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.fixed_dictionaries(
        {"type": st.just("object")},
        optional={
            "properties": st.dictionaries(NAMES, schemas, max_size=4),
            "required": st.lists(NAMES, max_size=3, unique=True),
            "additionalProperties": st.booleans() | schemas,
            "patternProperties": st.dictionaries(PATTERNS, schemas, max_size=1),
            "minProperties": SMALL,
            "maxProperties": st.integers(2, 6),
            "dependentRequired": st.dictionaries(NAMES, st.lists(NAMES, max_size=2, unique=True), max_size=1),
            "propertyNames": st.just({"maxLength": 6}),
        },
    )


def combined(schemas: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    some = st.lists(schemas, min_size=1, max_size=3)
    return st.fixed_dictionaries(
        {}, optional={"allOf": some, "anyOf": some, "oneOf": some, "not": schemas, "if": schemas, "then": schemas}
    )


any_schema = st.recursive(
    texts | numbers | others | chosen,
    lambda schemas: arrays(schemas) | objects(schemas) | combined(schemas),
    max_leaves=8,
)


@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(any_schema)
def test_what_is_generated_is_valid_and_what_is_not_has_no_value(schema: Any) -> None:
    try:
        value = Generator({}, 1).value(schema)
    except CannotGenerate:
        assert (
            canonicalize(schema, draft=20, validate_formats=True).satisfiability() is not canonical.Satisfiability.YES
        )
        return
    assert Draft202012Validator(schema, validate_formats=True).is_valid(value)
