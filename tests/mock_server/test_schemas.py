from typing import Any

import pytest

from mock_server.schemas import bundle, compile_schema, shown, violations
from mock_server.violations import Violation
from specs import Source

SOURCE = Source("page.txt", "Body", 10)
DOCUMENT: dict[str, Any] = {
    "components": {
        "schemas": {
            "Person": {
                "type": "object",
                "required": ["name"],
                "x-source": {"section": "Person", "line": 20},
                "properties": {
                    "name": {"type": "string", "minLength": 2, "x-source": {"line": 21}},
                    "boss": {"$ref": "#/components/schemas/Person"},
                },
            },
            "Unused": {"type": "object"},
        }
    }
}
BODY = {"type": "object", "properties": {"person": {"$ref": "#/components/schemas/Person"}}}


def wrong(value: Any, schema: Any = BODY) -> list[Violation]:
    return violations(compile_schema(schema, DOCUMENT), value, schema, DOCUMENT, SOURCE, ("body", ""))


def test_a_violation_cites_what_stands_nearest_through_references() -> None:
    [violation] = wrong({"person": {"name": "Ann", "boss": {"name": "B"}}})
    assert violation.where == "/person/boss/name"
    assert (violation.keyword, violation.expected, violation.got) == ("minLength", "at least 2 characters", '"B"')
    assert violation.source == "page.txt:21 (Person)"


def test_a_missing_member_is_named_where_it_should_be() -> None:
    [violation] = wrong({"person": {}})
    assert (violation.where, violation.keyword, violation.got) == ("/person/name", "required", "nothing")
    assert violation.source == "page.txt:20 (Person)"


@pytest.mark.parametrize(
    ("schema", "value", "expected"),
    [
        ({"type": ["integer", "null"]}, "x", "null or integer"),
        ({"enum": ["a", None]}, 1, 'one of ["a", null]'),
        ({"const": {"a": 1}}, 1, '{"a": 1}'),
        ({"maximum": 90}, 91, "at most 90"),
        ({"exclusiveMinimum": 0}, 0, "more than 0"),
        ({"multipleOf": 5}, 7, "a multiple of 5"),
        ({"pattern": "^x"}, "y", "text that matches ^x"),
        ({"format": "email"}, "y", "email"),
        ({"uniqueItems": True}, [1, 1], "no item twice"),
        ({"minProperties": 1}, {}, "at least 1 members"),
    ],
)
def test_what_is_expected_is_told_in_words(schema: Any, value: Any, expected: str) -> None:
    [violation] = wrong(value, schema)
    assert violation.expected == expected


def test_members_too_many_are_named() -> None:
    [violation] = wrong({"a": 1, "b": 2}, {"properties": {"a": {}}, "additionalProperties": False})
    assert violation.expected == 'no members "b"'
    [violation] = wrong({"a": 1}, {"additionalProperties": False})
    assert violation.expected == "no members but those that are named"


def test_other_keywords_are_told_by_the_message_of_the_validator() -> None:
    [violation] = wrong([1], {"contains": {"type": "string"}})
    assert violation.expected == "None of [1] are valid under the given schema"


def test_long_values_are_shown_shortened() -> None:
    assert shown("x" * 1000).endswith("…")
    assert len(shown("x" * 1000)) == 200


def test_only_what_is_referred_to_comes_along() -> None:
    assert set(bundle(BODY, DOCUMENT)["components"]["schemas"]) == {"Person"}
    assert bundle({"type": "string"}, DOCUMENT) == {"type": "string"}


def test_the_document_is_not_changed() -> None:
    before = repr(DOCUMENT)
    compile_schema({"$ref": "#/components/schemas/Person/properties/boss"}, DOCUMENT, "readOnly")
    assert repr(DOCUMENT) == before


def test_what_is_for_the_other_direction_may_be_missing() -> None:
    schema = {"required": ["id"], "properties": {"id": {"readOnly": True}}}
    assert compile_schema(schema, DOCUMENT, "readOnly").is_valid({})
    assert not compile_schema(schema, DOCUMENT, "writeOnly").is_valid({})


def test_what_is_no_schema_is_refused() -> None:
    with pytest.raises(ValueError, match="text"):
        compile_schema({"type": "text"}, DOCUMENT)
