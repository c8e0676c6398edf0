import copy
from pathlib import Path
from typing import Any

import pytest
import yaml
from openapi_spec_validator import OpenAPIV31SpecValidator

import specs
from specs.conversion import to_31

DATA = Path(__file__).parent / "data"
SCHEMAS = yaml.safe_load((DATA / "conversion.yaml").read_text())


def openapi(version: str, **members: Any) -> dict[str, Any]:
    return {"openapi": version, "info": {"title": "T", "version": "1"}, "paths": {}, **members}


@pytest.mark.parametrize("case", SCHEMAS, ids=lambda case: case["name"])
def test_a_schema_of_30_says_the_same_in_31(case: dict[str, Any]) -> None:
    document = openapi("3.0.3", components={"schemas": {"A": case["from"]}})
    before = copy.deepcopy(document)
    converted, warnings = to_31(document)
    assert converted["components"]["schemas"]["A"] == case.get("to", case["from"])
    assert converted["openapi"] == "3.1.0"
    assert warnings == []
    assert document == before


def test_schemas_are_converted_wherever_they_stand() -> None:
    old, new = {"type": "string", "nullable": True}, {"type": ["string", "null"]}
    operation = {
        "parameters": [{"name": "q", "in": "query", "schema": old, "example": {"nullable": True}}],
        "requestBody": {"content": {"application/json": {"schema": old, "example": old}}},
        "responses": {
            "200": {"description": "", "headers": {"X": {"schema": old}}, "content": {"a/b": {"schema": old}}}
        },
        "callbacks": {
            "done": {"{$request.body#/url}": {"post": {"requestBody": {"content": {"a/b": {"schema": old}}}}}}
        },
    }
    document = openapi("3.0.0", paths={"/nullable": {"post": operation, "x-nullable": old}})
    path = to_31(document)[0]["paths"]["/nullable"]
    converted = path["post"]
    assert converted["parameters"][0] == {"name": "q", "in": "query", "schema": new, "example": {"nullable": True}}
    assert converted["requestBody"]["content"]["application/json"] == {"schema": new, "example": old}
    assert converted["responses"]["200"]["headers"]["X"]["schema"] == new
    assert converted["responses"]["200"]["content"]["a/b"]["schema"] == new
    callback = converted["callbacks"]["done"]["{$request.body#/url}"]["post"]
    assert callback["requestBody"]["content"]["a/b"]["schema"] == new
    assert path["x-nullable"] == old


def test_what_needs_no_change_is_shared() -> None:
    document = openapi("3.0.3", components={"schemas": {"A": {"type": "string"}, "B": {"nullable": True}}})
    converted, _ = to_31(document)
    assert converted["components"]["schemas"]["A"] is document["components"]["schemas"]["A"]
    assert converted["paths"] is document["paths"]


def test_a_31_document_stays_what_it_is() -> None:
    document = openapi("3.1.1", components={"schemas": {"A": {"nullable": True}}})
    assert to_31(document) == (document, [])


def test_a_broken_part_is_left_for_the_reader_to_report() -> None:
    document = openapi("3.0.3", paths={"/a": None, "/b": {"get": [], "parameters": {}}}, components={"schemas": []})
    assert to_31(document)[0] == {**document, "openapi": "3.1.0"}


def test_a_swagger_document_becomes_a_valid_31_document() -> None:
    converted, warnings = to_31(yaml.safe_load((DATA / "swagger.yaml").read_text()))
    assert list(OpenAPIV31SpecValidator(converted).iter_errors()) == []
    assert warnings == []
    assert [server["url"] for server in converted["servers"]] == ["https://shop.example/v2", "http://shop.example/v2"]
    assert converted["security"] == [{"key": []}]
    assert set(converted) == {"openapi", "info", "servers", "paths", "components", "security"}


@pytest.fixture
def shop() -> dict[str, Any]:
    return to_31(yaml.safe_load((DATA / "swagger.yaml").read_text()))[0]


