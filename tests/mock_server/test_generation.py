import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema_rs import Draft202012Validator

import specs
from mock_server.generation import CannotGenerate, Generator
from mock_server.schemas import compile_schema

CASES = yaml.safe_load((Path(__file__).parent / "data" / "generation.yaml").read_text())


def document(components: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"components": {"schemas": components or {}}}


def validator(schema: Any, components: dict[str, Any] | None = None) -> Draft202012Validator:
    """A validator that shares nothing with the generator: the references are turned into definitions."""
    anchors = {value.get("$anchor"): name for name, value in (components or {}).items() if "$anchor" in value}
    text = json.dumps([schema, components or {}]).replace("#/components/schemas/", "#/$defs/")
    for anchor, name in anchors.items():
        text = text.replace(f'"#{anchor}"', f'"#/$defs/{name}"')
    schema, definitions = json.loads(re.sub(r'"\$(id|schema)": "(https|small)[^"]*", ', "", text))
    whole = {"allOf": [schema], "$defs": definitions} if schema is not True else {}
    return Draft202012Validator(whole, validate_formats=True)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_generated_value_is_valid(case: dict[str, Any]) -> None:
    judge = validator(case["schema"], case.get("components"))
    generator = Generator(document(case.get("components")), seed=1)
    for key in range(8):
        value = generator.value(case["schema"], str(key))
        assert [error.message for error in judge.iter_errors(value)] == []


@pytest.mark.parametrize("name", specs.names())
def test_every_schema_of_the_bundled_apis_has_values(name: str) -> None:
    api = specs.load(name)
    generator = Generator(api.document, seed=7)
    for operation in api.operations:
        for response in operation.responses:
            for media in response.content:
                assert generator.value(media.schema, operation.id)
        if operation.body:
            assert generator.value(operation.body.content[0].schema, operation.id, writing=True)


def test_seed_and_key_decide_the_value() -> None:
    schema = {"type": "object", "properties": {name: {"type": "string"} for name in ("id", "email", "name", "city")}}
    value = Generator(document(), 1).value(schema, "a")
    assert Generator(document(), 1).value(schema, "a") == value
    assert Generator(document(), 1).value(schema, "b") != value
    assert Generator(document(), 2).value(schema, "a") != value


def test_what_was_generated_before_changes_nothing() -> None:
    generator = Generator(document(), 1)
    schema = {"type": "string"}
    first = generator.value(schema, "a")
    generator.value({"type": "object", "properties": {"email": {"type": "string"}}}, "b")
    assert generator.value(schema, "a") == first


def test_values_are_the_same_in_another_process() -> None:
    schema = {"type": "object", "properties": {"email": {"type": "string"}, "created_at": {"format": "date-time"}}}
    code = f"from mock_server.generation import Generator; print(Generator({{}}, 3).value({schema!r}, 'k'))"
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert printed.strip() == str(Generator({}, 3).value(schema, "k"))


