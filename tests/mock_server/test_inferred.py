"""A document without rules has a state all the same: what was created can be read, listed, changed, deleted."""

from __future__ import annotations

import pytest

THING = {
    "type": "object",
    "required": ["id", "name"],
    "properties": {
        "id": {"type": "integer", "readOnly": True},
        "name": {"type": "string", "maxLength": 10},
        "size": {"type": "string", "enum": ["small", "large"]},
        "made_at": {"type": "string", "format": "date-time", "readOnly": True},
    },
}
BODY = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}, "required": True}
ID = {"name": "thingId", "in": "path", "required": True, "schema": {"type": "integer"}}


def integer(name, **schema):
    return {"name": name, "in": "query", "schema": {"type": "integer", **schema}}


def answer(schema, **more):
    return {"description": "x", "content": {"application/json": {"schema": schema, **more}}}


ONE = {"$ref": "#/components/schemas/Thing"}
MANY = {
    "type": "object",
    "required": ["items", "total"],
    "properties": {"items": {"type": "array", "items": ONE}, "total": {"type": "integer"}},
}
PATHS = {
    "/things": {
        "get": {
            "parameters": [integer("limit"), integer("offset")],
            "responses": {"200": answer(MANY, example={"items": [{"id": 7, "name": "seven"}], "total": 1})},
        },
        "post": {
            "requestBody": BODY,
            "responses": {"201": answer(ONE, example={"id": 7, "name": "seven", "size": "small"})},
        },
    },
    "/things/{thingId}": {
        "parameters": [ID],
        "get": {
            "responses": {
                "200": answer(ONE, example={"id": 7, "name": "seven", "size": "small"}),
                "404": answer({"type": "object"}, example={"code": "gone"}),
            }
        },
        "put": {"requestBody": BODY, "responses": {"200": answer(ONE, example={"id": 7, "name": "seven"})}},
        "patch": {"requestBody": {**BODY, "required": False}, "responses": {"204": {"description": "x"}}},
        "delete": {"responses": {"204": {"description": "x"}}},
    },
}


@pytest.fixture
def things(mock, document):
    return mock(document(PATHS, components={"schemas": {"Thing": THING}}))


def test_what_was_created_can_be_read(things):
    created = things("POST", "/things", json={"name": "new", "size": "large"})

    assert created.status_code == 201
    assert created.json()["name"] == "new"
    assert created.json()["id"] != 7
    assert things("GET", f"/things/{created.json()['id']}").json() == created.json()


def test_ids_are_unique(things):
    assert len({things("POST", "/things", json={"name": "new"}).json()["id"] for _ in range(5)}) == 5


def test_what_was_created_is_listed_and_counted(things):
    created = things("POST", "/things", json={"name": "new"}).json()

    assert things("GET", "/things").json() == {"items": [{"id": 7, "name": "seven"}, created], "total": 2}


def test_what_does_not_fit_into_a_list_is_left_out_of_it_alone(mock, document):
    short = {**ONE, "properties": {"name": {"maxLength": 5}}}
    many = {**MANY, "properties": {**MANY["properties"], "items": {"type": "array", "items": short}}}
    paths = {**PATHS, "/things": {**PATHS["/things"], "get": {"responses": {"200": answer(many)}}}}
    things = mock(document(paths, components={"schemas": {"Thing": THING}}))
    for name in ("short", "too long", "tiny"):
        assert things("POST", "/things", json={"name": name}).status_code == 201

    shown = [thing["name"] for thing in things("GET", "/things").json()["items"]]

    assert {"short", "tiny"} <= set(shown)
    assert "too long" not in shown


def test_a_list_is_paged_by_its_documented_parameters(things):
    ids = [7] + [things("POST", "/things", json={"name": "new"}).json()["id"] for _ in range(4)]

    shown = things("GET", "/things?limit=2&offset=1").json()

    assert [one["id"] for one in shown["items"]] == ids[1:3]
    assert shown["total"] == 5


def test_what_was_created_can_be_changed(things):
    created = things("POST", "/things", json={"name": "new", "size": "large"}).json()

    assert things("PATCH", f"/things/{created['id']}", json={"name": "newer"}).status_code == 204
    assert things("GET", f"/things/{created['id']}").json() == {**created, "name": "newer"}


def test_the_documented_resource_can_be_changed(things):
    changed = things("PUT", "/things/7", json={"name": "eight"}).json()

    assert (changed["id"], changed["name"]) == (7, "eight")
    assert things("GET", "/things/7").json()["name"] == "eight"
    assert things("GET", "/things").json()["items"][0]["name"] == "eight"


