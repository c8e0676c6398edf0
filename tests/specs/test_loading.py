"""`specs.load`: names, files, and what is wrong with them."""

from pathlib import Path

import pytest

import specs

MINIMAL = "openapi: 3.1.0\ninfo: {title: T, version: '1'}\npaths: {}\n"


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_the_bundled_apis_are_the_folders_of_specs() -> None:
    assert specs.names() == ("driver_interviews", "jobhive", "kombo")


@pytest.mark.parametrize(
    ("name", "operations"),
    [
        (
            "driver_interviews",
            [
                ("POST", "/api/v1/interviews/"),
                ("PATCH", "/api/v1/interviews/{id}"),
                ("POST", "/api/v1/users/interviews/{id}/amend"),
            ],
        ),
        ("jobhive", [("PATCH", "/v1/interviews/{id}")]),
        ("kombo", [("PATCH", "/v1/ats/applications/{application_id}/interviews")]),
    ],
)
def test_a_bundled_api_has_the_documented_operations(name: str, operations: list[tuple[str, str]]) -> None:
    assert [(o.method, o.full_path) for o in specs.load(name).operations] == operations


def test_examples_come_from_the_fixtures_and_keep_their_names() -> None:
    api = specs.load("driver_interviews")
    example = api.by_id["createInterview"].responses[0].content[0].examples[0]
    fixture = next(f for f in api.fixtures if f.name == "create_interview")
    assert (example.fixture, example.value) == ("create_interview", fixture.response.body)


def test_the_document_refers_only_to_itself() -> None:
    for name in specs.names():
        assert "../" not in str(specs.load(name).document)


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(specs.UnknownApi, match="driver_interviews, jobhive, kombo"):
        specs.load("nope")


def test_a_url_is_not_fetched_without_leave() -> None:
    with pytest.raises(specs.UnknownApi, match="--allow-remote"):
        specs.load("http://127.0.0.1:9/openapi.yaml")


def test_a_folder_stands_for_its_openapi_yaml(tmp_path: Path) -> None:
    write(tmp_path, "things/openapi.yaml", MINIMAL)
    assert specs.load(tmp_path / "things").name == "things"


def test_a_new_api_is_a_folder_of_data(tmp_path: Path) -> None:
    write(
        tmp_path,
        "specs/things/openapi.yaml",
        """\
openapi: 3.1.0
info: {title: Things, version: '1'}
x-source: {page: things.txt, section: All}
paths:
  /things:
    post:
      operationId: createThing
      responses:
        '201':
          description: made
          content:
            application/json:
              schema: {type: object}
              examples:
                made: {$ref: '../../fixtures/things/create.yaml#/response/body'}
""",
    )
    write(
        tmp_path,
        "specs/things/rules.yaml",
        """\
resources: {thing: {identity: id, new_id: {next: 1}}}
operations:
  createThing:
    action: create
    resource: thing
    input: ''
    output: ''
    effects: [{id: new, fields: [id], becomes: new}]
""",
    )
    write(
        tmp_path,
        "fixtures/things/create.yaml",
        """\
operation: createThing
title: A thing
source: {page: things.txt, section: Example}
request: {method: POST, path: /things}
response: {status: 201, body: {value: {id: 1}}}
""",
    )
    write(tmp_path, "fixtures/things/state.yaml", "source: {page: things.txt}\nresources: {thing: [{id: 7}]}\n")
    api = specs.load(tmp_path / "specs/things")
    assert api.by_id["createThing"].responses[0].content[0].examples[0].value == {"id": 1}
    assert api.seed.resources["thing"] == ({"id": 7},)
    assert "createThing/rule/new/id:new" in {claim.id for claim in api.claims}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("- a\n", "its root is no object"),
        ("title: T\n", "neither `openapi` nor `swagger`"),
        ("openapi: 4.0.0\npaths: {}\n", "OpenAPI 4.0.0 is not known"),
        ("openapi: 3.1.0\npaths: {things: {}}\n", "has to begin with /"),
        ("openapi: 3.1.0\npaths: []\n", "`paths` has to be an object"),
        ("openapi: 3.1.0\npaths: {/a: {get: {responses: {ok: {}}}}}\n", "is no status"),
        ("openapi: 3.1.0\npaths: {/a: {get: {parameters: [{name: x}]}}}\n", "a parameter needs a `name`"),
        ("openapi: 3.1.0\npaths: {/a: {get: []}}\n", "an object is expected here"),
        ("openapi: 3.1.0\npaths: {/a: {get: {security: {key: []}}}}\n", "`security` has to be a list"),
        ("openapi: 3.1.0\nsecurity: [key]\npaths: {/a: {get: {}}}\n", "a list of objects (at /security)"),
        (
            "openapi: 3.1.0\npaths: {/a: {$ref: '#/components/pathItems/A'}}\n"
            "components: {pathItems: {A: {$ref: '#/components/pathItems/A'}}}\n",
            "leads to itself",
        ),
    ],
)
def test_a_document_that_cannot_be_served_is_refused_with_the_reason(tmp_path: Path, text: str, message: str) -> None:
    path = write(tmp_path, "openapi.yaml", text)
    with pytest.raises(specs.InvalidDocument) as refused:
        specs.load(path)
    assert message in str(refused.value)
    assert str(path) in str(refused.value)


