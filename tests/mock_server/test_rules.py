"""Rules of every kind: resources that are made, read, listed and deleted; conditions; answers beside the resource."""

from __future__ import annotations

import pytest

from .conftest import asking

DOCUMENT = """
openapi: 3.1.0
info: {title: Notes, version: '1'}
x-source: {page: notes.txt, section: All, strength: documented}
paths:
  /notes:
    post:
      operationId: write
      requestBody: {content: {application/json: {schema: {type: object}}}}
      responses:
        '201':
          description: x
          content:
            application/json:
              schema: &one
                type: object
                required: [kind, note]
                properties: {kind: {const: note}, note: {type: object}, told: {type: string}}
    get:
      operationId: list
      responses:
        '200':
          description: x
          content: {application/json: {schema: {type: object, properties: {notes: {type: array}}}}}
  /notes/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: string}}]
    get:
      operationId: read
      responses: {'200': {description: x, content: {application/json: {schema: *one}}}}
    delete:
      operationId: tear
      responses: {'204': {description: x}}
    patch:
      operationId: change
      requestBody: {content: {application/json: {schema: {type: object}}}}
      responses: {'200': {description: x, content: {application/json: {schema: *one}}}}
"""

RULES = """
source: {page: notes.txt, section: All, strength: documented}
resources:
  note:
    identity: id
    new_id: {random: 'n_{8}'}
    order: [id, text, by, author, mood, changed]
    embeds: {author: {resource: author, by: by}}
    times: {fields: [changed], notation: milliseconds}
  author: {identity: id}
operations:
  write:
    action: create
    resource: note
    input: ''
    output: /note
    effects:
      - {id: a, fields: [text, by], becomes: sent}
      - {id: b, fields: [author], becomes: {embedded: by}}
      - {id: c, fields: [mood], becomes: {constant: happy}, when: {sent: text, equals: good}}
      - {id: d, fields: [mood], becomes: {constant: unknown}}
      - {id: e, fields: [changed], becomes: now}
  list: {action: list, resource: note, input: '', output: /notes, effects: []}
  read: {action: read, resource: note, key: {path: id}, input: '', output: /note, effects: []}
  tear: {action: delete, resource: note, key: {path: id}, input: '', output: null, effects: []}
  change:
    action: update
    resource: note
    key: {path: id}
    input: ''
    output: /note
    effects:
      - {id: f, fields: [text], becomes: sent}
      - {id: g, fields: [text], becomes: unchanged}
      - {id: h, fields: [mood], becomes: {sent: feeling}}
    answer:
      - {id: i, at: /told, is: {constant: changed}, when: {changed: [text]}}
problems:
  envelope: null
  kinds: {not_found: {status: 404}}
"""

STATE = """
source: {page: notes.txt, section: All, strength: assumed}
resources:
  note: [{by: 1, text: first, id: n_1}]
  author: [{id: 1, name: Ann}, {id: 2, name: Bob}]
"""

FIRST = {"id": "n_1", "text": "first", "by": 1, "author": {"id": 1, "name": "Ann"}}


@pytest.fixture
def notes(tmp_path):
    from mock_server import MockOptions, create_app

    folder = tmp_path / "specs" / "notes"
    (tmp_path / "fixtures" / "notes").mkdir(parents=True)
    folder.mkdir(parents=True)
    (folder / "openapi.yaml").write_text(DOCUMENT)
    (folder / "rules.yaml").write_text(RULES)
    (tmp_path / "fixtures" / "notes" / "state.yaml").write_text(STATE)
    return asking(create_app(folder / "openapi.yaml", MockOptions(clock="2025-01-01T00:00:00Z")))


def test_a_resource_is_read_with_what_it_embeds(notes):
    assert notes("GET", "/notes/n_1").json() == {"kind": "note", "note": FIRST}


def test_all_resources_are_listed(notes):
    made = notes("POST", "/notes", json={"text": "good", "by": 2}).json()["note"]

    assert notes("GET", "/notes").json() == {"notes": [FIRST, made]}


def test_a_resource_is_made_in_its_order_with_an_id_of_its_form(notes):
    response = notes("POST", "/notes", json={"by": 2, "text": "good"})

    made = response.json()["note"]
    assert (response.status_code, list(made)) == (201, ["id", "text", "by", "author", "mood", "changed"])
    assert made["id"].startswith("n_")
    assert len(made["id"]) == 10
    assert (made["author"]["name"], made["mood"], made["changed"]) == ("Bob", "happy", "2025-01-01T00:00:00.000Z")


def test_the_first_effect_whose_condition_holds_decides(notes):
    assert notes("POST", "/notes", json={"text": "bad"}).json()["note"]["mood"] == "unknown"


def test_what_has_no_value_is_left_out(notes):
    assert "text" not in notes("POST", "/notes", json={}).json()["note"]
    assert notes("POST", "/notes", json={}).json()["note"]["author"] is None


def test_a_deleted_resource_is_gone(notes):
    assert (notes("DELETE", "/notes/n_1").status_code, notes("DELETE", "/notes/n_1").status_code) == (204, 404)
    assert notes("GET", "/notes").json() == {"notes": []}


def test_an_effect_can_take_another_field(notes):
    assert notes("PATCH", "/notes/n_1", json={"feeling": "fine"}).json()["note"]["mood"] == "fine"
    assert notes("GET", "/notes/n_1").json()["note"] == {**FIRST, "mood": "fine"}


@pytest.mark.parametrize(("text", "told"), [("other", {"told": "changed"}), ("first", {})])
def test_an_answer_beside_the_resource_has_a_condition(notes, text, told):
    body = notes("PATCH", "/notes/n_1", json={"text": text}).json()

    assert {name: body[name] for name in body if name == "told"} == told


def test_ids_of_a_mock_follow_from_its_seed(tmp_path, notes):
    ids = [notes("POST", "/notes", json={}).json()["note"]["id"] for _ in range(3)]

    assert len(set(ids)) == 3