def test_what_was_deleted_is_gone(things):
    created = things("POST", "/things", json={"name": "new"}).json()["id"]

    assert things("DELETE", f"/things/{created}").status_code == 204
    gone = things("GET", f"/things/{created}")
    assert (gone.status_code, gone.json()) == (404, {"code": "gone"})
    assert things("DELETE", "/things/7").status_code == 204
    assert things("GET", "/things").json() == {"items": [], "total": 0}


def test_what_nobody_touched_is_answered_as_documented(things):
    assert things("GET", "/things/99").json()["name"] == "seven"
    assert things("GET", "/things").json()["total"] == 1


def test_the_examples_mode_keeps_no_state(mock, document):
    ask = mock(document(PATHS, components={"schemas": {"Thing": THING}}), mode="examples")

    assert ask("POST", "/things", json={"name": "new"}).json()["name"] == "seven"


def test_an_answer_always_fits_its_schema(mock, document):
    strict = {**THING, "properties": {**THING["properties"], "name": {"type": "string", "const": "fixed"}}}
    paths = {
        **PATHS,
        "/things": {
            "post": {
                "requestBody": {"content": {"application/json": {"schema": {"type": "object"}}}},
                "responses": {"201": answer(strict)},
            }
        },
    }
    ask = mock(document(paths, components={"schemas": {"Thing": THING}}))

    made = ask("POST", "/things", json={"name": "other", "size": "large", "id": "seven"}).json()

    assert (made["name"], made["size"]) == ("fixed", "large")
    assert isinstance(made["id"], int)


def test_resources_of_different_parents_are_apart(mock, document):
    parent = {"name": "owner", "in": "path", "required": True, "schema": {"type": "string"}}
    nested = {
        f"/owners/{{owner}}{path}": {**item, "parameters": [*item.get("parameters", []), parent]}
        for path, item in PATHS.items()
    }
    ask = mock(document(nested, components={"schemas": {"Thing": THING}}))

    created = ask("POST", "/owners/a/things", json={"name": "new"}).json()

    assert ask("GET", "/owners/a/things").json()["total"] == 2
    assert ask("GET", "/owners/b/things").json()["total"] == 1
    assert ask("GET", f"/owners/a/things/{created['id']}").json() == created


def test_a_change_is_seen_where_no_example_of_it_is_documented(mock, document):
    paths = {
        **PATHS,
        "/things/{thingId}": {
            **PATHS["/things/{thingId}"],
            "patch": {"requestBody": {**BODY, "required": False}, "responses": {"200": answer(ONE)}},
        },
    }
    ask = mock(document(paths, components={"schemas": {"Thing": THING}}))

    changed = ask("PATCH", "/things/7", json={"name": "eight"}).json()
    other = ask("PATCH", "/things/99", json={"name": "other"}).json()

    assert changed == {"id": 7, "name": "eight", "size": "small"}
    assert (other["id"], other["name"]) == (99, "other")
    assert ask("GET", "/things/99").json()["name"] == "other"


def test_times_of_creation_and_of_change_follow_the_clock(mock, document):
    times = {name: {"type": "string", "format": "date-time"} for name in ("createdAt", "updated_at", "born_at")}
    thing = {**THING, "properties": {**THING["properties"], **times}}
    shown = {"id": 7, "name": "seven", "createdAt": "2020-01-01T00:00:00.000Z", "updated_at": "2020-01-01T00:00:00Z"}
    shown["born_at"] = "2000-01-01T00:00:00Z"
    one = answer(ONE, example=shown)
    paths = {
        "/things": {"post": {"requestBody": BODY, "responses": {"201": one}}},
        "/things/{thingId}": {
            "parameters": [ID],
            "get": {"responses": {"200": one}},
            "patch": {"requestBody": BODY, "responses": {"200": one}},
        },
    }
    file = document(paths, components={"schemas": {"Thing": thing}})
    things = mock(file, clock="2026-02-03T04:05:06Z")

    assert things("POST", "/things", json={"name": "seven"}).json() == shown
    made = things("POST", "/things", json={"name": "new"}).json()
    things("PUT", "/_mock/api/clock", json={"mode": "frozen", "at": "2026-02-03T05:00:00Z"})
    same = things("PATCH", f"/things/{made['id']}", json={"name": "new"}).json()
    changed = things("PATCH", f"/things/{made['id']}", json={"name": "newer"}).json()

    assert made["createdAt"] == "2026-02-03T04:05:06.000Z"
    assert made["updated_at"] == "2026-02-03T04:05:06Z"
    assert made["born_at"] == shown["born_at"]
    assert same == made
    assert changed == {**made, "name": "newer", "updated_at": "2026-02-03T05:00:00Z"}
    assert things("GET", f"/things/{made['id']}").json() == changed
