"""Worlds never see each other: state, clock, faults, and what is random."""

from __future__ import annotations

import threading

import httpx
import pytest

from mock_server import MockOptions
from mock_server.creation import assemble, make_table
from mock_server.threads import Mocks

from .conftest import TOKEN, asking
from .controlling import controlling

PATH = "/v1/interviews/int_abc123def456"
CREATE = {"kind": "phone", "start_at": "2025-12-01T10:00:00Z", "end_at": "2025-12-01T11:00:00Z"} | {
    "interviewee_id": 295,
    "interviewer_id": 1040,
}


def update(ask, position, *, path=PATH, **headers):
    return ask("PATCH", path, json={"position": position}, headers={**TOKEN, **headers})


def position(ask, world=None):
    return controlling(ask)("GET", "/state/jobhive/interview/int_abc123def456", world=world).json()["position"]


def test_what_is_done_in_a_world_stays_in_it(mock):
    ask = mock("jobhive")
    before = position(ask)

    update(ask, "Changed", **{"X-Mock-World": "one"})

    assert (position(ask, "one"), position(ask, "two"), position(ask)) == ("Changed", before, before)


def test_a_path_can_name_a_world_as_well_as_a_header(mock):
    ask = mock("jobhive")

    response = update(ask, "Changed", path=f"/_world/one{PATH}")

    assert response.status_code == 200
    assert (position(ask, "one"), position(ask, "two") == "Changed") == ("Changed", False)
    assert ask("GET", "/_world/one/_mock/api/state/jobhive/interview/int_abc123def456").json()["position"] == "Changed"


def test_the_world_of_the_path_wins_over_that_of_the_header(mock):
    ask = mock("jobhive")

    update(ask, "Changed", path=f"/_world/one{PATH}", **{"X-Mock-World": "two"})

    assert (position(ask, "one") == "Changed", position(ask, "two") == "Changed") == (True, False)


def test_an_encoded_path_in_a_world_is_understood(mock):
    ask = mock("jobhive")

    for prefix in ("/_world/one", "/%5Fworld/one", "/_world%2Fone", "/_world/%6Fne"):
        assert update(ask, prefix, path=f"{prefix}/v1/interviews/int%5Fabc123def456").status_code == 200
        assert position(ask, "one") == prefix
    refused = update(ask, "X", path="/_world/one/v1/interviews/a%2Fb")
    assert (refused.status_code, "'a/b'" in refused.text) == (404, True)


def test_common_is_the_name_of_the_world_of_those_who_name_none(mock):
    ask = mock("jobhive")

    update(ask, "Changed", **{"X-Mock-World": "common"})

    assert position(ask) == "Changed"


def test_a_name_that_is_none_is_refused(mock):
    ask = mock("jobhive")

    response = update(ask, "X", **{"X-Mock-World": "no name"})

    assert response.status_code == 400
    assert "name of a world" in response.json()["detail"]


def test_worlds_give_the_ids_that_a_fresh_mock_gives(mock):
    ask = mock("driver_interviews")

    def create(**headers):
        response = ask("POST", "/api/v1/interviews/", json={"interview": CREATE}, headers={**TOKEN, **headers})
        return response.json()["interview"]["id"], response.headers["x-request-id"]

    first = create()
    create()

    assert create(**{"X-Mock-World": "one"}) == first


def test_a_document_without_rules_has_worlds_too(mock, document):
    thing = {"type": "object", "properties": {"id": {"type": "integer"}, "name": {"type": "string"}}}
    content = {"content": {"application/json": {"schema": thing}}}
    file = document(
        {
            "/things": {"post": {"requestBody": content, "responses": {"201": {"description": "Made", **content}}}},
            "/things/{id}": {
                "get": {
                    "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}],
                    "responses": {"200": {"description": "It", **content}},
                },
            },
        }
    )
    ask = mock(file)
    made = ask("POST", "/things", json={"id": 71, "name": "mine"}, headers={"X-Mock-World": "one"})
    assert made.status_code == 201

    assert ask("GET", "/things/71", headers={"X-Mock-World": "one"}).json() == {"id": 71, "name": "mine"}
    assert ask("GET", "/things/71").json() != {"id": 71, "name": "mine"}


def test_the_worlds_that_were_used_last_are_kept(mock):
    ask = mock("jobhive", world_limit=2)
    for name in ("one", "two", "one", "three"):
        update(ask, name, **{"X-Mock-World": name})

    shown = controlling(ask)("GET", "/worlds").json()["worlds"]

    assert [world["name"] for world in shown] == ["common", "three", "one"]
    assert (position(ask, "one"), position(ask, "two") == "two") == ("one", False)


def test_a_world_that_nobody_uses_is_forgotten(mock):
    ask = mock("jobhive", world_age=0.0)
    update(ask, "Changed", **{"X-Mock-World": "one"})

    assert position(ask, "one") != "Changed"


def test_a_world_can_be_forgotten(mock):
    ask = mock("jobhive")
    update(ask, "Changed", **{"X-Mock-World": "one"})
    control = controlling(ask)

    assert control("DELETE", "/worlds/one").status_code == 204
    assert control("DELETE", "/worlds/one").status_code == 404
    assert control("DELETE", "/worlds/common").status_code == 409
    assert position(ask, "one") != "Changed"


@pytest.fixture
def url():
    mocks = Mocks()
    yield mocks("jobhive").url
    mocks.close()


def test_suites_in_parallel_on_one_server_never_see_each_other(url):
    rounds, together, seen = 25, threading.Barrier(4), {}

    def suite(name: str) -> None:
        wrong = []
        with httpx.Client(base_url=url, headers={**TOKEN, "X-Mock-World": name}) as client:
            for number in range(rounds):
                together.wait(30)
                wanted = f"{name} {number}"
                shown = client.patch(PATH, json={"position": wanted}).json()["data"]
                kept = client.get("/_mock/api/state/jobhive/interview/int_abc123def456").json()
                last = client.get("/_mock/api/state?api=jobhive").json()["apis"]["jobhive"]["counts"]
                if (shown["position"], kept["position"], list(last.values())) != (wanted, wanted, [number + 1]):
                    wrong.append((wanted, shown, kept, last))
        seen[name] = wrong

    threads = [threading.Thread(target=suite, args=(f"suite-{number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert seen == {f"suite-{number}": [] for number in range(4)}


def test_worlds_go_on_when_a_document_is_read_again(document):
    def described(name):
        thing = {"type": "object", "properties": {"id": {"type": "integer"}, name: {"type": "string"}}}
        content = {"content": {"application/json": {"schema": thing}}}
        identity = {"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}
        made, shown = ({"responses": {status: {"description": "It", **content}}} for status in ("201", "200"))
        return document(
            {
                "/things": {"post": {"requestBody": content, **made}},
                "/things/{id}": {"get": {"parameters": [identity], **shown}},
            }
        )

    before = make_table(described("old"), MockOptions())
    ask = asking(assemble(before))
    ask("POST", "/things", json={"id": 71, "old": "mine"}, headers={"X-Mock-World": "one"})
    after = asking(assemble(make_table(described("new"), MockOptions(), before)))

    kept = after("GET", "/things/71", headers={"X-Mock-World": "one"}).json()
    assert (kept["id"], "mine" in kept.values()) == (71, True)
    made = after("POST", "/things", json={"id": 72, "new": "too"}, headers={"X-Mock-World": "one"})
    assert made.json() == {"id": 72, "new": "too"}
