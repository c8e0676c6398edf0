"""Messages are signed, tried again, in order per resource, at least once, and only to those who subscribed."""

from __future__ import annotations

import socket
import threading
import time

import pytest
from standardwebhooks import Webhook

from mock_server.webhooks.deliverer import EACH

from .conftest import until

OTHER = "/v1/interviews/int_inprogress01"
QUIET = {"send_notification": False}


def test_a_message_is_signed_as_standard_webhooks(mocked, receiver):
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    mock = mocked(webhooks=(receiver.url,), webhook_secret=secret)
    mock.update({})
    receiver.await_count(1)
    headers, body = receiver.got[0]

    assert Webhook(secret).verify(body, headers)["event"] == "interview.updated"
    assert headers["content-type"] == "application/json"


def test_without_a_secret_of_ones_own_the_control_api_shows_the_one_that_signs(mocked, receiver):
    mock = mocked(webhooks=(receiver.url,))
    mock.update({})
    receiver.await_count(1)
    (subscriber,) = mock.control("GET", "/webhooks/subscribers").json()["subscribers"]
    secret = mock.control("GET", f"/webhooks/subscribers/{subscriber['id']}/secret").json()["secret"]
    headers, body = receiver.got[0]

    assert "secret" not in subscriber
    assert Webhook(secret).verify(body, headers)


def test_a_refused_message_is_sent_again_with_the_same_id(mocked, receiver):
    receiver.statuses = [500, 302]
    receiver.headers = {"Location": receiver.url}  # which is not followed
    mock = mocked(webhooks=(receiver.url,))
    mock.update(QUIET)
    (delivery,) = mock.settled()

    assert delivery["state"] == "delivered"
    assert [attempt["status"] for attempt in delivery["attempts"]] == [500, 302, 204]
    assert delivery["attempts"][0]["reply"] == "words"
    assert {headers["webhook-id"] for headers, _ in receiver.got} == {delivery["message"]}


def test_a_message_is_given_up_after_some_attempts_and_replayed_by_hand(mocked, receiver):
    receiver.statuses = [500, 500]
    mock = mocked(webhooks=(receiver.url,), webhook_attempts=2)
    mock.update(QUIET)
    (failed,) = mock.settled()
    replayed = mock.control("POST", f"/webhooks/deliveries/{failed['id']}/replay")
    (delivered,) = mock.settled()

    assert (failed["state"], len(failed["attempts"])) == ("failed", 2)
    assert replayed.status_code == 202
    assert (delivered["state"], delivered["message"]) == ("delivered", failed["message"])
    assert [attempt["status"] for attempt in delivered["attempts"]] == [500, 500, 204]


def test_gone_ends_the_attempts(mocked, receiver):
    receiver.statuses = [410]
    mock = mocked(webhooks=(receiver.url,))
    mock.update(QUIET)

    assert [(one["state"], len(one["attempts"])) for one in mock.settled()] == [("failed", 1)]


def test_retry_after_is_heeded(mocked, receiver):
    receiver.statuses, receiver.headers = [429], {"Retry-After": "1"}
    mock = mocked(webhooks=(receiver.url,))
    began = time.monotonic()
    mock.update(QUIET)
    (delivery,) = mock.settled()

    assert time.monotonic() - began >= 1.0
    assert [attempt.get("retry_after") for attempt in delivery["attempts"]] == [1.0, 1.0]


def test_pauses_grow(mocked, receiver):
    receiver.statuses = [500, 500]
    mock = mocked(webhooks=(receiver.url,), webhook_backoff=0.2)
    began = time.monotonic()
    mock.update(QUIET)
    mock.settled()

    assert time.monotonic() - began >= 0.2 + 0.4


def test_messages_of_one_resource_keep_their_order_though_one_is_refused(mocked, receiver):
    receiver.statuses = [503, 503]
    mock = mocked(webhooks=(receiver.url,), webhook_backoff=0.05)
    for position in "ABCD":
        mock.update({"position": position, **QUIET})
    mock.settled()

    assert [body["data"]["position"] for body in receiver.bodies] == ["A", "A", "A", "B", "C", "D"]


def test_messages_of_other_resources_do_not_wait(mocked, receiver):
    let_go = threading.Event()
    receiver.before = lambda body: let_go.wait(10) if b"int_abc123def456" in body else None
    mock = mocked(webhooks=(receiver.url,))
    mock.update(QUIET)
    mock.update(QUIET, path=OTHER)
    receiver.await_count(1)
    let_go.set()
    mock.settled()

    assert [body["data"]["id"] for body in receiver.bodies] == ["int_inprogress01", "int_abc123def456"]


def test_a_subscriber_that_does_not_answer_keeps_no_other_waiting(mocked, receiver):
    let_go, events = threading.Event(), EACH * 2
    receiver.before = lambda body: let_go.wait(10) if b"interview.updated" in body else None
    mock = mocked()
    for url, event in ((receiver.url, "interview.updated"), (f"{receiver.url}/2", "candidate.notified")):
        mock.control("POST", "/webhooks/subscribers", {"url": url, "events": [event]})
    for number in range(events):
        one = {**mock.interview(), "id": f"int_{number}"}
        mock.control("PUT", f"/state/jobhive/interview/{one['id']}", one)
        mock.update({}, path=f"/v1/interviews/int_{number}")
    receiver.await_count(events)
    answered = list(receiver.events)
    let_go.set()
    mock.settled()

    assert answered == ["candidate.notified"] * events
    assert sorted(receiver.events) == ["candidate.notified"] * events + ["interview.updated"] * events


