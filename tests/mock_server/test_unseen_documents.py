"""Documents that the kit has never seen: 3.0 and 3.1, negotiation, security, content, headers."""

from __future__ import annotations

import json

import pytest

from mock_server.negotiation.accept import best

OPEN_30 = """
openapi: 3.0.3
info: {title: Pets, version: '1'}
servers: [{url: 'https://pets.example/api'}]
paths:
  /pets/{id}:
    get:
      operationId: getPet
      parameters:
        - {name: id, in: path, required: true, schema: {type: integer, minimum: 0, exclusiveMinimum: true}}
      responses:
        '200':
          description: A pet
          headers:
            X-Rate: {required: true, schema: {type: integer, minimum: 5, maximum: 5}}
          content:
            application/json:
              schema: {$ref: '#/components/schemas/Pet'}
              examples:
                cat: {value: {name: Tom, tag: null}}
                dog: {value: {name: Rex, tag: x}}
            text/plain: {example: Tom}
        '404': {description: None, content: {application/json: {example: {code: 404}}}}
components:
  schemas:
    Pet: {type: object, required: [name], properties: {name: {type: string}, tag: {type: string, nullable: true}}}
"""


def responses(**by_status):
    return {"responses": {status.removeprefix("s"): body for status, body in by_status.items()}}


def content(example=None, media="application/json", **more):
    return {"description": "x", "content": {media: {**({"example": example} if example is not None else {}), **more}}}


@pytest.fixture
def pets(mock, tmp_path):
    file = tmp_path / "pets.yaml"
    file.write_text(OPEN_30)
    return mock(file)


@pytest.mark.parametrize("base", ["/api", ""], ids=["documented-base-path", "without-it"])
def test_a_document_of_3_0_is_served_with_and_without_its_base_path(pets, base):
    response = pets("GET", f"{base}/pets/1")

    assert response.json() == {"name": "Tom", "tag": None}
    assert response.headers["x-rate"] == "5"


def test_keywords_of_3_0_are_understood(pets):
    assert pets("GET", "/pets/0").status_code == 422


def test_a_document_of_3_1_is_served(mock, document):
    schema = {"type": ["string", "null"], "const": "x"}
    ask = mock(
        document(
            {"/a": {"post": {"requestBody": content(schema=schema), **responses(s200=content("x", schema=schema))}}}
        )
    )

    assert ask("POST", "/a", json="x").json() == "x"
    assert ask("POST", "/a", json="y").status_code == 422


@pytest.mark.parametrize(
    ("documented", "status"),
    [
        (["404", "202", "201"], 201),
        (["500", "2XX"], 200),
        (["default", "400"], 200),
        (["404", "302"], 302),
        ([], 200),
    ],
)
def test_the_first_success_is_the_answer(mock, document, documented, status):
    ask = mock(document({"/a": {"get": {"responses": {code: {"description": "x"} for code in documented}}}}))

    assert ask("GET", "/a").status_code == status


@pytest.mark.parametrize(
    ("documented", "status"),
    [({"422", "400"}, 422), ({"400"}, 400), ({"default"}, 422), ({"404"}, 422)],
)
def test_an_invalid_request_gets_the_documented_error(mock, document, documented, status):
    errors = {code: content({"error": code}) for code in documented}
    query = {"name": "q", "in": "query", "required": True, "schema": {"type": "string"}}
    ask = mock(document({"/a": {"get": {"parameters": [query], "responses": {"200": {"description": "x"}, **errors}}}}))

    response = ask("GET", "/a")

    assert response.status_code == status
    if documented == {"404"}:
        assert response.headers["content-type"] == "application/problem+json"
    else:
        assert response.json() == {"error": max(documented)}
        assert json.loads(response.headers["mock-violations"])[0]["where"] == "q"


@pytest.mark.parametrize(
    ("accept", "body"),
    [
        ("text/plain", "Tom"),
        ("text/*;q=0.9, application/json;q=0.1", "Tom"),
        ("application/json", '{"name":"Tom","tag":null}'),
        ("image/png, */*;q=0.1", '{"name":"Tom","tag":null}'),
    ],
)
def test_the_media_type_is_what_the_client_prefers(pets, accept, body):
    assert pets("GET", "/pets/1", headers={"Accept": accept}).text == body


