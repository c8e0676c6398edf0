"""Who is sent events: given at start for every world, or added to one by the control API."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from mock_server.cli import main

QUIET = {"send_notification": False}
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def test_a_subscriber_takes_the_events_it_asked_for(mocked, receiver):
    mock = mocked()
    body = {"url": receiver.url, "events": ["candidate.notified"], "secret": SECRET}
    added = mock.control("POST", "/webhooks/subscribers", body)
    mock.update({})
    mock.settled()

    assert (added.status_code, added.json()["secret"]) == (201, SECRET)
    assert receiver.events == ["candidate.notified"]


def test_a_subscriber_that_is_added_again_is_replaced(mocked, receiver):
    mock = mocked()
    for _ in range(2):
        mock.control("POST", "/webhooks/subscribers", {"url": receiver.url})
    mock.update(QUIET)
    mock.settled()

    assert len(mock.control("GET", "/webhooks/subscribers").json()["subscribers"]) == 1
    assert len(receiver.got) == 1


def test_a_subscriber_of_one_world_is_sent_nothing_of_another(mocked, receiver):
    mock = mocked()
    mock.control("POST", "/webhooks/subscribers", {"url": receiver.url}, world="mine")
    mock.update(QUIET)
    mock.update(QUIET, world="other")
    mock.update(QUIET, world="mine")
    mock.settled("mine")

    assert [headers["x-mock-world"] for headers, _ in receiver.got] == ["mine"]
    assert (mock.deliveries(), mock.deliveries(world="other")) == ([], [])


def test_a_subscriber_given_at_start_is_sent_the_events_of_every_world(mocked, receiver):
    mock = mocked(webhooks=(receiver.url,))
    mock.update(QUIET)
    mock.settled()
    mock.update(QUIET, world="mine")
    mock.settled("mine")

    assert [headers.get("x-mock-world") for headers, _ in receiver.got] == [None, "mine"]


def test_a_subscriber_given_at_start_stays(mocked, receiver):
    mock = mocked(webhooks=(receiver.url,))
    (given,) = mock.control("GET", "/webhooks/subscribers").json()["subscribers"]
    refused = mock.control("DELETE", f"/webhooks/subscribers/{given['id']}")
    added = mock.control("POST", "/webhooks/subscribers", {"url": receiver.url})

    assert (refused.status_code, added.status_code) == (409, 422)
    assert given["lasting"] is True


def test_a_forgotten_world_has_no_subscribers_and_no_deliveries(mocked, receiver):
    mock = mocked()
    mock.control("POST", "/webhooks/subscribers", {"url": receiver.url}, world="mine")
    mock.update(QUIET, world="mine")
    mock.settled("mine")
    mock.control("DELETE", "/worlds/mine")

    assert mock.control("GET", "/webhooks/subscribers", world="mine").json() == {"subscribers": []}
    assert mock.deliveries(world="mine") == []


def test_a_password_of_a_url_is_not_shown(mocked, receiver):
    mock = mocked()
    url = receiver.url.replace("http://", "http://user:hidden@")
    shown = mock.control("POST", "/webhooks/subscribers", {"url": url}).text
    mock.update(QUIET)
    mock.settled()
    shown += mock.control("GET", "/webhooks/subscribers").text + mock.control("GET", "/webhooks/deliveries").text

    assert "hidden" not in shown
    assert receiver.got[0][0]["Authorization"].startswith("Basic ")


def test_deliveries_are_filtered_and_forgotten(mocked, receiver):
    mock = mocked(webhooks=(receiver.url,))
    mock.update({})
    mock.update({})
    mock.settled()

    assert [one["id"] for one in mock.deliveries("?event=interview.updated")] == [1, 3]
    assert len(mock.deliveries("?state=delivered&limit=3")) == 3
    assert mock.deliveries("?state=failed") == []
    assert mock.control("GET", "/webhooks/deliveries/2").json()["event"] == "candidate.notified"
    assert mock.control("DELETE", "/webhooks/deliveries").status_code == 204
    assert mock.deliveries() == []


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/webhooks/deliveries/7"),
        ("POST", "/webhooks/deliveries/7/replay"),
        ("DELETE", "/webhooks/subscribers/nobody"),
        ("GET", "/webhooks/subscribers/nobody/secret"),
    ],
)
def test_what_is_not_there_is_not_found(mocked, method, path):
    assert mocked().control(method, path).status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        {"url": "ftp://127.0.0.1/"},
        {"url": "http:///events"},
        {"url": "http://127.0.0.1:99999/"},
        {"url": "http://127.0.0.1/", "secret": "whsec_c2hvcnQ="},
        {"url": "http://127.0.0.1/", "secret": "whsec_x"},
        {"url": "http://127.0.0.1/", "every": True},
    ],
)
def test_what_cannot_be_subscribed_is_refused(mocked, body):
    assert mocked().control("POST", "/webhooks/subscribers", body).status_code == 422


def test_an_event_that_no_api_has_is_not_subscribed(mocked):
    body = {"url": "http://127.0.0.1/", "events": ["interview.updated", "interview.update"]}
    refused = mocked().control("POST", "/webhooks/subscribers", body)

    assert refused.status_code == 422
    assert "'interview.update'; there are: interview.updated, interview.rescheduled" in refused.json()["detail"]


def test_a_world_has_a_bounded_number_of_subscribers(mocked):
    mock = mocked()
    statuses = [
        mock.control("POST", "/webhooks/subscribers", {"url": f"http://127.0.0.1:9/{number}"}).status_code
        for number in range(101)
    ]

    assert statuses == [201] * 100 + [422]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--webhook", "127.0.0.1:8000"], "http://127.0.0.1:8000/events"),
        (["--webhook", "http://127.0.0.1:8000", "--webhook-secret", "secret"], "whsec_"),
    ],
)
def test_a_webhook_that_cannot_be_used_is_told_at_start(options, words):
    result = CliRunner().invoke(main, ["jobhive", "--port", "0", *options])

    assert result.exit_code == 2
    assert words in result.output