@pytest.mark.parametrize("value", ["9" * 400, "Fri, 31 Dec 9999 23:59:59 GMT"])
def test_a_retry_after_without_measure_is_told_as_a_number(mocked, receiver, value):
    receiver.statuses, receiver.headers = [503], {"Retry-After": value}
    mock = mocked(webhooks=(receiver.url,))
    mock.update(QUIET)
    (attempt,) = until(lambda: mock.deliveries()[0]["attempts"])

    assert 300 < attempt["retry_after"] <= 366 * 86400


def test_pauses_end_to_grow(mocked, receiver):
    receiver.statuses = [500, 500]
    mock = mocked(webhooks=(receiver.url,), webhook_attempts=5000, webhook_backoff=60.0)
    mock.update(QUIET)
    until(lambda: mock.deliveries()[0]["attempts"])
    records = mock.table.worlds.stores.records("common/webhook-deliveries")
    records.replace(1, {**records.get(1), "tried": 4000}, due=0.0)
    mock.update(QUIET, path=OTHER)  # which has the outbox looked through
    first = until(lambda: next((one for one in mock.deliveries() if len(one["attempts"]) == 2), None))

    assert (first["id"], first["state"]) == (1, "waiting")


def test_where_nobody_listens_it_is_tried_until_somebody_does(mocked, receiver):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    mock = mocked(webhooks=(f"http://127.0.0.1:{port}/",), webhook_attempts=1)
    mock.update(QUIET)
    (failed,) = mock.settled()

    assert {attempt["error"] for attempt in failed["attempts"]} == {"nobody listens there"}
    assert len(failed["attempts"]) == 10


def test_one_who_left_is_sent_nothing_that_waits(mocked, receiver):
    mock = mocked(webhook_backoff=5.0)
    added = mock.control("POST", "/webhooks/subscribers", {"url": receiver.url}).json()
    receiver.statuses = [500]
    mock.update(QUIET)
    until(lambda: mock.deliveries()[0]["attempts"])
    mock.control("DELETE", f"/webhooks/subscribers/{added['id']}")
    mock.control("POST", f"/webhooks/deliveries/{mock.deliveries()[0]['id']}/replay")
    (delivery,) = mock.settled()

    assert (delivery["state"], delivery["reason"], len(receiver.got)) == ("failed", "its subscriber was removed", 1)


def test_the_proxies_of_the_environment_are_not_asked(mocked, receiver, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    mock = mocked(webhooks=(receiver.url,))
    mock.update(QUIET)

    assert [one["state"] for one in mock.settled()] == ["delivered"]


def test_what_is_due_is_sent_before_the_mock_ends(mocked, receiver):
    mock = mocked(webhooks=(receiver.url,))
    for _ in range(20):
        mock.update(QUIET)
    mock.table.worlds.close()

    assert len(receiver.got) == 20


def test_what_is_kept_in_memory_is_bounded(mocked, monkeypatch):
    monkeypatch.setattr("mock_server.webhooks.outbox.BYTES", 10_000)
    mock = mocked(webhooks=("http://127.0.0.1:9/",), webhook_backoff=60.0)
    for _ in range(10):
        mock.update({"instructions": "x" * 3000, **QUIET})

    assert [one["id"] for one in mock.deliveries()] == [9, 10]  # a body is longer than its instructions: two fit


@pytest.mark.parametrize("place", ["memory", "sqlite"])
def test_what_waits_in_a_world_outlives_what_others_were_sent(mocked, receiver, monkeypatch, tmp_path, place):
    monkeypatch.setattr("mock_server.webhooks.outbox.LIMIT", 10)
    store = None if place == "memory" else f"sqlite:///{tmp_path / 'store.db'}"
    mock = mocked(store=store, webhook_backoff=60.0)
    mock.control("POST", "/webhooks/subscribers", {"url": receiver.url})
    mock.control("POST", "/webhooks/subscribers", {"url": "http://127.0.0.1:9/"}, world="mine")
    mock.update(QUIET, world="mine")
    for _ in range(15):
        mock.update(QUIET)
        mock.settled()

    assert [one["state"] for one in mock.deliveries(world="mine")] == ["waiting"]
    assert len(mock.deliveries()) == 9


@pytest.mark.parametrize("answer", [b"nonsense\r\n\r\n", b""])
def test_an_answer_that_is_none_is_an_attempt_that_failed(mocked, answer):
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def answer_once() -> None:
            connection, _ = listening.accept()
            connection.recv(10_000)
            connection.sendall(answer)
            connection.close()

        thread = threading.Thread(target=answer_once)
        thread.start()
        mock = mocked(webhooks=(f"http://127.0.0.1:{listening.getsockname()[1]}/",), webhook_attempts=1)
        mock.update(QUIET)
        (failed,) = mock.settled()
        thread.join()

    assert failed["state"] == "failed"
    assert failed["attempts"][0]["error"]
