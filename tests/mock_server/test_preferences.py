"""A client can choose among the documented answers; what cannot be chosen is told, with what can."""

from __future__ import annotations

import json

import pytest

import specs

from .conftest import TOKEN

INTERVIEW = "/v1/interviews/int_abc123def456"
KOMBO = next(fixture for fixture in specs.load("kombo").fixtures if fixture.request)


@pytest.fixture
def kombo(mock):
    request = KOMBO.request

    def ask(prefer="", mode="simulation", path=request.path):
        headers = {**request.headers, "Prefer": prefer} if prefer else request.headers
        return mock("kombo", mode=mode)(request.method, path, headers=headers, json=request.body)

    return ask


@pytest.mark.parametrize("mode", ["simulation", "examples"])
def test_an_example_is_chosen_by_its_name(kombo, mode):
    response = kombo('example="Minimal Error Response"', mode)

    assert response.json()["error"]["message"] == "The message is always in the response."
    assert response.status_code >= 400


@pytest.mark.parametrize("mode", ["simulation", "examples"])
def test_a_documented_error_is_chosen_by_its_status(mock, mode):
    response = mock("jobhive", mode=mode)("PATCH", INTERVIEW, json={}, headers={**TOKEN, "Prefer": "code=404"})

    assert response.status_code == 404
    assert response.json()["error"]["code"] == "INTERVIEW_NOT_FOUND"


def test_status_and_example_are_chosen_together(kombo):
    response = kombo('code=503, example="Minimal Error Response"')

    assert (response.status_code, response.json()["error"]["code"]) == (503, None)


def test_an_error_without_an_example_is_in_the_words_of_the_rules(mock):
    response = mock("jobhive")("PATCH", INTERVIEW, json={}, headers={**TOKEN, "Prefer": "code=409"})

    assert (response.status_code, response.json()["error"]["code"]) == (409, "UPDATE_NOT_PERMITTED")


def test_the_query_can_say_it_too(kombo):
    response = kombo(path=f"{KOMBO.request.path}?__code=429&__example=Error%20Response")

    assert response.status_code == 429


def test_an_undocumented_status_is_refused_with_the_documented_ones(mock):
    response = mock("jobhive")("PATCH", INTERVIEW, json={}, headers={**TOKEN, "Prefer": "code=418"})

    assert response.status_code == 404
    assert "200, 400, 401, 404, 409, 422" in response.json()["error"]["message"]


def test_an_unknown_example_is_refused_with_the_known_ones(kombo):
    response = kombo("example=nobody")

    assert response.status_code == 404
    assert "'update', 'Error Response', 'Minimal Error Response'" in response.json()["error"]["message"]


@pytest.mark.parametrize("prefer", ["code=abc", "code=999", "dynamic=maybe", "wait=-1", "wait=1000", "example="])
def test_a_preference_without_sense_is_refused(kombo, prefer):
    assert kombo(prefer).status_code == 422


def test_preferences_without_end_are_refused_in_good_time(kombo):
    refused = kombo(f"a{' ' * 60_000}b")

    assert refused.status_code == 422
    assert "2000 bytes" in refused.text


def test_a_preference_of_another_kind_is_ignored(kombo):
    assert kombo("respond-async, return=minimal").json() == KOMBO.response.body


def test_a_chosen_answer_changes_no_state(mock):
    ask = mock("jobhive")
    ask("PATCH", INTERVIEW, json={"position": "Another"}, headers={**TOKEN, "Prefer": "code=200"})

    assert ask("PATCH", INTERVIEW, json={}, headers=TOKEN).json()["data"]["position"] != "Another"


def test_a_choice_needs_a_valid_request_and_a_token(mock):
    ask = mock("jobhive")
    prefer = {"Prefer": "code=404"}

    assert ask("PATCH", INTERVIEW, json={}, headers=prefer).status_code == 401
    assert ask("PATCH", INTERVIEW, json={"skills": 1}, headers={**TOKEN, **prefer}).status_code == 422


def test_a_wait_is_waited(mock):
    import time

    started = time.perf_counter()
    response = mock("jobhive")("PATCH", INTERVIEW, json={}, headers={**TOKEN, "Prefer": "wait=0.2"})

    assert response.status_code == 200
    assert time.perf_counter() - started >= 0.2


def test_what_the_client_accepts_is_heeded(kombo, mock):
    for mode in ("simulation", "examples"):
        response = mock("jobhive", mode=mode)("PATCH", INTERVIEW, json={}, headers={**TOKEN, "Accept": "text/html"})

        assert response.status_code == 406
        assert "application/json" in json.dumps(response.json())


def test_the_decision_is_told_in_a_header(kombo):
    assert kombo().headers["mock-decision"] == "simulation"
    assert (
        kombo(mode="examples").headers["mock-decision"]
        == "documented; status=200; content=application/json; example=update"
    )
