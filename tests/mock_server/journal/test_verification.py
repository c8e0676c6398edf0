"""Was this called N times?"""

from __future__ import annotations

import time

import pytest

from mock_server import create_app

from ..conftest import TOKEN, asking

INTERVIEW = "/v1/interviews/int_abc123def456"


@pytest.fixture
def verify():
    ask = asking(create_app("jobhive"))
    for minutes in (30, 45):
        body = {"duration_minutes": minutes, "skills": ["SQL", "Go"]}
        ask("PATCH", f"{INTERVIEW}?v={minutes}", json=body, headers=TOKEN)

    def verifying(request, **times):
        return ask(
            "POST", "/_mock/api/journal/verify", json={"request": request, **({"times": times} if times else {})}
        )

    return verifying


@pytest.mark.parametrize(
    ("request_", "count"),
    [
        ({}, 2),
        ({"operation": "updateInterview"}, 2),
        ({"method": "patch", "path": INTERVIEW}, 2),
        ({"path": "/v1/interviews/{id}"}, 2),
        ({"path": "/v1/*/int_abc123def456"}, 2),
        ({"path": "/v1/interviews/int_*"}, 2),
        ({"path": "/v1/*"}, 0),
        ({"path": "/v1/interviews/int_abc123def456*"}, 0),
        ({"path": "/v1/interviews/int_[a]bc123def456"}, 0),
        ({"path": "/v1/interviews/int?abc123def456"}, 0),
        ({"path": "/v1/interviews"}, 0),
        ({"query": {"v": "45"}}, 1),
        ({"headers": {"Content-Type": "application/json"}}, 2),
        ({"body": {"duration_minutes": 30}}, 1),
        ({"body": {"skills": ["SQL", "Go"]}}, 2),
        ({"body": {"skills": ["SQL"]}}, 0),
        ({"body": {"duration_minutes": 60}}, 0),
    ],
)
def test_calls_that_fit_all_that_is_named_are_counted(verify, request_, count):
    found = verify(request_).json()

    assert (found["count"], found["verified"]) == (count, count > 0)
    assert len(found["matching"]) == count


@pytest.mark.parametrize(
    ("times", "verified"),
    [
        ({"exactly": 2}, True),
        ({"exactly": 1}, False),
        ({"at_least": 2}, True),
        ({"at_least": 3}, False),
        ({"at_most": 2}, True),
        ({"at_most": 1}, False),
        ({"at_least": 1, "at_most": 3}, True),
    ],
)
def test_it_is_verified_how_often(verify, times, verified):
    assert verify({"operation": "updateInterview"}, **times).json()["verified"] is verified


def test_the_nearest_miss_comes_first_and_tells_how_it_differs(verify):
    found = verify({"path": INTERVIEW, "query": {"v": "45"}, "body": {"duration_minutes": 60}}, exactly=1).json()

    nearest, other = found["near_misses"]
    assert nearest["number"] == 2
    assert nearest["differences"] == [{"where": "body/duration_minutes", "expected": "60", "got": "45"}]
    assert [difference["where"] for difference in other["differences"]] == ["query/v", "body/duration_minutes"]


def test_a_near_miss_gives_no_secret_away(verify):
    text = verify({"headers": {"Authorization": "Bearer other-token"}}, exactly=1).text

    assert "headers/authorization" in text
    assert "any-token" not in text
    assert "other-token" not in text


def test_no_misses_are_told_where_there_were_calls_enough(verify):
    assert verify({"query": {"v": "45"}}).json()["near_misses"] == []


def test_an_expectation_that_is_none_is_refused(verify):
    assert verify({"colour": "red"}).status_code == 422


def test_the_nearest_path_is_told_first():
    ask = asking(create_app("jobhive"))
    for path in (INTERVIEW, "/v2/things", "/v1/interviews/int_1/notes", "/nothing"):
        ask("PATCH", path, json={}, headers=TOKEN)

    asked = {"request": {"path": "/v1/interviews/int_2"}}
    near = ask("POST", "/_mock/api/journal/verify", json=asked).json()["near_misses"]
    assert [miss["path"] for miss in near][:2] == [INTERVIEW, "/v1/interviews/int_1/notes"]


def test_a_body_that_differs_in_a_member_is_nearer_than_none():
    ask = asking(create_app("jobhive"))
    ask("PATCH", INTERVIEW, json={"position": "A", "skills": []}, headers=TOKEN)
    ask("DELETE", INTERVIEW)

    asked = {"request": {"body": {"position": "B", "skills": []}}}
    near = ask("POST", "/_mock/api/journal/verify", json=asked).json()["near_misses"]
    assert [miss["method"] for miss in near] == ["PATCH", "DELETE"]


def test_an_operation_that_there_is_not_was_not_called_never_either(verify):
    refused = verify({"operation": "updateInterviw"}, exactly=0)

    assert refused.status_code == 404
    assert "There is no operation 'updateInterviw'; there are: updateInterview." in refused.json()["detail"]


def test_a_path_with_many_stars_is_looked_for_in_good_time():
    ask = asking(create_app("jobhive"))
    ask("GET", "/" + "a" * 150)

    begun = time.perf_counter()
    found = ask("POST", "/_mock/api/journal/verify", json={"request": {"path": "/" + "*a" * 5 + "*b"}}).json()

    assert (found["count"], time.perf_counter() - begun < 2) == (0, True)


@pytest.mark.parametrize("body", [b"[" * 60_000, b'{"position": "\\ud800"}', b'{"position": NaN}', b"\xff", b"\x00"])
def test_a_body_that_is_no_good_json_differs(body):
    ask = asking(create_app("jobhive"))
    assert ask("PATCH", INTERVIEW, content=body, headers=TOKEN).status_code in (400, 415)

    asked = {"request": {"body": {"position": "A"}}}
    found = ask("POST", "/_mock/api/journal/verify", json=asked)
    assert (found.status_code, found.json()["count"], len(found.json()["near_misses"])) == (200, 0, 1)
