from pathlib import Path
from typing import Any

import pytest
import yaml

from mock_server.parameters import ParameterReader, compile_parameters
from specs import Parameter, Source, Strength

CASES = yaml.safe_load((Path(__file__).parent / "data" / "parameters.yaml").read_text())
COMPONENTS = {"schemas": {"Limit": {"type": "integer", "maximum": 100, "default": 7}}}


def reader(*written: dict[str, Any]) -> ParameterReader:
    document = {"paths": {"/": {"parameters": list(written)}}, "components": COMPONENTS}
    return compile_parameters(tuple(_parameter(each, index) for index, each in enumerate(written)), document)


def _parameter(written: dict[str, Any], index: int) -> Parameter:
    style = written.get("style", "form" if written["in"] in ("query", "cookie") else "simple")
    content, media = next(iter(written.get("content", {}).items()), (None, {}))
    extension = written.get("x-source", {})
    return Parameter(
        name=written["name"],
        location=written["in"],
        required=written.get("required", written["in"] == "path"),
        schema=media.get("schema", written.get("schema")),
        style=style,
        explode=written.get("explode", style == "form"),
        examples=(),
        source=Source("page.txt", "Parameters", 12).within(extension),
        pointer=f"/paths/~1/parameters/{index}",
        extension=extension,
        content=content,
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_parameter_is_read_as_the_document_says(case: dict[str, Any]) -> None:
    written = case["parameter"]
    headers = [(name.encode(), value.encode()) for name, value in case.get("headers", {}).items()]
    path = {written["name"]: case["path"]} if "path" in case else {}
    values, violations = reader(written)(path, case.get("query", "").encode(), headers)
    assert [each.keyword for each in violations] == case.get("violates", [])
    assert values[written["in"]] == ({written["name"]: case["value"]} if "value" in case else {})
    assert all(each.location == written["in"] for each in violations)
    if "where" in case:
        assert [each.where for each in violations] == [case["where"]]


def test_numbers_keep_their_kind() -> None:
    values, _ = reader({"name": "n", "in": "query", "schema": {"type": "number"}})({}, b"n=3", [])
    assert isinstance(values["query"]["n"], int)


def test_repeated_headers_are_one_list() -> None:
    read = reader({"name": "X-Id", "in": "header", "schema": {"type": "array", "items": {"type": "integer"}}})
    assert read({}, b"", [(b"x-id", b"1,2"), (b"x-id", b"3")])[0]["header"] == {"X-Id": [1, 2, 3]}


def test_all_parameters_are_judged_at_once() -> None:
    read = reader(
        {"name": "id", "in": "path", "schema": {"type": "integer"}},
        {"name": "limit", "in": "query", "schema": {"type": "integer", "maximum": 5}},
        {"name": "X-Key", "in": "header", "required": True, "schema": {"type": "string"}},
    )
    values, violations = read({"id": "a"}, b"limit=9", [])
    assert [(each.location, each.where, each.keyword) for each in violations] == [
        ("path", "id", "type"),
        ("query", "limit", "maximum"),
        ("header", "X-Key", "required"),
    ]
    assert values == {"path": {}, "query": {}, "header": {}, "cookie": {}}


def test_a_violation_says_what_was_expected_what_came_and_who_says_so() -> None:
    read = reader(
        {
            "name": "limit",
            "in": "query",
            "x-source": {"line": 20},
            "schema": {
                "type": "integer",
                "maximum": 5,
                "x-source": {"keywords": {"maximum": {"line": 21, "strength": "inferred"}}},
            },
        }
    )
    [violation] = read({}, b"limit=9", [])[1]
    assert violation.as_json() == {
        "in": "query",
        "where": "limit",
        "keyword": "maximum",
        "expected": "at most 5",
        "got": "9",
        "source": "page.txt:21 (Parameters)",
        "strength": Strength.INFERRED,
    }


def test_the_source_of_a_required_parameter_is_that_of_the_keyword() -> None:
    extension = {"line": 65, "keywords": {"required": {"line": 71}}}
    written = {"name": "X-Id", "in": "header", "required": True, "schema": {"type": "string"}, "x-source": extension}
    [violation] = reader(written)({}, b"", [])[1]
    assert violation.source == "page.txt:71 (Parameters)"
    assert violation.got == "nothing"


def test_a_recursive_schema_of_a_parameter_is_read() -> None:
    node = {"type": "object", "properties": {"n": {"type": "integer"}, "next": {"$ref": "#/components/schemas/Node"}}}
    written = {"name": "q", "in": "query", "style": "deepObject", "schema": {"$ref": "#/components/schemas/Node"}}
    read = compile_parameters((_parameter(written, 0),), {"components": {"schemas": {"Node": node}}})
    values, violations = read({}, b"q[n]=1&q[next][n]=2&q[next][next][n]=3", [])
    assert values["query"]["q"] == {"n": 1, "next": {"n": 2, "next": {"n": 3}}}
    assert violations == []


def test_a_thousand_brackets_are_refused_and_break_nothing() -> None:
    read = reader({"name": "q", "in": "query", "style": "deepObject", "schema": {"type": "object"}})
    [violation] = read({}, b"q" + b"[a]" * 1000 + b"=1", [])[1]
    assert violation.keyword == "style"
