"""What is sent is kept, and seen by later requests; what the rules forbid is refused."""

from __future__ import annotations

import pytest

from .conftest import TOKEN

CREATE = {
    "kind": "phone",
    "start_at": "2025-12-01T10:00:00+02:00",
    "end_at": "2025-12-01T09:00:00Z",
    "interviewee_id": 295,
    "interviewer_id": 1040,
}
INTERVIEW = "/v1/interviews/int_abc123def456"


@pytest.fixture
def drivers(mock):
    ask = mock("driver_interviews")
    return lambda method, path, body: ask(method, f"/api/v1{path}", json={"interview": body}, headers=TOKEN)


@pytest.fixture
def jobhive(mock):
    ask = mock("jobhive", clock="2024-01-15T16:45:00Z")
    return lambda body, path=INTERVIEW: ask("PATCH", path, json=body, headers=TOKEN)


def test_a_created_resource_can_be_updated(drivers):
    created = drivers("POST", "/interviews/", CREATE).json()["interview"]

    updated = drivers("PATCH", f"/interviews/{created['id']}", {"location": "Leeds"}).json()["interview"]

    assert updated == {**created, "location": "Leeds"}


def test_each_created_resource_has_an_id_of_its_own(drivers):
    ids = [drivers("POST", "/interviews/", CREATE).json()["interview"]["id"] for _ in range(3)]

    assert ids == [26, 28, 29]  # 27 is in the seed state


def test_times_are_written_in_utc_in_the_documented_notation(drivers):
    created = drivers("POST", "/interviews/", CREATE).json()["interview"]

    assert created["start_at"] == "2025-12-01T08:00:00.000Z"


def test_a_field_left_out_on_create_is_what_the_rules_say(drivers):
    assert drivers("POST", "/interviews/", CREATE).json()["interview"]["location"] is None


def test_the_persons_named_by_id_are_embedded(drivers):
    created = drivers("POST", "/interviews/", CREATE).json()["interview"]

    assert (created["interviewee"]["driver"]["title"], created["interviewer"]["title"]) == (
        "Rodolfo Feil",
        "Patrick Waelchi",
    )


def test_a_person_who_does_not_exist_is_refused_and_uses_up_no_id(drivers):
    refused = drivers("POST", "/interviews/", {**CREATE, "interviewee_id": 4711})

    assert refused.status_code == 422
    assert "4711" in refused.json()["detail"]
    assert drivers("POST", "/interviews/", CREATE).json()["interview"]["id"] == 26


def test_a_refused_update_changes_nothing(drivers):
    drivers("PATCH", "/interviews/27", {"location": "Leeds", "interviewer_id": 4711})

    assert drivers("PATCH", "/interviews/27", {}).json()["interview"]["location"] == "https://zoom.com"


def test_an_amended_interview_stays_amended(drivers):
    times = {"amend_start_at": "2025-10-20T09:24:36Z", "amend_end_at": "2025-10-20T09:54:36Z"}
    drivers("POST", "/users/interviews/27/amend", times)

    updated = drivers("PATCH", "/interviews/27", {"location": "Leeds"}).json()["interview"]

    assert (updated["status"], updated["amended_by"]) == ("amended", "interviewee")
    assert updated["amend_start_at"] == "2025-10-20T09:24:36.000Z"


def test_fields_that_no_rule_is_about_are_kept_whatever_is_sent_for_them(drivers):
    updated = drivers("PATCH", "/interviews/27", {"id": 5, "status": "done", "colour": "red"}).json()["interview"]

    assert (updated["id"], updated["status"]) == (27, "pending")
    assert "colour" not in updated


def test_an_unknown_id_is_not_found(drivers):
    assert drivers("PATCH", "/interviews/4711", {}).status_code == 404


def test_an_unknown_id_is_refused_in_the_documented_words(jobhive):
    refused = jobhive({}, "/v1/interviews/nobody")

    assert refused.status_code == 404
    assert refused.json() == {
        "success": False,
        "error": {"code": "INTERVIEW_NOT_FOUND", "message": "Interview with ID 'nobody' not found"},
    }


@pytest.mark.parametrize(
    ("interview", "field", "value", "status"),
    [
        ("int_abc123def456", "position", "Another", 200),
        ("int_inprogress01", "position", "Another", 409),
        ("int_inprogress01", "company_name", "Another", 200),
        ("int_inprogress01", "instructions", "Another", 200),
        ("int_completed01", "company_name", "Another", 409),
        ("int_completed01", "company_name", "TechCorp Inc", 200),
        ("int_completed01", "scheduled_at", "2024-01-12T11:00:00+01:00", 200),
        ("int_completed01", "reschedule_reason", "Another", 200),
    ],
)
def test_the_status_decides_which_updates_are_permitted(jobhive, interview, field, value, status):
    response = jobhive({field: value}, f"/v1/interviews/{interview}")

    assert response.status_code == status
    if status == 409:
        assert response.json()["error"]["violations"][0]["where"] == f"/{field}"


@pytest.mark.parametrize(
    ("sent", "notified"),
    [
        ({}, True),
        ({"send_notification": False}, False),
        ({"skills": ["Go"], "send_notification": False}, False),
        ({"skills": ["Go"]}, True),
    ],
)
def test_the_notification_flag_follows_the_request(jobhive, sent, notified):
    assert jobhive(sent).json()["data"]["notification_sent"] is notified


def test_an_update_moves_updated_at_and_nothing_else(jobhive):
    data = jobhive({"position": "Another"}).json()["data"]

    assert (data["updated_at"], data["created_at"]) == ("2024-01-15T16:45:00Z", "2024-01-15T14:30:00Z")


def test_sequences_count_on(jobhive):
    assert [jobhive({}).json()["meta"]["request_id"] for _ in range(2)] == ["req_update_int_001", "req_update_int_002"]


def test_a_fraction_of_a_second_is_not_dropped(jobhive):
    assert (
        jobhive({"scheduled_at": "2024-01-16T14:00:00.250Z"}).json()["data"]["scheduled_at"]
        == "2024-01-16T14:00:00.250Z"
    )


def test_an_update_without_a_body_is_refused_where_the_body_names_the_resource(mock):
    response = mock("kombo")("PATCH", "/v1/ats/applications/a/interviews", headers={**TOKEN, "X-Integration-Id": "x"})

    assert response.status_code == 400
    assert response.json()["error"]["violations"][0]["where"] == "/interview_id"


def test_two_mocks_have_states_of_their_own(mock):
    one, other = mock("jobhive"), mock("jobhive")
    one("PATCH", INTERVIEW, json={"position": "Another"}, headers=TOKEN)

    assert other("PATCH", INTERVIEW, json={}, headers=TOKEN).json()["data"]["position"] == "Senior Full Stack Developer"
