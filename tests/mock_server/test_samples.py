"""Each API is shown with a request that works, whatever it asks for."""

from __future__ import annotations

import shlex

import pytest

from mock_server import MockOptions
from mock_server.creation import assemble, make_table
from mock_server.samples import listing

from .conftest import asking

ANSWER = {"responses": {"200": {"description": "x", "content": {"application/json": {"example": "in"}}}}}
SCHEMES = {
    "key": {"type": "apiKey", "in": "query", "name": "key"},
    "header": {"type": "apiKey", "in": "header", "name": "X-Key"},
    "cookie": {"type": "apiKey", "in": "cookie", "name": "session"},
    "basic": {"type": "http", "scheme": "basic"},
    "bearer": {"type": "http", "scheme": "bearer"},
}


def parameter(name, location, **schema):
    return {"name": name, "in": location, "required": True, "schema": schema}


def shown(file, **options):
    """The curl of a document, and what sends it to the mock in process."""
    table = make_table(file, MockOptions(**options))
    line = next(line.strip() for line in listing(table, "http://mock") if line.strip().startswith("curl "))
    return line, asking(assemble(table))


def sent(line, ask):
    words = shlex.split(line)
    options = {"method": "GET", "headers": {}, "content": None}
    while words:
        word = words.pop(0)
        if word == "-X":
            options["method"] = words.pop(0)
        elif word == "-H":
            name, _, value = words.pop(0).partition(": ")
            options["headers"][name] = value
        elif word == "-d":
            options["content"] = words.pop(0)
        elif word == "--head":
            options["method"] = "HEAD"
        elif word.startswith("http"):
            path = word.removeprefix("http://mock")
    return ask(options.pop("method"), path, **options)


@pytest.mark.parametrize("scheme", sorted(SCHEMES))
def test_a_request_shows_credentials(document, scheme):
    operation = {"security": [{scheme: []}], **ANSWER}

    line, ask = shown(document({"/a": {"get": operation}}, components={"securitySchemes": SCHEMES}))

    assert sent(line, ask).json() == "in"


def test_a_request_has_what_is_required(document):
    operation = {
        "parameters": [
            parameter("id", "path", type="integer", minimum=5),
            parameter("q", "query", type="string", enum=["a b"]),
            parameter("X-Head", "header", type="boolean"),
            parameter("crumb", "cookie", type="integer"),
            {"name": "not", "in": "query", "schema": {"type": "string"}},
        ],
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {
                    "schema": {"type": "object", "required": ["it's"], "properties": {"it's": {"type": "integer"}}},
                    "examples": {"wrong": {"value": {}}, "right": {"value": {"it's": 1}}},
                }
            },
        },
        **ANSWER,
    }

    line, ask = shown(document({"/a/{id}": {"post": operation}}))

    assert sent(line, ask).json() == "in", line
    assert "not=" not in line


def test_a_body_without_an_example_is_made_up(document):
    body = {"required": True, "content": {"application/json": {"schema": {"type": "integer", "minimum": 3}}}}

    line, ask = shown(document({"/a": {"put": {"requestBody": body, **ANSWER}}}))

    assert sent(line, ask).json() == "in"


def test_the_simplest_operation_is_shown(document):
    hard = {"parameters": [parameter("q", "query", type="string")], **ANSWER}

    line, _ = shown(document({"/hard": {"get": hard}, "/easy": {"get": ANSWER}}))

    assert line == "curl -i http://mock/easy"


def test_long_documents_are_listed_in_part(document):
    table = make_table(document({f"/a{number}": {"get": ANSWER} for number in range(100)}), MockOptions())

    assert any("... and 40 more" in line for line in listing(table, "http://mock"))
