"""What those ask who operate a mock: is it ready, what has it done, and what does it do when its store fails."""

from __future__ import annotations

import re
import subprocess
import sys
import threading

import httpx
import pytest

from mock_server import MockOptions, create_app
from mock_server.control import readiness
from mock_server.refusals import Refusal
from mock_server.threads import Mocks
from tests.mock_server.conftest import TOKEN, asking

PATH = "/v1/interviews/int_abc123def456"


@pytest.fixture
def stored(tmp_path):
    pytest.importorskip("sqlalchemy", reason="the extra 'sql' is not installed")
    return tmp_path / "store.db"


def test_a_mock_says_that_it_is_ready(mock):
    answer = mock("jobhive")("GET", "/_mock/ready")

    assert (answer.status_code, answer.json()) == (200, {"status": "ready"})


def test_requests_are_counted_by_operation_and_status(mock):
    ask = mock("jobhive", metrics=True)
    for _ in range(2):
        ask("PATCH", PATH, json={}, headers=TOKEN)
    ask("PATCH", PATH, json={})
    ask("GET", "/nothing")
    ask("BREW", "/nothing")
    answer = ask("GET", "/_mock/metrics")

    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    lines = answer.text.splitlines()
    of = 'api="jobhive",operation="updateInterview"'
    assert f'mock_requests_total{{{of},method="PATCH",status="200"}} 2' in lines
    assert f'mock_requests_total{{{of},method="PATCH",status="401"}} 1' in lines
    assert 'mock_requests_total{api="",operation="",method="GET",status="404"} 1' in lines
    assert 'mock_requests_total{api="",operation="",method="",status="404"} 1' in lines
    assert f'mock_request_duration_seconds_bucket{{{of},le="+Inf"}} 3' in lines
    assert f"mock_request_duration_seconds_count{{{of}}} 3" in lines
    for line in lines:
        assert re.fullmatch(r'# (HELP|TYPE) .*|[a-z_]+\{([a-z]+="[^"]*",?)+\} [0-9.e-]+', line), line


def test_nothing_is_counted_unless_that_is_asked_for(mock):
    assert mock("jobhive")("GET", "/_mock/metrics").status_code == 404


def test_each_world_keeps_a_state_of_its_own_in_a_shared_store(stored):
    options = MockOptions(store=f"sqlite:///{stored}")
    ask = asking(create_app("jobhive", options))
    ask("PATCH", PATH, json={"position": "mine"}, headers={**TOKEN, "X-Mock-World": "mine"})
    again = asking(create_app("jobhive", options))

    def position(world):
        headers = {**TOKEN, "X-Mock-World": world}
        return again("PATCH", PATH, json={}, headers=headers).json()["data"]["position"]

    assert position("mine") == "mine"
    assert position("common") == position("yours") != "mine"


def test_a_forgotten_world_begins_again_in_a_shared_store(stored):
    ask = asking(create_app("jobhive", MockOptions(store=f"sqlite:///{stored}")))
    headers = {**TOKEN, "X-Mock-World": "mine"}
    before = ask("PATCH", PATH, json={"position": "mine"}, headers=headers).json()["data"]["position"]
    assert ask("DELETE", "/_mock/api/worlds/mine").status_code == 204
    after = ask("PATCH", PATH, json={}, headers=headers).json()["data"]["position"]

    assert (before, after == "mine") == ("mine", False)


def test_a_refused_request_leaves_nothing_behind_in_a_shared_store(stored):
    ask = asking(create_app("jobhive", MockOptions(store=f"sqlite:///{stored}")))
    before = ask("GET", "/_mock/api/state").json()
    assert ask("PATCH", "/v1/interviews/nobody", json={"position": "x"}, headers=TOKEN).status_code == 404

    assert ask("GET", "/_mock/api/state").json() == before


