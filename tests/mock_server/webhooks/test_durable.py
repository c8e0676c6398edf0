"""With a shared store, events outlive the process that they happened in, and are delivered by any one that is left."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests

from mock_server.webhooks import deliverer, leases
from mock_server.webhooks.leases import LEASE

from ..conftest import TOKEN
from ..stores.conftest import store_url
from .conftest import INTERVIEW, until

QUIET = {"send_notification": False}


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str | None]:
    yield from store_url(request.param, tmp_path)


def test_what_waits_is_delivered_after_a_restart(mocked, receiver, url):
    receiver.statuses = [500]
    first = mocked(webhooks=(receiver.url,), store=url, webhook_backoff=2.0)
    first.update({"position": "A", **QUIET})
    first.update({"position": "B", **QUIET})
    until(lambda: first.deliveries()[0]["attempts"])
    first.table.worlds.close()
    second = mocked(webhooks=(receiver.url,), store=url)
    second.table.worlds.outbox.start()
    delivered = second.settled()

    assert [one["state"] for one in delivered] == ["delivered", "delivered"]
    assert [body["data"]["position"] for body in receiver.bodies] == ["A", "A", "B"]
    assert receiver.got[0][0]["webhook-id"] == receiver.got[1][0]["webhook-id"]


def test_subscribers_outlive_a_restart_and_keep_their_world(mocked, receiver, url):
    first = mocked(store=url)
    first.control("POST", "/webhooks/subscribers", {"url": receiver.url}, world="mine")
    first.table.worlds.close()
    second = mocked(store=url)
    second.update(QUIET)
    second.update(QUIET, world="mine")
    second.settled("mine")

    assert [headers["x-mock-world"] for headers, _ in receiver.got] == ["mine"]


def test_one_who_is_subscribed_no_longer_is_sent_nothing_after_a_restart(mocked, receiver, url):
    receiver.statuses = [500]
    first = mocked(webhooks=(receiver.url,), store=url, webhook_backoff=0.5)
    first.update(QUIET)
    until(lambda: first.deliveries()[0]["attempts"])
    first.table.worlds.close()
    second = mocked(store=url)
    second.table.worlds.outbox.start()

    assert [one["state"] for one in second.settled()] == ["failed"]
    assert len(receiver.got) == 1


def test_two_mocks_on_one_store_deliver_each_message_once(mocked, receiver, url):
    mocks = [mocked(webhooks=(receiver.url,), store=url) for _ in range(2)]
    for number in range(10):
        mocks[number % 2].update({"position": f"P{number}", **QUIET})
    mocks[0].settled()

    assert [body["data"]["position"] for body in receiver.bodies] == [f"P{number}" for number in range(10)]
    assert len({headers["webhook-id"] for headers, _ in receiver.got}) == 10


def test_what_a_killed_process_had_begun_is_delivered_by_another(mocked, receiver, url):
    first = mocked(webhooks=(receiver.url,), store=url)
    first.table.worlds.outbox.close()  # nothing is sent any more, as if the process were gone
    first.update(QUIET)
    records = first.table.worlds.stores.records("common/webhook-deliveries")
    claimed = records.claim(time.time(), 0.3)  # begun, and never ended
    second = mocked(webhooks=(receiver.url,), store=url)
    second.table.worlds.outbox.start()

    assert len(claimed) == 1
    assert [one["state"] for one in second.settled()] == ["delivered"]


def test_an_answered_request_is_followed_by_its_event_though_the_process_is_killed(receiver, tmp_path):
    pytest.importorskip("sqlalchemy", reason="the extra 'sql' is not installed")
    receiver.statuses = [500] * 1000
    store = f"sqlite:///{tmp_path / 'store.db'}"
    with running("--store", store, "--webhook", receiver.url) as (first, origin):
        answered = requests.patch(origin + INTERVIEW, json=QUIET, headers=TOKEN, timeout=10)
        until(lambda: _deliveries(origin)[0]["attempts"])  # the first attempt is over: another process may go on
        first.send_signal(signal.SIGKILL)
        first.wait()
    receiver.statuses = []
    with running("--store", store, "--webhook", receiver.url) as (_, origin):
        until(lambda: _deliveries(origin)[0]["state"] == "delivered")

    assert answered.status_code == 200
    assert set(receiver.events) == {"interview.updated"}


def test_what_a_killed_process_was_sending_is_taken_over_within_seconds(receiver, tmp_path):
    pytest.importorskip("sqlalchemy", reason="the extra 'sql' is not installed")
    begun, killed = threading.Event(), threading.Event()

    def hold(_body: bytes) -> None:
        if not begun.is_set():
            begun.set()
            killed.wait(60)

    receiver.before = hold
    options = ("--store", f"sqlite:///{tmp_path / 'store.db'}", "--webhook", receiver.url)
    with running(*options) as (first, origin):
        requests.patch(origin + INTERVIEW, json=QUIET, headers=TOKEN, timeout=10)
        assert begun.wait(10)
        with running(*options) as (_, other):
            assert _deliveries(other)[0]["attempts"] == []
            first.send_signal(signal.SIGKILL)
            at = time.monotonic()
            until(lambda: _deliveries(other)[0]["state"] == "delivered")
            took = time.monotonic() - at
            killed.set()

    assert took < LEASE + 3
    assert len(_ids(receiver)) == 1


@pytest.mark.parametrize("place", ["memory", "sqlite"])
def test_a_message_is_sent_once_however_long_its_receiver_takes(mocked, receiver, tmp_path, monkeypatch, place):
    for module, name, seconds in ((leases, "LEASE", 0.3), (leases, "BEAT", 0.05), (deliverer, "BEAT", 0.05)):
        monkeypatch.setattr(module, name, seconds)
    monkeypatch.setattr(deliverer, "_LOOK", 0.05)
    begun: list[bytes] = []

    def take_long(body: bytes) -> None:
        begun.append(body)
        time.sleep(1.0)

    receiver.before = take_long
    (url,) = store_url(place, tmp_path)
    mocks = [mocked(webhooks=(receiver.url,), store=url) for _ in range(1 if url is None else 2)]
    for one in mocks:
        one.table.worlds.outbox.start()
    mocks[0].update(QUIET)

    assert [len(one["attempts"]) for one in mocks[0].settled()] == [1]
    assert len(begun) == 1


def _ids(receiver: Any) -> set[str]:
    return {headers["webhook-id"] for headers, _ in receiver.got}


@contextmanager
def running(*options: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A mock of JobHive in a process of its own, and its origin."""
    command = [sys.executable, "-m", "mock_server.cli", "jobhive", "--port", "0", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            origin = process.stdout.readline().split()[3]
            until(lambda: _is_up(origin))
            yield process, origin
        finally:
            process.kill()


def _deliveries(origin: str) -> list[Any]:
    listed: list[Any] = requests.get(f"{origin}/_mock/api/webhooks/deliveries", timeout=10).json()["deliveries"]
    return listed


def _is_up(origin: str) -> bool:
    try:
        return requests.get(f"{origin}/_mock/health", timeout=5).ok
    except requests.ConnectionError:
        return False