def test_no_acceptable_media_type_is_told(pets):
    response = pets("GET", "/pets/1", headers={"Accept": "image/png"})

    assert response.status_code == 406
    assert "application/json, text/plain" in response.json()["detail"]


@pytest.mark.parametrize(
    ("accept", "offered", "chosen"),
    [
        (None, ["text/html", "application/json"], (1, "application/json")),
        (None, ["text/html", "text/csv"], (0, "text/html")),
        ("*/*", ["text/html", "application/json"], (0, "text/html")),
        ("application/json", ["application/json; charset=utf-8"], (0, "application/json; charset=utf-8")),
        ("a/json;version=2", ["a/json;version=1", "a/json;version=2"], (1, "a/json;version=2")),
        ("application/*+json", ["application/vnd.x+json"], (0, "application/vnd.x+json")),
        ("application/json", ["application/vnd.x+json"], None),
        ("image/png", ["image/*"], (0, "image/png")),
        ("text/html;q=0, */*", ["text/html", "text/csv"], (1, "text/csv")),
        ("text/html;q=0", ["text/html"], None),
        ("a/json;version=3", ["a/json;version=1", "a/json;version=2"], (0, "a/json;version=1")),
        ("nonsense", ["text/html"], None),
    ],
)
def test_media_types_are_matched_with_ranges_parameters_and_qualities(accept, offered, chosen):
    assert best(accept, offered) == chosen


def test_an_example_is_chosen_by_name(pets):
    assert pets("GET", "/pets/1", headers={"Prefer": "example=dog"}).json()["name"] == "Rex"


def test_a_status_without_a_documented_body_has_none(mock, document):
    ask = mock(document({"/a": {"delete": responses(s204={"description": "x"})}}))

    response = ask("DELETE", "/a")

    assert (response.status_code, response.content) == (204, b"")
    assert "content-type" not in response.headers


def test_an_example_belongs_to_the_request_of_the_same_name(mock, document):
    named = {name: {"value": {"who": name}} for name in ("first", "second")}
    operation = {
        "requestBody": {"content": {"application/json": {"examples": named}}},
        **responses(s200=content(examples={name: {"value": f"for {name}"} for name in named})),
    }
    ask = mock(document({"/a": {"post": operation}}))

    assert ask("POST", "/a", json={"who": "second"}).json() == "for second"
    assert ask("POST", "/a", json={"who": "nobody"}).json() == "for first"


def test_an_example_belongs_to_the_parameters_of_the_same_name(mock, document):
    parameter = {
        "name": "id",
        "in": "path",
        "required": True,
        "schema": {"type": "integer"},
        "examples": {"one": {"value": 1}, "two": {"value": 2}},
    }
    ask = mock(
        document(
            {
                "/a/{id}": {
                    "get": {
                        "parameters": [parameter],
                        **responses(s200=content(examples={"one": {"value": "1st"}, "two": {"value": "2nd"}})),
                    }
                }
            }
        )
    )

    assert [ask("GET", f"/a/{number}").json() for number in (2, 1, 3)] == ["2nd", "1st", "1st"]


CONTRADICTING = {"wrong": {"value": 1}, "right": {"value": "text"}}


def test_an_example_that_contradicts_its_schema_is_not_served(mock, document):
    file = document({"/a": {"get": responses(s200=content(schema={"type": "string"}, examples=CONTRADICTING))}})

    assert mock(file)("GET", "/a").json() == "text"
    assert mock(file, lenient=True)("GET", "/a").json() == 1
    refused = mock(file)("GET", "/a", headers={"Prefer": "example=wrong"})
    assert (refused.status_code, "--lenient" in refused.json()["detail"]) == (404, True)