def test_a_store_that_fails_is_told_and_the_mock_lives_on(stored):
    import sqlite3

    ask = asking(create_app("jobhive", MockOptions(store=f"sqlite:///{stored}")))
    with sqlite3.connect(stored) as database:
        database.execute("ALTER TABLE understudy_resources RENAME TO gone")
    refused = ask("PATCH", PATH, json={}, headers=TOKEN)
    in_a_new_world = ask("PATCH", PATH, json={}, headers={**TOKEN, "X-Mock-World": "new"})
    controlled = ask("GET", "/_mock/api/state", headers={"X-Mock-World": "newer"})
    health = ask("GET", "/_mock/health")
    with sqlite3.connect(stored) as database:
        database.execute("ALTER TABLE gone RENAME TO understudy_resources")
    database.close()

    assert [answer.status_code for answer in (refused, in_a_new_world, controlled)] == [503] * 3
    assert "store" in refused.text
    assert health.status_code == 200
    assert ask("PATCH", PATH, json={}, headers=TOKEN).status_code == 200


def test_a_mock_is_not_ready_when_its_store_is_not(stored, monkeypatch):
    from mock_server.stores import StoreError
    from mock_server.stores.sql import SqlStores

    ask = asking(create_app("jobhive", MockOptions(store=f"sqlite:///{stored}")))

    def fail(_stores: SqlStores) -> None:
        raise StoreError("The database is away.")

    monkeypatch.setattr(SqlStores, "check", fail)
    answer = ask("GET", "/_mock/ready")

    assert answer.status_code == 503
    assert "The database is away." in answer.text


def test_no_database_library_is_imported_unless_a_store_is_asked_for():
    code = (
        "import sys; from mock_server import create_app; create_app('jobhive');"
        "print([name for name in ('sqlalchemy', 'psycopg') if name in sys.modules])"
    )
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)

    assert printed.stdout.strip() == "[]"


def test_a_store_that_hangs_is_told_and_keeps_nobody_else_waiting(stored, monkeypatch):
    from mock_server.stores.sql import SqlStores

    monkeypatch.setattr(readiness, "PATIENCE", 0.1)
    asked, let_go = [], threading.Event()
    monkeypatch.setattr(SqlStores, "check", lambda _stores: (asked.append(1), let_go.wait(20)))
    mocks = Mocks()
    url = mocks("jobhive", store=f"sqlite:///{stored}").url

    answers = [httpx.get(f"{url}/_mock/ready", timeout=5) for _ in range(3)]
    let_go.set()
    health = httpx.get(f"{url}/_mock/health", timeout=5)
    mocks.close()

    assert [answer.status_code for answer in answers] == [503] * 3
    assert "The store has not answered for 0.1 s" in answers[0].text
    assert (health.status_code, len(asked)) == (200, 1)


@pytest.mark.parametrize(
    ("slow", "path"),
    [
        ("mock_server.stores.sql_store.SqlStore.snapshot", "/_mock/api/state"),
        ("mock_server.stores.sql_store.SqlStore.restore", "/_mock/api/state/reset"),
        ("mock_server.control.coverage._held", "/_mock/api/coverage"),
        ("mock_server.control.journal.entry", "/_mock/api/journal"),
        ("mock_server.control.journal.verify", "/_mock/api/journal/verify"),
        ("mock_server.journal.har.as_har", "/_mock/api/journal/har"),
        ("mock_server.metrics.Metrics.text", "/_mock/metrics"),
    ],
)
def test_what_takes_its_time_keeps_nobody_else_waiting(stored, monkeypatch, slow, path):
    begun, let_go = threading.Event(), threading.Event()
    mocks = Mocks()
    url = mocks("jobhive", store=f"sqlite:///{stored}", metrics=True).url
    httpx.get(f"{url}/nothing")

    def work(*_arguments):
        begun.set()
        let_go.wait(20)
        raise Refusal("unavailable", "it was held up")

    monkeypatch.setattr(slow, work)
    body = {"json": {"request": {}}} if path.endswith("verify") else {}
    method = "POST" if path.endswith(("verify", "reset")) else "GET"
    asking_ = threading.Thread(target=lambda: httpx.request(method, url + path, timeout=30, **body))
    asking_.start()
    assert begun.wait(10)
    health = httpx.get(f"{url}/_mock/health", timeout=5)
    let_go.set()
    asking_.join()
    mocks.close()

    assert health.status_code == 200
