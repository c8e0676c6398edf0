"""The state is read, seeded, reset and restored; one resource is edited; states are brought about by their names."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

import specs
from mock_server import CannotServe, MockOptions, create_app
from mock_server.cli import main
from mock_server.creation import make_table
from mock_server.running import warn
from mock_server.schemas import compile_schema
from mock_server.simulation.kinds import Kinds
from mock_server.states import BadState, as_snapshot, read_states

from .conftest import TOKEN
from .controlling import controlling

RESOURCE = "/state/jobhive/interview/int_abc123def456"
PATH = "/v1/interviews/int_abc123def456"
CREATE = {
    "kind": "phone",
    "start_at": "2025-12-01T10:00:00Z",
    "end_at": "2025-12-01T11:00:00Z",
    "interviewee_id": 295,
    "interviewer_id": 1040,
}


@pytest.fixture
def ask(mock):
    return mock("jobhive", "driver_interviews")


@pytest.fixture
def control(ask):
    return controlling(ask)


def update(ask, **fields):
    return ask("PATCH", PATH, json=fields, headers=TOKEN)


def create(ask):
    return ask("POST", "/api/v1/interviews/", json={"interview": CREATE}, headers=TOKEN)


def test_the_state_of_the_beginning_is_the_seed(control):
    seed = specs.load("jobhive").seed

    kept = control("GET", "/state?api=jobhive").json()["apis"]

    assert list(kept) == ["jobhive"]
    assert list(kept["jobhive"]["resources"]["interview"].values()) == list(seed.resources["interview"])


def test_a_snapshot_is_restored_as_it_was(ask, control):
    update(ask, position="First")
    create(ask)
    snapshot = control("GET", "/state").json()
    update(ask, position="Second")
    later = create(ask).json()["interview"]["id"]

    assert control("PUT", "/state", snapshot).json() == snapshot
    assert control("GET", "/state").json() == snapshot
    assert control("GET", RESOURCE).json()["position"] == "First"
    assert create(ask).json()["interview"]["id"] == later


def test_only_the_apis_that_are_named_are_restored(ask, control):
    update(ask, position="Changed")

    control("PUT", "/state", {"apis": {"driver_interviews": {}}})

    kept = control("GET", "/state").json()["apis"]
    assert kept["driver_interviews"] == {"resources": {}, "next_id": {}, "counts": {}}
    assert kept["jobhive"]["resources"]["interview"]["int_abc123def456"]["position"] == "Changed"


def test_resources_are_seeded_beside_what_is_there(ask, control):
    before = control("GET", "/state?api=jobhive").json()["apis"]["jobhive"]["resources"]["interview"]

    control(
        "POST", "/state", {"apis": {"jobhive": {"resources": {"interview": [{"status": "scheduled", "id": "int_1"}]}}}}
    )

    after = control("GET", "/state?api=jobhive").json()["apis"]["jobhive"]["resources"]["interview"]
    assert {key: after[key] for key in before} == before
    assert list(after) == [*before, "int_1"]
    assert list(after["int_1"]) == list(before["int_abc123def456"])  # in the documented order
    assert ask("PATCH", "/v1/interviews/int_1", json={"position": "X"}, headers=TOKEN).status_code == 200


def test_a_reset_begins_again_with_the_first_ids(ask, control):
    first = create(ask)
    update(ask, position="Changed")
    before = specs.load("jobhive").seed.resources["interview"][0]["position"]

    assert control("POST", "/state/reset").status_code == 204

    assert control("GET", RESOURCE).json()["position"] == before
    again = create(ask)
    assert again.json()["interview"]["id"] == first.json()["interview"]["id"]
    assert again.headers["x-request-id"] == first.headers["x-request-id"]


def test_a_reset_of_one_api_leaves_the_others(ask, control):
    update(ask, position="Changed")

    control("POST", "/state/reset?api=driver_interviews")

    assert control("GET", RESOURCE).json()["position"] == "Changed"


def test_a_resource_is_brought_into_a_status_that_then_holds(ask, control):
    assert update(ask, position="X").status_code == 200

    assert control("PATCH", RESOURCE, {"status": "completed"}).json()["status"] == "completed"

    assert update(ask, position="Y").status_code == 409


def test_a_resource_is_put_read_and_deleted(control):
    path = "/state/driver_interviews/interview/900"

    assert control("GET", path).status_code == 404
    made = control("PUT", path, {"status": "pending"}).json()
    assert (made["id"], made["status"]) == (900, "pending")
    assert control("GET", path).json() == made
    assert control("DELETE", path).status_code == 204
    assert control("DELETE", path).status_code == 404


def test_the_id_of_a_resource_stays(control):
    assert control("PATCH", RESOURCE, {"id": "other"}).status_code == 409
    assert control("PUT", RESOURCE, {"id": "other"}).status_code == 409


def test_what_is_not_there_is_named(control):
    assert "jobhive" in control("GET", "/state?api=nobody").json()["detail"]
    assert "interview" in control("GET", "/state/jobhive/interwiev/1").json()["detail"]


@pytest.mark.parametrize(
    "state",
    [
        {"resources": {"interview": [{"status": "completed"}]}},
        {"resources": {"interview": [{"id": True}]}},
        {"resources": {"interview": "all"}},
        {"resources": {"interview": {"one": 1}}},
        {"resources": []},
        {"resources": {"interview": [{"id": ""}]}},
        {"resources": {"interview": [{"id": "int_1"}, {"id": "int_1"}]}},
        {"resources": {"interview": {"int_1": {"id": "int_2"}}}},
        {"resources": {"interview": [{"id": "int_1", "duration_minutes": 500}]}},
        {"resources": {"interview": [{"id": "int_1", "skills": "SQL"}]}},
        {"resources": {"intervew": []}},
        {"next_id": {"interview": "1"}},
        {"next_id": {"interview": 10**30}},
        {"counts": {"update": -1}},
        {"more": {}},
    ],
)
def test_what_is_no_state_is_refused_and_changes_nothing(control, state):
    before = control("GET", "/state").json()

    for method in ("PUT", "POST"):
        assert control(method, "/state", {"apis": {"driver_interviews": {}, "jobhive": state}}).status_code == 422
    assert control("GET", "/state").json() == before


def test_a_named_state_is_brought_about_by_a_resource_of_its_own(ask, control):
    update(ask, position="Changed")

    first = control("POST", "/states", {"state": "an interview in status completed", "api": "jobhive"}).json()
    second = control("POST", "/states", {"state": "An Interview, in status: completed!", "api": "jobhive"}).json()

    assert (first["status"], second["status"]) == ("completed", "completed")
    assert first["id"] != second["id"]
    answer = ask("PATCH", f"/v1/interviews/{first['id']}", json={"position": "X"}, headers=TOKEN)
    assert answer.status_code == 409


@pytest.mark.parametrize("api", specs.names())
def test_the_seed_is_as_it_is_documented(api):
    loaded = specs.load(api)
    seed = {"resources": dict(loaded.seed.resources)}

    kept = Kinds(loaded, MockOptions()).snapshot(seed)["resources"]

    assert {kind: list(resources.values()) for kind, resources in kept.items()} == {
        kind: list(resources) for kind, resources in seed["resources"].items()
    }


def test_what_is_left_out_of_a_resource_is_taken_from_the_seed_so_that_answers_are_as_documented(ask, control):
    control("PUT", "/state/jobhive/interview/int_1", {"position": "Tester"})

    answer = ask("PATCH", "/v1/interviews/int_1", json={}, headers=TOKEN)

    loaded = specs.load("jobhive")
    media = loaded.by_id["updateInterview"].response_for(200).content[0]
    compile_schema(media.schema, loaded.document).validate(answer.json())
    assert answer.json()["data"]["position"] == "Tester"


def test_what_contradicts_the_document_is_refused_unless_the_mock_is_lenient(mock, control):
    wrong = {"duration_minutes": 500}
    refused = control("PATCH", RESOURCE, wrong)

    assert refused.status_code == 422
    assert "/duration_minutes: expected at most 90, got 500 (003_1268dbac8b877aa1.txt:25" in refused.json()["detail"]
    assert control("GET", RESOURCE).json()["duration_minutes"] == 60
    lenient = controlling(mock("jobhive", lenient=True))
    assert lenient("PATCH", RESOURCE, wrong).json()["duration_minutes"] == 500


def test_a_snapshot_is_restored_whatever_it_holds(control):
    snapshot = control("GET", "/state?api=jobhive").json()
    snapshot["apis"]["jobhive"]["resources"]["interview"]["int_abc123def456"]["duration_minutes"] = 500

    assert control("PUT", "/state", snapshot).json() == snapshot


def test_a_kind_that_there_is_not_is_told_with_those_that_there_are(control):
    for method in ("GET", "PUT", "PATCH", "DELETE"):
        body = {} if method in ("PUT", "PATCH") else None
        refused = control(method, "/state/jobhive/intervew/int_1", body)
        assert (refused.status_code, "'intervew'; the kinds of resources are: interview" in refused.text) == (404, True)


@pytest.fixture
def things(document):
    identity = {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}
    status = {"enum": ["new", "done"]}
    thing = {
        "type": "object",
        "required": ["id", "name", "status"],
        "properties": {"id": {"type": "integer"}, "name": {"type": "string"}, "status": status},
    }
    sent = {"type": "object", "properties": {"name": {"type": "string"}, "status": status}}

    def answers(status, schema):
        content = {"application/json": {"schema": schema}}
        return {"responses": {status: {"description": "It", "content": content}}}

    def collection(*parameters):
        body = {"requestBody": {"content": {"application/json": {"schema": sent}}}}
        listed = answers("200", {"type": "array", "items": thing})
        one = {"parameters": [*parameters, identity], "get": answers("200", thing)}
        return {"parameters": [*parameters], "post": {**body, **answers("201", thing)}, "get": listed}, one

    user = {"name": "user", "in": "path", "required": True, "schema": {"type": "string"}}
    many, one = collection()
    hers, one_of_hers = collection(user)
    paths = {"/users/{user}/things": hers, "/users/{user}/things/{id}": one_of_hers}
    return document({"/things": many, "/things/{id}": one, **paths})


def test_the_resources_of_a_document_without_rules_are_called_by_their_paths(mock, things):
    ask = mock(things)
    control = controlling(ask)
    sent = {"things": {"resources": {"things": [{"id": 3, "status": "done"}], "/users/ann/things": {"4": {}}}}}
    ask("POST", "/things", json={"name": "mine"})

    assert control("POST", "/state", {"apis": sent}).status_code == 200
    assert control("PUT", "/state/things/things/5", {"name": "put"}).json()["id"] == 5
    assert control("PATCH", "/state/things/%2Fthings/5", {"status": "done"}).json()["status"] == "done"
    assert control("PATCH", "/state/things/users%2Fann%2Fthings/4", {"name": "hers"}).json()["name"] == "hers"

    names = {one["id"]: one["name"] for one in ask("GET", "/things").json()}
    assert ("mine" in names.values(), names[5], 3 in names) == (True, "put", True)
    assert ask("GET", "/things/5").json() == {"id": 5, "name": "put", "status": "done"}
    assert ask("GET", "/users/ann/things/4").json()["name"] == "hers"
    assert control("DELETE", "/state/things/things/5").status_code == 204
    for wrong in ({"status": "lost"}, {"id": "5"}):
        assert control("PUT", "/state/things/things/5", wrong).status_code == 422
    refused = control("PUT", "/state/things/thing/5", {})
    assert "'thing'; the kinds of resources are: /things" in refused.json()["detail"]


def test_what_was_deleted_is_restored_as_deleted(mock, things):
    ask = mock(things)
    control = controlling(ask)
    made = ask("POST", "/things", json={"name": "mine"}).json()
    snapshot = control("GET", "/state").json()
    snapshot["apis"]["things"]["resources"]["/things deleted"] = {str(made["id"]): {}}

    assert control("PUT", "/state", snapshot).json() == snapshot
    assert ask("GET", f"/things/{made['id']}").status_code == 404


def test_a_resource_of_a_kind_is_a_state_too(control):
    made = control("POST", "/states", {"state": "an interview", "api": "driver_interviews"}).json()

    assert control("GET", f"/state/driver_interviews/interview/{made['id']}").json() == made


def test_where_ids_are_not_made_the_resource_of_the_seed_is_put_back(mock):
    control = controlling(mock("kombo"))
    control("PATCH", "/state/kombo/interview/interview-1", {"title": "Changed"})

    made = control("POST", "/states", {"state": "an interview", "api": "kombo"}).json()

    assert made == specs.load("kombo").seed.resources["interview"][0]


def test_without_an_api_the_first_that_knows_the_state_is_meant(control):
    made = control("POST", "/states", {"state": "an interview in status completed"}).json()

    assert made["id"].startswith("int_")


def test_an_unknown_state_is_refused_with_those_that_there_are(control):
    refused = control("POST", "/states", {"state": "a job", "api": "jobhive"})

    assert (refused.status_code, "an interview in status completed" in refused.json()["detail"]) == (404, True)


def test_a_kind_without_resources_cannot_be_brought_into_a_state(mock):
    control = controlling(mock("jobhive", state={"jobhive": {}}))

    assert control("POST", "/states", {"state": "an interview"}).status_code == 404


def test_a_mock_begins_with_the_state_of_a_file(mock, tmp_path):
    file = tmp_path / "state.yaml"
    file.write_text("jobhive:\n  resources:\n    interview:\n      - {id: int_1, status: completed}\n")
    control = controlling(mock("jobhive", state=read_states(file)))
    begun = control("GET", "/state").json()["apis"]["jobhive"]["resources"]

    assert [(one["id"], one["status"]) for one in begun["interview"].values()] == [("int_1", "completed")]
    control("PATCH", "/state/jobhive/interview/int_1", {"status": "scheduled"})
    control("POST", "/state/reset")
    assert control("GET", "/state").json()["apis"]["jobhive"]["resources"] == begun


def test_what_is_read_can_be_kept_in_a_file(ask, control, mock, tmp_path):
    update(ask, position="Changed")
    file = tmp_path / "state.json"
    file.write_text(json.dumps(control("GET", "/state").json()))

    other = controlling(mock("jobhive", state=read_states(file)))

    assert other("GET", RESOURCE).json()["position"] == "Changed"


@pytest.mark.parametrize("text", ["[]", "jobhive: 1", "apis: []"])
def test_a_file_that_holds_no_states_is_refused(tmp_path, text):
    file = tmp_path / "state.yaml"
    file.write_text(text)

    with pytest.raises(BadState, match="by their names"):
        read_states(file)


def test_a_file_that_cannot_be_read_is_refused(tmp_path):
    with pytest.raises(BadState, match="cannot be read"):
        read_states(tmp_path)


def test_a_mock_with_a_state_that_is_none_is_not_served():
    with pytest.raises(CannotServe, match="resourcez"):
        create_app("jobhive", MockOptions(state={"jobhive": {"resourcez": {}}}))


def test_the_state_of_an_api_that_is_not_served_is_told(capsys):
    with pytest.raises(CannotServe, match="states of jobhve; but served are: jobhive"):
        create_app("jobhive", MockOptions(state={"jobhve": {}}))
    warn(make_table("jobhive", MockOptions(state={"jobhive": {}, "kombo": {}})))

    assert "warning: the state of 'kombo' is not used; served are: jobhive" in capsys.readouterr().err


def test_a_state_that_is_no_object_is_none():
    with pytest.raises(BadState, match="object"):
        as_snapshot(specs.load("jobhive"), [])


def test_the_command_refuses_a_state_with_a_sentence(tmp_path):
    file = tmp_path / "state.yaml"
    file.write_text("jobhive: {resourcez: {}}")

    result = CliRunner().invoke(main, ["jobhive", "--port", "0", "--state", str(file)])

    assert (result.exit_code, "has a member 'resourcez'" in result.output) == (2, True)


def test_the_command_reads_the_token_of_the_control_api_from_the_environment(monkeypatch, tmp_path):
    asked = []
    monkeypatch.setenv("MOCK_CONTROL_TOKEN", "tok-1")
    monkeypatch.setattr("mock_server.running.dump", lambda _names, options, *_, **__: asked.append(options))

    result = CliRunner().invoke(main, ["jobhive", "--dump", str(tmp_path)])

    assert (result.exit_code, [options.control_token for options in asked]) == (0, ["tok-1"])