def test_without_an_example_a_body_is_made_up_that_fits(mock, document):
    schema = {
        "type": "object",
        "required": ["id", "email"],
        "properties": {"id": {"type": "integer", "minimum": 5}, "email": {"type": "string", "format": "email"}},
    }
    file = document(
        {
            "/a/{x}": {
                "get": {
                    "parameters": [{"name": "x", "in": "path", "required": True, "schema": {}}],
                    **responses(s200=content(schema=schema)),
                }
            }
        }
    )
    ask = mock(file)

    body = ask("GET", "/a/1").json()

    assert body["id"] >= 5
    assert "@" in body["email"]
    assert ask("GET", "/a/1").json() == mock(file)("GET", "/a/1").json() == body
    assert ask("GET", "/a/1", headers={"Prefer": "seed=9"}).json() != body
    assert ask("GET", "/a/1", headers={"Prefer": "seed=9"}).json() == ask("GET", "/a/1?__seed=9").json()


def test_dynamic_answers_pass_over_the_examples(mock, document):
    file = document({"/a": {"get": responses(s200=content("documented", schema={"type": "string"}))}})

    assert mock(file)("GET", "/a").json() == "documented"
    assert mock(file)("GET", "/a", headers={"Prefer": "dynamic=true"}).json() != "documented"
    assert mock(file, mode="dynamic")("GET", "/a").json() != "documented"
    assert mock(file, mode="dynamic")("GET", "/a?__dynamic=false").json() == "documented"


@pytest.mark.parametrize(
    ("media", "example", "body"),
    [
        ("text/plain", "words", "words"),
        ("text/csv", "a,b", "a,b"),
        ("application/xml", "<a>1</a>", "<a>1</a>"),
        ("application/vnd.x+json", {"a": 1}, '{"a":1}'),
        ("application/problem+json", {"a": 1}, '{"a":1}'),
        ("application/x-www-form-urlencoded", {"a": [1, 2], "b": "x y"}, "a=%5B1%2C2%5D&b=x+y"),
        ("text/plain", 7, "7"),
        ("application/octet-stream", "bytes", "bytes"),
    ],
)
def test_a_value_is_written_as_its_media_type_asks(mock, document, media, example, body):
    response = mock(document({"/a": {"get": responses(s200=content(example, media))}}))("GET", "/a")

    assert (response.text, response.headers["content-type"]) == (body, media)


def test_an_object_is_written_as_the_xml_that_its_schema_describes(mock, document):
    schema = {
        "type": "object",
        "xml": {"name": "pet"},
        "properties": {
            "id": {"type": "integer", "xml": {"attribute": True}},
            "tags": {"type": "array", "xml": {"wrapped": True}, "items": {"type": "string", "xml": {"name": "tag"}}},
            "note": {"type": "string"},
        },
    }
    example = {"id": 1, "tags": ["a", "b"], "note": "<&>"}
    response = mock(document({"/a": {"get": responses(s200=content(example, "application/xml", schema=schema))}}))(
        "GET", "/a"
    )

    assert response.text.endswith('<pet id="1"><tags><tag>a</tag><tag>b</tag></tags><note>&lt;&amp;&gt;</note></pet>')


def test_an_object_has_no_form_as_plain_text(mock, document):
    response = mock(document({"/a": {"get": responses(s200=content({"a": 1}, "text/plain"))}}))("GET", "/a")

    assert response.status_code == 500
    assert "text/plain" in response.json()["detail"]


def test_documented_headers_are_sent(mock, document):
    headers = {
        "X-Example": {"schema": {"type": "array", "items": {"type": "integer"}}, "example": [1, 2]},
        "X-Default": {"schema": {"type": "boolean", "default": True}},
        "X-Made": {"schema": {"type": "integer"}},
        "Content-Type": {"schema": {"type": "string"}, "example": "text/nonsense"},
        "X-Lines": {"schema": {"type": "string"}, "example": "a\r\nSet-Cookie: b"},
    }
    response = mock(document({"/a": {"get": responses(s200={**content([]), "headers": headers})}}))("GET", "/a")

    assert response.headers["x-example"] == "1,2"
    assert response.headers["x-default"] == "true"
    assert int(response.headers["x-made"]) is not None
    assert response.headers["content-type"] == "application/json"
    assert response.headers["x-lines"] == "a Set-Cookie: b"
    assert "set-cookie" not in response.headers