def test_an_incomplete_document_is_served_with_warnings(tmp_path: Path) -> None:
    path = write(tmp_path, "a.yaml", "openapi: 3.1.0\npaths: {/a: {get: {}, post: {responses: {200: {}}}}}\n")
    api = specs.load(path)
    assert [o.id for o in api.operations] == ["get /a", "post /a"]
    said = " ".join(api.warnings)
    for words in ("no `info`", "no operationId", "no responses", "no description"):
        assert words in said


def test_an_operation_id_that_stands_twice_is_made_unique(tmp_path: Path) -> None:
    text = "openapi: 3.1.0\npaths: {/a: {get: {operationId: x}}, /b: {get: {operationId: x}}}\n"
    api = specs.load(write(tmp_path, "a.yaml", text))
    assert [o.id for o in api.operations] == ["x", "get /b"]
    assert any("stands twice" in warning for warning in api.warnings)


def test_the_server_of_an_operation_gives_its_base_path(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "a.yaml",
        """\
openapi: 3.1.0
servers: [{url: 'https://example.org/{stage}/', variables: {stage: {default: v2}}}]
paths:
  /a: {get: {operationId: a}}
  /b: {servers: [{url: /path}], get: {operationId: b}, put: {operationId: c, servers: [{url: /own}]}}
""",
    )
    api = specs.load(path)
    assert [o.full_path for o in api.operations] == ["/v2/a", "/path/b", "/own/b"]


def test_the_parameters_of_a_path_are_those_of_its_operations(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "a.yaml",
        """\
openapi: 3.1.0
paths:
  /a/{id}:
    parameters:
      - {name: id, in: path, schema: {type: integer}}
      - {name: q, in: query, schema: {type: string}}
    get: {operationId: a, parameters: [{name: q, in: query, required: true, schema: {type: integer}}]}
""",
    )
    parameters = {p.name: p for p in specs.load(path).operations[0].parameters}
    assert parameters["id"].required
    assert (parameters["q"].required, parameters["q"].schema) == (True, {"type": "integer"})


def test_the_response_for_a_status_is_the_nearest(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "a.yaml",
        "openapi: 3.1.0\npaths: {/a: {get: {responses: {200: {}, 4xx: {}, 404: {}, default: {}}}}}\n",
    )
    operation = specs.load(path).operations[0]
    found = [operation.response_for(status) for status in (200, 404, 409, 500)]
    assert [r.status if r else None for r in found] == ["200", "404", "4XX", "default"]
    assert operation.success is not None
    assert operation.success.status == "200"


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ("resourcez: {}\n", "resourcez"),
        ("operations: {a: {action: fly, resource: r}}\n", "fly"),
        ("resources: {r: {}}\n", "identity"),
    ],
)
def test_rules_that_break_their_schema_are_refused_with_the_line(tmp_path: Path, rules: str, message: str) -> None:
    write(tmp_path, "openapi.yaml", MINIMAL)
    write(tmp_path, "rules.yaml", rules)
    with pytest.raises(specs.InvalidRules) as refused:
        specs.load(tmp_path / "openapi.yaml")
    assert message in str(refused.value)
    assert "rules.yaml:1:" in str(refused.value)


def test_an_api_can_be_altered_in_one_place() -> None:
    api = specs.load("jobhive")
    schemas = dict(api.document["components"]["schemas"])
    schemas["InterviewUpdate"] = {"type": "object", "properties": {}}
    document = {**api.document, "components": {**api.document["components"], "schemas": schemas}}
    other = specs.altered(api, document=document)
    assert other.name == "jobhive"
    ids = {claim.id for claim in other.claims}
    assert "updateInterview/request/body/difficulty:enum" not in ids
    assert "updateInterview/response/200/body/data/difficulty:enum" in ids
    assert other.rules == api.rules