def test_swagger_schemas_and_their_references_are_turned(shop: dict[str, Any]) -> None:
    assert shop["components"]["schemas"]["Item"] == {
        "type": "object",
        "discriminator": {"propertyName": "kind"},
        "required": ["id"],
        "properties": {
            "id": {"type": "integer", "exclusiveMinimum": 0, "readOnly": True},
            "kind": {"type": ["string", "null"], "x-nullable": True},
            "next": {"$ref": "#/components/schemas/Item"},
        },
        "examples": [{"id": 1, "kind": None}],
    }


def test_swagger_parameters_get_schemas_and_styles(shop: dict[str, Any]) -> None:
    items = shop["paths"]["/items"]
    assert items["parameters"] == [{"$ref": "#/components/parameters/Limit"}]
    limit = {"type": "integer", "maximum": 100, "default": 20}
    assert shop["components"]["parameters"] == {"Limit": {"name": "limit", "in": "query", "schema": limit}}
    tags, ids, trace = items["get"]["parameters"]
    assert tags["schema"] == {"type": "array", "items": {"type": "string"}}
    assert [(each["style"], each["explode"]) for each in (tags, ids, trace)] == [
        ("form", True),
        ("pipeDelimited", False),
        ("simple", False),
    ]


def test_a_swagger_body_becomes_a_request_body(shop: dict[str, Any]) -> None:
    assert shop["paths"]["/items"]["post"]["requestBody"] == {"$ref": "#/components/requestBodies/Item"}
    assert shop["components"]["requestBodies"]["Item"] == {
        "description": "the item",
        "required": True,
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Item"}}},
    }
    assert "parameters" not in shop["paths"]["/items"]["post"]


def test_the_fields_of_a_swagger_form_become_one_body(shop: dict[str, Any]) -> None:
    photo = shop["paths"]["/items/{id}/photo"]["post"]
    assert photo["requestBody"] == {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "properties": {
                        "token": {"type": "string"},
                        "photo": {
                            "contentMediaType": "application/octet-stream",
                            "type": "string",
                            "description": "the photo",
                        },
                        "tags": {"type": "array", "items": {"type": "string"}},
                    },
                    "required": ["token"],
                },
                "encoding": {"tags": {"style": "form", "explode": False, "allowReserved": True}},
            }
        },
    }


def test_swagger_responses_have_the_media_types_of_their_operation(shop: dict[str, Any]) -> None:
    listed = shop["paths"]["/items"]["get"]["responses"]
    assert listed["200"]["content"] == {
        "application/json": {
            "schema": {"type": "array", "items": {"$ref": "#/components/schemas/Item"}},
            "example": [{"id": 1}],
        }
    }
    assert listed["200"]["headers"] == {"X-Count": {"description": "how many", "schema": {"type": "integer"}}}
    assert listed["404"] == {"$ref": "#/components/responses/Missing"}
    photo = shop["paths"]["/items/{id}/photo"]
    assert list(photo["post"]["responses"]["404"]["content"]) == ["application/xml"]
    assert photo["get"]["responses"]["200"]["content"] == {
        "image/png": {"schema": {"type": "string", "contentMediaType": "application/octet-stream"}}
    }


def test_swagger_security_is_carried_over(shop: dict[str, Any]) -> None:
    schemes = shop["components"]["securitySchemes"]
    assert schemes["key"] == {"type": "apiKey", "in": "header", "name": "X-Key"}
    assert schemes["login"] == {"type": "http", "scheme": "basic", "description": "d"}
    assert schemes["auth"]["flows"] == {
        "authorizationCode": {
            "authorizationUrl": "https://a.example",
            "tokenUrl": "https://t.example",
            "scopes": {"read": "r"},
        }
    }