def test_a_deprecated_operation_says_so(mock, document):
    response = mock(document({"/a": {"get": {"deprecated": True, **responses(s200=content([]))}}}))("GET", "/a")

    assert response.headers["deprecation"] == "true"


SCHEMES = {
    "header": {"type": "apiKey", "in": "header", "name": "X-Key"},
    "query": {"type": "apiKey", "in": "query", "name": "key"},
    "cookie": {"type": "apiKey", "in": "cookie", "name": "key"},
    "basic": {"type": "http", "scheme": "basic"},
    "bearer": {"type": "http", "scheme": "Bearer"},
    "digest": {"type": "http", "scheme": "digest"},
    "oauth": {"type": "oauth2", "flows": {}},
    "openid": {"type": "openIdConnect", "openIdConnectUrl": "https://example.com/"},
}


DIGEST = 'Digest username="u", realm="*", nonce="n", uri="/a", response="r"'


def secured(mock, document, security, **options):
    operation = {"security": security, **responses(s200=content("in"))}
    return mock(document({"/a": {"get": operation}}, components={"securitySchemes": SCHEMES}), **options)


@pytest.mark.parametrize(
    ("scheme", "shown", "challenge"),
    [
        ("header", {"headers": {"x-key": "k"}}, 'ApiKey in="header", name="X-Key"'),
        ("query", {"params": {"key": "k"}}, 'ApiKey in="query", name="key"'),
        ("cookie", {"headers": {"Cookie": "a=b; key=k"}}, 'ApiKey in="cookie", name="key"'),
        ("basic", {"headers": {"Authorization": "Basic dTpw"}}, 'Basic realm="*"'),
        ("bearer", {"headers": {"Authorization": "Bearer t"}}, "Bearer"),
        ("oauth", {"headers": {"Authorization": "Bearer t"}}, "Bearer"),
        ("openid", {"headers": {"Authorization": "Bearer t"}}, "Bearer"),
        ("digest", {"headers": {"Authorization": DIGEST}}, "Digest"),
    ],
)
def test_each_kind_of_credentials_is_asked_for(mock, document, scheme, shown, challenge):
    ask = secured(mock, document, [{scheme: []}])

    refused = ask("GET", "/a")

    assert (refused.status_code, refused.headers["content-type"]) == (401, "application/problem+json")
    assert refused.headers["www-authenticate"].startswith(challenge)
    assert ask("GET", "/a", **shown).json() == "in"


def test_a_digest_has_all_its_members(mock, document):
    ask = secured(mock, document, [{"digest": []}])

    for credentials in ("abc", 'username="u"', DIGEST.removeprefix("Digest ").replace('nonce="n", ', "")):
        assert ask("GET", "/a", headers={"Authorization": f"Digest {credentials}"}).status_code == 401


def test_a_key_beside_another_scheme_is_no_challenge_of_its_own(mock, document):
    refused = secured(mock, document, [{"header": []}, {"basic": []}, {"bearer": []}])("GET", "/a")

    assert refused.headers["www-authenticate"] == 'Basic realm="*",Bearer'


def test_basic_credentials_have_a_user_and_a_password(mock, document):
    ask = secured(mock, document, [{"basic": []}])

    for credentials in ("dXNlcg==", "???", ""):
        assert ask("GET", "/a", headers={"Authorization": f"Basic {credentials}"}).status_code == 401


@pytest.mark.parametrize(
    ("security", "shown", "status"),
    [
        ([{"header": [], "query": []}], {"headers": {"X-Key": "k"}}, 401),
        ([{"header": [], "query": []}], {"headers": {"X-Key": "k"}, "params": {"key": "k"}}, 200),
        ([{"header": []}, {"query": []}], {"params": {"key": "k"}}, 200),
        ([{"header": []}, {}], {}, 200),
        ([], {}, 200),
    ],
    ids=["both-one-shown", "both-shown", "either", "optional", "open"],
)
def test_alternatives_and_combinations_of_credentials(mock, document, security, shown, status):
    assert secured(mock, document, security)("GET", "/a", **shown).status_code == status