def test_heavy_libraries_are_left_alone_until_they_are_needed() -> None:
    code = (
        "import sys; from mock_server.generation import Generator; Generator({}, 1).value({'type': 'integer'}); "
        "print([name for name in ('faker', 'hypothesis', 'schemathesis') if name in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_names_and_formats_make_texts_plausible() -> None:
    names = ("email", "firstName", "phone_number", "homepage", "userId", "created_at", "birth_date", "imageUrl")
    schema = {"type": "object", "required": list(names), "properties": {name: {"type": "string"} for name in names}}
    value = Generator(document(), 5).value(schema)
    assert re.fullmatch(r"[\w.]+@example\.(com|net|org)", value["email"])
    assert value["firstName"].istitle()
    assert sum(map(str.isdigit, value["phone_number"])) >= 7
    assert value["homepage"].startswith("http")
    assert re.fullmatch(r"user_[0-9a-f]{12}", value["userId"])
    assert re.fullmatch(r"202[45]-\d\d-\d\dT\d\d:\d\d:00Z", value["created_at"])
    assert value["birth_date"] < "2006"
    assert value["imageUrl"].startswith("https://")


def test_numbers_have_the_size_their_name_lets_one_expect() -> None:
    schema = {
        "type": "object",
        "required": ["age", "year", "latitude"],
        "properties": {"age": {"type": "integer"}, "year": {"type": "integer"}, "latitude": {"type": "number"}},
    }
    value = Generator(document(), 5).value(schema)
    assert 18 <= value["age"] <= 80
    assert 2015 <= value["year"] <= 2025
    assert -90 <= value["latitude"] <= 90


@pytest.mark.parametrize("shown", [{"examples": ["int_1"]}, {"example": "int_1"}, {"default": "int_1"}])
def test_what_a_schema_shows_is_taken(shown: dict[str, Any]) -> None:
    schema = {"type": "object", "properties": {"id": {"type": "string", **shown}}}
    assert Generator(document(), 1).value(schema) == {"id": "int_1"}


def test_an_example_of_the_whole_comes_before_those_of_its_parts() -> None:
    schema = {"type": "object", "examples": [{"a": 1}], "properties": {"a": {"type": "integer", "examples": [2]}}}
    assert Generator(document(), 1).value(schema) == {"a": 1}


def test_optional_members_are_there_and_recursion_ends() -> None:
    person = {
        "type": "object",
        "properties": {
            "name": {"type": "string"},
            "friends": {"type": "array", "items": {"$ref": "#/components/schemas/P"}},
        },
    }
    value = Generator(document({"P": person}), 1).value({"$ref": "#/components/schemas/P"})
    assert set(value) == {"name", "friends"}
    assert len(json.dumps(value)) < 2000


SECRETS = {
    "type": "object",
    "required": ["id", "name", "password"],
    "properties": {
        "id": {"type": "integer", "readOnly": True},
        "name": {"type": "string"},
        "password": {"$ref": "#/components/schemas/Password"},
    },
}
PASSWORD = {"type": "string", "format": "password", "writeOnly": True}


def test_members_for_writing_are_not_in_answers_and_those_for_reading_not_in_requests() -> None:
    generator = Generator(document({"Password": PASSWORD}), 1)
    assert set(generator.value(SECRETS)) == {"id", "name"}
    assert set(generator.value(SECRETS, writing=True)) == {"name", "password"}


def test_a_member_that_is_required_elsewhere_than_it_is_described_is_left_out_as_well() -> None:
    base = {"type": "object", "properties": {"id": {"type": "integer", "readOnly": True}, "name": {"type": "string"}}}
    generator = Generator(document({"Base": base}), 1)
    schema = {"allOf": [{"$ref": "#/components/schemas/Base"}], "required": ["id", "name"]}
    assert set(generator.value(schema, writing=True)) == {"name"}
    assert set(generator.value(schema)) == {"id", "name"}


def test_examples_lose_the_members_of_the_other_direction() -> None:
    schema = {**SECRETS, "examples": [{"id": 1, "name": "Ann", "password": "x"}]}
    generator = Generator(document({"Password": PASSWORD}), 1)
    assert generator.value(schema) == {"id": 1, "name": "Ann"}
    assert generator.value(schema, writing=True) == {"name": "Ann", "password": "x"}


def test_schemas_are_found_by_their_ids_and_anchors() -> None:
    small = {"$id": "https://shop.example/small", "type": "integer", "minimum": 2, "maximum": 3}
    parts = {"$id": "parts", "$defs": {"a~b/c": {"const": 7}}, "properties": {"x": {"const": 8}}}
    schema = {
        "type": "object",
        "required": ["a", "b", "c", "d"],
        "properties": {
            "a": {"$ref": "https://shop.example/small"},
            "b": {"$ref": "parts#/properties/x"},
            "c": {"$ref": "#tag"},
            "d": {"$dynamicRef": "#tag"},
        },
    }
    components = document({"Small": small, "Parts": parts, "Tag": {"$dynamicAnchor": "tag", "const": 9}})
    value = Generator(components, 1).value(schema)
    assert value["a"] in (2, 3)
    assert (value["b"], value["c"], value["d"]) == (8, 9, 9)
    judge = compile_schema(schema, components)
    assert not judge.is_valid({**value, "a": 4})
    assert not judge.is_valid({**value, "b": 4})
    assert not judge.is_valid({**value, "c": 4})


def test_a_discriminator_names_the_branch() -> None:
    case = next(case for case in CASES if case["name"] == "pets")
    pets = Generator(document(case["components"]), 1).value({**case["schema"], "minItems": 8})
    kinds = {pet["kind"] for pet in pets}
    assert kinds == {"cat", "dog"}
    assert all(("lives" in pet) == (pet["kind"] == "cat") for pet in pets)


def test_a_discriminator_decides_where_a_value_would_fit_two_branches() -> None:
    kind = {"type": "object", "required": ["kind"], "properties": {"kind": {"type": "string"}}}
    schema = {
        "oneOf": [{"$ref": "#/components/schemas/Cat"}, {"$ref": "#/components/schemas/Dog"}],
        "discriminator": {"propertyName": "kind"},
    }
    components = document({"Cat": kind, "Dog": kind})
    value = Generator(components, 1).value(schema)
    assert value["kind"] in ("Cat", "Dog")
    assert compile_schema(schema, components).is_valid(value)
    assert not compile_schema(schema, components).is_valid({"kind": "Cow"})


def test_a_discriminator_of_a_base_names_what_is_made() -> None:
    case = next(case for case in CASES if case["name"] == "a base with a discriminator")
    assert Generator(document(case["components"]), 1).value(case["schema"])["kind"] == "cat"


@pytest.mark.parametrize(
    ("schema", "told"),
    [
        (False, "false"),
        ({"type": "string", "minLength": 5, "maxLength": 3}, "minLength"),
        ({"allOf": [{"type": "string"}, {"type": "integer"}]}, "type"),
        ({"type": "object", "required": ["a"], "properties": {"a": False}}, "false"),
        ({"enum": ["a"], "pattern": "^b"}, "fits"),
        ({"$ref": "#/components/schemas/Endless"}, "end"),
    ],
)
def test_a_schema_without_values_is_named_with_the_reason(schema: Any, told: str) -> None:
    endless = {"type": "object", "required": ["next"], "properties": {"next": {"$ref": "#/components/schemas/Endless"}}}
    with pytest.raises(CannotGenerate) as caught:
        Generator(document({"Endless": endless}), 1).value(schema)
    assert told in str(caught.value)


def test_what_is_no_schema_is_told() -> None:
    with pytest.raises(CannotGenerate, match="not one"):
        Generator(document(), 1).value({"type": "text"})


def test_the_search_leaves_nothing_behind(tmp_path: Path) -> None:
    code = r"from mock_server.generation import Generator; Generator({}, 1).value({'pattern': r'^\p{Lu}{3}$'})"
    environment = {"PYTHONPATH": str(Path(specs.__file__).parent.parent), "TMPDIR": str(tmp_path / "other")}
    (tmp_path / "other").mkdir()
    (tmp_path / "here").mkdir()
    subprocess.run([sys.executable, "-c", code], check=True, cwd=tmp_path / "here", env=environment)
    assert list((tmp_path / "here").iterdir()) == []
    assert [path.name for path in (tmp_path / "other").iterdir()] == ["understudy-hypothesis"]


def test_what_chance_does_not_find_is_searched_for() -> None:
    schema = {"type": "string", "pattern": r"^\p{Lu}\p{Ll}{3}$"}
    value = Generator(document(), 1).value(schema)
    assert len(value) == 4
    assert value.istitle()
    assert Generator(document(), 1).value(schema) == value