def test_swagger_schemas_of_other_files_are_followed_and_converted(tmp_path: Path) -> None:
    ref = "models.yaml#/definitions/Pet"
    operation = {
        "parameters": [{"name": "b", "in": "body", "schema": {"$ref": ref}}],
        "responses": {"200": {"description": "", "schema": {"$ref": ref}}},
    }
    owner = {"type": "integer", "minimum": 1, "exclusiveMinimum": True, "x-nullable": True}
    models = {"Pet": {"properties": {"owner": {"$ref": "#/definitions/Owner"}}}, "Owner": owner}
    paths = {"/a": {"post": operation}}
    (tmp_path / "api.yaml").write_text(yaml.safe_dump({"swagger": "2.0", "paths": paths}))
    (tmp_path / "models.yaml").write_text(yaml.safe_dump({"definitions": models}))
    api = specs.load(tmp_path / "api.yaml")
    [operation_read] = api.operations
    assert operation_read.body is not None
    for media in (operation_read.body.content[0], operation_read.responses[0].content[0]):
        pet = api.resolve(media.schema)
        assert api.resolve(pet["properties"]["owner"]) == {
            "type": ["integer", "null"],
            "exclusiveMinimum": 1,
            "x-nullable": True,
        }


def test_what_swagger_says_and_31_cannot_is_told() -> None:
    bodies = [{"name": name, "in": "body", "schema": {}} for name in ("first", "second")]
    document = {"swagger": "2.0", "paths": {"/a": {"post": {"parameters": bodies, "responses": {}}}}}
    [warning] = to_31(document)[1]
    assert "more than one body; first is taken" in warning


def test_tabs_are_a_style_of_their_own() -> None:
    parameter = {"name": "t", "in": "query", "type": "array", "items": {"type": "string"}, "collectionFormat": "tsv"}
    document = {"swagger": "2.0", "paths": {"/a": {"get": {"parameters": [parameter], "responses": {}}}}}
    converted, warnings = to_31(document)
    [new] = converted["paths"]["/a"]["get"]["parameters"]
    assert (new["style"], new["explode"], warnings) == ("tabDelimited", False, [])


def test_an_incomplete_swagger_document_is_converted_as_far_as_it_goes() -> None:
    converted, _ = to_31({"swagger": "2.0", "basePath": "/v1", "paths": {"/a": {"get": {}}, "/b": None}})
    assert converted["servers"] == [{"url": "/v1"}]
    assert converted["paths"] == {"/a": {"get": {"responses": {}}}, "/b": None}


def test_a_newer_document_loses_only_what_31_does_not_know() -> None:
    stream = {"application/jsonl": {"itemSchema": {"type": "integer"}, "examples": {"a": {"dataValue": 1}}}}
    form = {"application/x-www-form-urlencoded": {"schema": {"type": "object"}}}
    other = {"application/json": {"schema": {"type": "object"}}}
    document = openapi(
        "3.2.0",
        **{"$self": "https://a.example/api.yaml"},
        paths={
            "/a": {
                "query": {
                    "parameters": [
                        {"name": "q", "in": "querystring", "content": form},
                        {"name": "c", "in": "cookie", "style": "cookie", "schema": {}},
                    ],
                    "responses": {"200": {"content": stream}},
                },
                "additionalOperations": {
                    "COPY": {"parameters": [{"name": "q", "in": "querystring", "content": other}], "responses": {}}
                },
            }
        },
    )
    converted, warnings = to_31(document)
    query = converted["paths"]["/a"]["query"]
    assert "$self" not in converted
    assert query["parameters"] == [
        {"name": "q", "in": "query", "style": "form", "explode": True, "schema": {"type": "object"}},
        {"name": "c", "in": "cookie", "style": "form", "schema": {}},
    ]
    assert query["responses"]["200"]["content"]["application/jsonl"] == {
        "schema": {"type": "array", "items": {"type": "integer"}},
        "examples": {"a": {"value": 1}},
    }
    assert converted["paths"]["/a"]["additionalOperations"]["COPY"]["parameters"] == []
    assert len(warnings) == 1


def test_nonsense_in_a_document_is_left_for_the_reader_to_report() -> None:
    document = yaml.safe_load((DATA / "swagger.yaml").read_text())
    for place in (document["paths"]["/items"], document["paths"]["/items"]["get"], document):
        for member in list(place):
            for nonsense in (None, 5, "x", [], [None, 1], {"a": None}, True):
                kept, place[member] = place[member], nonsense
                if member != "swagger":
                    assert to_31(document)[0]["openapi"] == "3.1.0"
                place[member] = kept
