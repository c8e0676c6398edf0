"""Documented events are sent when their trigger happens, and not otherwise."""

from __future__ import annotations

import pytest

from ..conftest import TOKEN
from .conftest import INTERVIEW, NOON


@pytest.mark.parametrize(
    ("sent", "events"),
    [
        ({}, ["interview.updated", "candidate.notified"]),
        (
            {"scheduled_at": "2024-01-16T14:00:00Z"},
            ["interview.updated", "interview.rescheduled", "candidate.notified"],
        ),
        ({"scheduled_at": "2024-01-16T11:00:00+01:00"}, ["interview.updated", "candidate.notified"]),  # the same time
        ({"send_notification": False}, ["interview.updated"]),
    ],
)
def test_events_follow_from_what_a_request_changed_and_was_answered(mocked, receiver, sent, events):
    mock = mocked(webhooks=(receiver.url,))
    mock.update(sent)

    assert [one["event"] for one in mock.settled()] == events
    assert receiver.events == events


def test_a_refused_request_is_followed_by_no_event(mocked, receiver):
    mock = mocked(webhooks=(receiver.url,))
    mock.ask("PATCH", "/v1/interviews/nobody", json={}, headers=TOKEN)
    mock.ask("PATCH", INTERVIEW, json={"duration_minutes": 1}, headers=TOKEN)
    mock.ask("PATCH", INTERVIEW, json={})
    mock.ask("PATCH", "/v1/interviews/int_completed01", json={"position": "Another"}, headers=TOKEN)

    assert mock.deliveries() == []


def test_a_chosen_answer_and_a_fault_are_followed_by_no_event(mocked, receiver):
    mock = mocked(webhooks=(receiver.url,))
    mock.ask("PATCH", INTERVIEW, json={}, headers={**TOKEN, "Prefer": "code=200"})
    mock.control("POST", "/faults", {"kind": "status", "status": 503})
    mock.ask("PATCH", INTERVIEW, json={}, headers=TOKEN)

    assert mock.deliveries() == []


def test_an_event_shows_the_resource_as_the_answer_did(mocked, receiver):
    mock = mocked(webhooks=(receiver.url,))
    answer = mock.update({"position": "Another"})
    receiver.await_count(1)

    assert receiver.bodies[0] == {"event": "interview.updated", "timestamp": NOON, "data": answer["data"]}


def test_without_a_subscriber_nothing_is_kept(mocked):
    mock = mocked()
    mock.update({})

    assert mock.deliveries() == []


def test_the_same_seed_and_clock_give_the_same_messages(mocked, receiver):
    ids = []
    for _ in range(2):
        mock = mocked(webhooks=(receiver.url,))
        mock.update({})
        ids.append([one["message"] for one in mock.settled()])

    assert ids[0] == ids[1]
    assert len(set(ids[0])) == 2


def test_the_subscribers_of_one_event_are_sent_one_message(mocked, receiver):
    mock = mocked(webhooks=(receiver.url, receiver.url + "/2"))
    mock.update({"send_notification": False})

    assert len({one["message"] for one in mock.settled()}) == 1
    assert len({headers["webhook-id"] for headers, _ in receiver.got}) == 1
    assert len(receiver.got) == 2


def test_documented_events_are_listed_with_what_they_follow(mocked):
    assert mocked().control("GET", "/webhooks/events").json()["events"] == [
        {
            "api": "jobhive",
            "event": "interview.updated",
            "summary": "An interview was updated",
            "after": "updateInterview",
            "when": "always",
        },
        {
            "api": "jobhive",
            "event": "interview.rescheduled",
            "summary": "The time of an interview was changed",
            "after": "updateInterview",
            "when": "scheduled_at changed",
        },
        {
            "api": "jobhive",
            "event": "candidate.notified",
            "summary": "The notification was delivered to the candidate",
            "after": "updateInterview",
            "when": "/data/notification_sent of the answer is true",
        },
    ]


def test_an_event_is_triggered_by_hand_about_a_resource(mocked, receiver):
    mock = mocked(webhooks=(receiver.url,))
    about = {"kind": "interview", "id": "int_completed01"}
    triggered = mock.control(
        "POST", "/webhooks/events", {"api": "jobhive", "event": "interview.updated", "resource": about}
    )
    receiver.await_count(1)

    assert triggered.status_code == 202
    assert receiver.bodies[0]["data"]["status"] == "completed"


def test_an_event_is_triggered_by_hand_with_data_of_ones_own_or_of_the_first_resource(mocked, receiver):
    mock = mocked(webhooks=(receiver.url,))
    event = {"api": "jobhive", "event": "candidate.notified"}
    mock.control("POST", "/webhooks/events", {**event, "data": {"id": "int_1"}})
    receiver.await_count(1)
    (triggered,) = mock.control("POST", "/webhooks/events", event).json()["deliveries"]
    receiver.await_count(2)

    assert receiver.bodies[0]["data"] == {"id": "int_1"}
    assert receiver.bodies[1]["data"] == mock.control("GET", "/state/jobhive/interview/int_abc123def456").json()
    assert triggered["about"] == "jobhive/interview/int_abc123def456"


def test_where_nothing_is_there_that_an_event_is_about_its_data_is_made_up(mocked, receiver):
    mock = mocked(webhooks=(receiver.url,), state={"jobhive": {}})
    mock.control("POST", "/webhooks/events", {"api": "jobhive", "event": "candidate.notified"})
    receiver.await_count(1)

    assert isinstance(receiver.bodies[0]["data"], dict)


@pytest.mark.parametrize(
    ("asked", "status", "words"),
    [
        ({"api": "jobhive", "event": "nothing"}, 404, "interview.updated"),
        ({"api": "nobody", "event": "interview.updated"}, 404, "jobhive"),
        (
            {"api": "jobhive", "event": "interview.updated", "resource": {"kind": "interview", "id": "int_0"}},
            404,
            "int_0",
        ),
    ],
)
def test_what_cannot_be_triggered_is_refused(mocked, receiver, asked, status, words):
    refused = mocked(webhooks=(receiver.url,)).control("POST", "/webhooks/events", asked)

    assert refused.status_code == status
    assert words in refused.json()["detail"]


def test_an_event_that_nobody_takes_is_not_triggered(mocked):
    refused = mocked().control("POST", "/webhooks/events", {"api": "jobhive", "event": "interview.updated"})

    assert refused.status_code == 409
    assert "--webhook" in refused.json()["detail"]
