"""What is wrong with a request is told completely, in the documented form, with the source of each claim."""

from __future__ import annotations

import pytest

from .conftest import TOKEN

INTERVIEW = "/v1/interviews/int_abc123def456"
KOMBO = "/v1/ats/applications/a/interviews"


def test_all_violations_are_told_at_once_with_their_sources(mock):
    sent = {"duration_minutes": 91, "difficulty": "hard", "skills": [1], "scheduled_at": "tomorrow"}

    response = mock("jobhive")("PATCH", INTERVIEW, json=sent, headers=TOKEN)

    assert response.status_code == 422
    error = response.json()["error"]
    assert error["code"] == "VALIDATION_ERROR"
    told = {violation["where"]: violation for violation in error["violations"]}
    assert set(told) == {"/duration_minutes", "/difficulty", "/skills/0", "/scheduled_at"}
    assert told["/duration_minutes"] == {
        "in": "body",
        "where": "/duration_minutes",
        "keyword": "maximum",
        "expected": "at most 90",
        "got": "91",
        "source": "003_1268dbac8b877aa1.txt:25 (Request Body)",
        "strength": "documented",
    }
    assert told["/skills/0"]["strength"] == "inferred"


def test_parameters_and_body_are_told_together(mock):
    response = mock("kombo")("PATCH", KOMBO, json={"interview_id": 1}, headers=TOKEN)

    assert response.status_code == 400
    places = {(violation["in"], violation["where"]) for violation in response.json()["error"]["violations"]}
    assert {("header", "X-Integration-Id"), ("body", "/interview_id"), ("body", "/location")} <= places


def test_without_a_documented_envelope_problems_are_rfc_9457(mock):
    response = mock("driver_interviews")("PATCH", "/api/v1/interviews/x", json={"interview": 1}, headers=TOKEN)

    assert (response.status_code, response.headers["content-type"]) == (422, "application/problem+json")
    problem = response.json()
    assert (problem["status"], problem["title"]) == (422, "Unprocessable Entity")
    assert [violation["where"] for violation in problem["violations"]] == ["id", "/interview"]


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b'{"position": }', "line 1, column 14"),
        (b'{"position": "a", "position": "b"}', "there twice"),
        (b'{"duration_minutes": NaN}', "NaN"),
        (b'{"position": "\xff"}', "column 15"),
        (b"[" * 100_000, "inside one another"),
        (b'{"position": "\\ud800"}', "surrogate"),
    ],
)
def test_malformed_json_is_told_with_its_position(mock, body, told):
    headers = {**TOKEN, "Content-Type": "application/json"}

    response = mock("jobhive")("PATCH", INTERVIEW, content=body, headers=headers)

    assert response.status_code == 400
    assert response.json()["error"]["code"] == "MALFORMED_JSON"
    assert told in response.json()["error"]["message"]


def test_another_content_type_is_refused_with_the_documented_ones(mock):
    response = mock("jobhive")("PATCH", INTERVIEW, content=b"<a/>", headers={**TOKEN, "Content-Type": "text/xml"})

    assert (response.status_code, response.headers["accept"]) == (415, "application/json")


def test_a_body_without_a_content_type_is_taken_for_json(mock):
    assert mock("jobhive")("PATCH", INTERVIEW, content=b"{}", headers=TOKEN).status_code == 200


def test_a_missing_body_is_told(mock):
    response = mock("jobhive")("PATCH", INTERVIEW, headers=TOKEN)

    assert response.status_code == 422
    assert response.json()["error"]["violations"][0]["expected"] == "a body"


@pytest.mark.parametrize("declared", [True, False], ids=["declared", "chunked"])
def test_a_body_over_the_limit_is_refused(mock, declared):
    async def chunks():
        for _ in range(40):
            yield b" " * 4096

    content = b" " * 200_000 if declared else chunks()

    response = mock("jobhive", body_limit=100_000)("PATCH", INTERVIEW, content=content, headers=TOKEN)

    assert response.status_code == 413
    assert "100000 bytes" in response.json()["error"]["message"]


def test_who_does_not_show_a_token_is_challenged(mock):
    response = mock("jobhive")("PATCH", INTERVIEW, json={"duration_minutes": 1})

    assert (response.status_code, response.headers["www-authenticate"]) == (401, "Bearer")
    assert response.json()["error"]["code"] == "UNAUTHORIZED"


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic eDp5", "token"])
def test_what_is_no_bearer_token_is_refused(mock, header):
    assert mock("jobhive")("PATCH", INTERVIEW, json={}, headers={"Authorization": header}).status_code == 401


def test_only_the_given_tokens_are_accepted(mock):
    ask = mock("jobhive", tokens=("one", "two"))

    statuses = [
        ask("PATCH", INTERVIEW, json={}, headers={"Authorization": f"bearer {token}"}).status_code
        for token in ("one", "two", "three", "one")
    ]

    assert statuses == [200, 200, 401, 200]


def test_without_auth_no_token_is_needed(mock):
    assert mock("jobhive", auth=False)("PATCH", INTERVIEW, json={}).status_code == 200


def test_an_error_that_the_docs_do_not_list_still_fits_the_documented_schema(mock):
    response = mock("kombo")("PUT", KOMBO, headers=TOKEN)

    assert response.status_code == 405
    assert response.json()["error"]["code"] == "PLATFORM.INPUT_INVALID"