def test_given_tokens_hold_for_keys_as_well(mock, document):
    ask = secured(mock, document, [{"header": []}], tokens=("right",))

    assert [ask("GET", "/a", headers={"X-Key": key}).status_code for key in ("right", "wrong")] == [200, 401]


def test_a_documented_refusal_of_credentials_is_used(mock, document):
    operation = {"security": [{"basic": []}], **responses(s200=content("in"), s403=content({"why": "no"}))}
    response = mock(document({"/a": {"get": operation}}, components={"securitySchemes": SCHEMES}))("GET", "/a")

    assert (response.status_code, response.json()) == (403, {"why": "no"})
    assert response.headers["www-authenticate"] == 'Basic realm="*"'


def test_plain_json_is_taken_for_a_documented_kind_of_json(mock, document):
    body = content(media="application/vnd.x+json", schema={"type": "integer"})
    ask = mock(document({"/a": {"post": {"requestBody": body, **responses(s200=content("x"))}}}))

    assert [ask("POST", "/a", json=value).status_code for value in (1, "1")] == [200, 422]


def test_a_body_of_no_documented_type_is_not_looked_at(mock, document):
    operation = {"requestBody": {"required": True, "content": {}}, **responses(s200=content("x"))}
    ask = mock(document({"/a": {"post": operation}}))

    assert ask("POST", "/a", json={"any": "thing"}).status_code == 200
    assert ask("POST", "/a", content=b"{").status_code == 200


def test_incomplete_documents_are_served(mock, document, tmp_path):
    file = tmp_path / "bare.yaml"
    file.write_text(
        "openapi: 3.1.0\npaths:\n  /a:\n    get: {}\n"
        "    post: {responses: {'200': {content: {application/json: {}}}}}\n"
    )
    ask = mock(file)

    assert ask("GET", "/a").status_code == 200
    assert (ask("POST", "/a").status_code, ask("POST", "/a").content) == (200, b"")


def test_two_documents_of_one_name_are_served_together(mock, tmp_path):
    files = []
    for number in (1, 2):
        (tmp_path / str(number)).mkdir()
        files.append(tmp_path / str(number) / "api.json")
        paths = {f"/a{number}": {"get": responses(s200=content(number))}}
        files[-1].write_text(json.dumps({"openapi": "3.1.0", "info": {"title": "x", "version": "1"}, "paths": paths}))
    ask = mock(*files)

    assert [ask("GET", "/a1").json(), ask("GET", "/a2").json()] == [1, 2]
    assert ask("GET", "/_mock/health").json()["apis"] == ["api", "api-2"]


def test_a_recursive_schema_is_validated_and_made_up(mock, document):
    node = {
        "type": "object",
        "required": ["name"],
        "properties": {
            "name": {"type": "string"},
            "children": {"type": "array", "items": {"$ref": "#/components/schemas/Node"}},
        },
    }
    reference = {"$ref": "#/components/schemas/Node"}
    ask = mock(
        document(
            {"/a": {"post": {"requestBody": content(schema=reference), **responses(s200=content(schema=reference))}}},
            components={"schemas": {"Node": node}},
        )
    )

    assert "name" in ask("POST", "/a", json={"name": "a", "children": [{"name": "b"}]}).json()
    refused = ask("POST", "/a", json={"name": "a", "children": [{"name": "b", "children": [{}]}]})
    assert [violation["where"] for violation in refused.json()["violations"]] == ["/children/0/children/0/name"]


def test_a_property_may_have_the_name_of_a_reference(mock, document):
    schema = {"type": "object", "properties": {"$ref": {"type": "string"}}}
    ask = mock(document({"/a": {"post": {"requestBody": content(schema=schema), **responses(s200=content("x"))}}}))

    refused = ask("POST", "/a", json={"$ref": 1})

    assert (refused.status_code, refused.json()["violations"][0]["where"]) == (422, "/$ref")
