"""Several processes, one mock: nothing is lost, no id is given twice, and a killed process takes nothing with it."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner

from mock_server.cli import main
from tests.mock_server.stores.conftest import store_url

SLOW = 60.0
pytestmark = pytest.mark.skipif(not Path("/proc").is_dir(), reason="the processes of workers are found in /proc")


def things(folder: Path) -> Path:
    """A document without rules: things with numbers as ids, and notes with texts."""

    def collection(identity: dict) -> dict:
        thing = {"type": "object", "required": ["id"], "properties": {"id": identity, "name": {"type": "string"}}}
        content = {"application/json": {"schema": thing}}
        sent = {"type": "object", "properties": {"name": {"type": "string"}}}
        create = {"requestBody": {"content": {"application/json": {"schema": sent}}}}
        many = {"application/json": {"schema": {"type": "array", "items": thing}}}
        answers = {"responses": {"200": {"description": "One", "content": content}}}
        one = {"parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}]}
        return {
            "": {
                "post": {**create, "responses": {"201": {"description": "Made", "content": content}}},
                "get": {"responses": {"200": {"description": "All", "content": many}}},
            },
            "/{id}": {**one, "get": answers, "patch": {**create, **answers}},
        }

    paths = {
        f"/{name}{path}": item
        for name, identity in {"things": {"type": "integer"}, "notes": {"type": "string"}}.items()
        for path, item in collection(identity).items()
    }
    file = folder / "things.json"
    file.write_text(json.dumps({"openapi": "3.1.0", "info": {"title": "Things", "version": "1"}, "paths": paths}))
    return file


class Served:
    """`mock-server` with a shared store."""

    def __init__(self, store: str, folder: Path, workers: int = 1) -> None:
        options = ["--port", "0", "--store", store, "--workers", str(workers), "--no-auth", "--metrics", "--no-reload"]
        command = [sys.executable, "-m", "mock_server.cli", "jobhive", str(things(folder)), *options]
        self.printed = folder / f"printed-{time.monotonic_ns()}"
        with self.printed.open("w") as printed:
            self.process = subprocess.Popen(command, stdout=printed, stderr=subprocess.STDOUT)
        deadline = time.monotonic() + SLOW
        while True:
            assert time.monotonic() < deadline, self.printed.read_text()
            assert self.process.poll() is None, self.printed.read_text()
            found = re.search(r"Mock server on (http\S+)", self.printed.read_text())
            if found:
                self.url = found[1]
                try:
                    if httpx.get(f"{self.url}/_mock/ready", timeout=5).status_code == 200:
                        return
                except httpx.TransportError:
                    pass
            time.sleep(0.05)

    def children(self) -> list[int]:
        """The processes of the workers."""
        pids = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return [int(pid) for pid in pids if b"spawn_main" in _command_line(pid)]

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
        self.process.wait(SLOW)


def _command_line(pid: str) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:  # it has just ended
        return b""


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    yield from store_url(request.param, tmp_path_factory.mktemp("store"))


@pytest.fixture(scope="module")
def mock(store: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A mock of two workers."""
    served = Served(store, tmp_path_factory.mktemp("mock"), workers=2)
    yield served
    served.stop()


def wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SLOW
    while not holds():
        assert time.monotonic() < deadline, "it does not come true"
        time.sleep(0.05)


def at_once(count: int, work: Callable[[int], None]) -> None:
    """Do the work in several threads, and fail where one fails."""
    faults: list[BaseException] = []

    def guarded(number: int) -> None:
        try:
            work(number)
        except BaseException as fault:
            faults.append(fault)

    threads = [threading.Thread(target=guarded, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise faults[0]


def test_concurrent_updates_by_several_mocks_lose_nothing(mock, store, tmp_path):
    """Each client changes a member of its own of one resource: were one lost, a member would be what it was.

    Each update gets the next number of a sequence, too; were one lost there, a number would be given twice.
    """
    other = Served(store, tmp_path)
    seen: list[str] = []
    fields = ("position", "company_name", "instructions")

    def update(number: int) -> None:
        mine, so_far = fields[number], dict.fromkeys(fields, -1)
        with httpx.Client(base_url=(mock, other)[number % 2].url, timeout=SLOW) as client:
            for count in range(20):
                answer = client.patch("/v1/interviews/int_abc123def456", json={mine: f"Number {count}"})
                assert answer.status_code == 200, answer.text
                shown = answer.json()["data"]
                counted = {name: int(shown[name].removeprefix("Number ")) for name in fields}
                assert counted[mine] == count
                assert all(counted[name] >= so_far[name] for name in fields), (so_far, counted)
                so_far = counted
                seen.append(answer.json()["meta"]["request_id"])

    httpx.patch(f"{mock.url}/v1/interviews/int_abc123def456", json=dict.fromkeys(fields, "Number -1"), timeout=SLOW)
    at_once(3, update)

    first = min(int(text[-3:]) for text in seen)
    assert sorted(seen) == [f"req_update_int_{number:03d}" for number in range(first, first + 60)]
    states = [httpx.get(f"{each.url}/_mock/api/state", timeout=SLOW).json() for each in (mock, other)]
    assert states[0] == states[1]
    kept = states[0]["apis"]["jobhive"]["resources"]["interview"]["int_abc123def456"]
    assert [kept[name] for name in fields] == ["Number 19"] * 3
    other.stop()


def test_ids_are_unique_across_processes(mock):
    ids: dict[str, list[object]] = {"things": [], "notes": []}

    def create(number: int) -> None:
        with httpx.Client(base_url=mock.url, timeout=SLOW) as client:
            for _ in range(10):
                for name, made in ids.items():
                    answer = client.post(f"/{name}", json={"name": f"from {number}"})
                    assert answer.status_code == 201, answer.text
                    made.append(answer.json()["id"])

    at_once(4, create)

    assert all(len(set(made)) == len(made) == 40 for made in ids.values())


def test_a_killed_worker_loses_nothing_that_was_acknowledged_and_is_replaced(mock):
    acknowledged: list[int] = []
    stop = threading.Event()

    def create(_number: int) -> None:
        with httpx.Client(base_url=mock.url, timeout=SLOW) as client:
            while not stop.is_set():
                try:
                    answer = client.post("/things", json={"name": "x"})
                except httpx.TransportError:
                    continue
                assert answer.status_code == 201, answer.text
                acknowledged.append(answer.json()["id"])

    def kill(_number: int) -> None:
        def wait_for_more() -> None:
            enough = len(acknowledged) + 10
            wait_until(lambda: len(acknowledged) >= enough)

        try:
            for _ in range(2):
                wait_for_more()
                wait_until(lambda: len(mock.children()) == 2)
                os.kill(mock.children()[0], signal.SIGKILL)
            wait_for_more()
        finally:
            stop.set()

    at_once(4, lambda number: kill(number) if number == 0 else create(number))

    assert len(set(acknowledged)) == len(acknowledged)
    kept = {thing["id"] for thing in httpx.get(f"{mock.url}/things", timeout=SLOW).json()}
    assert set(acknowledged) <= kept
    asked = {"request": {"method": "POST", "path": "/things"}, "times": {"at_least": len(acknowledged)}}
    counted = httpx.post(f"{mock.url}/_mock/api/journal/verify", json=asked, timeout=SLOW).json()
    assert counted["verified"], f"{counted['count']} of {len(acknowledged)} are in the journal"
    wait_until(lambda: len(mock.children()) == 2)


def test_the_requests_of_all_workers_are_counted(mock):
    def counted() -> int:
        text = httpx.get(f"{mock.url}/_mock/metrics", timeout=SLOW).text
        assert "# HELP mock_requests_total Requests that were answered by any process on this store;" in text
        of = 'mock_requests_total{api="jobhive",operation="updateInterview",method="PATCH",status="404"} '
        return sum(int(line.removeprefix(of)) for line in text.splitlines() if line.startswith(of))

    before = counted()
    for _ in range(10):  # each by a connection of its own, which either worker may take
        httpx.patch(f"{mock.url}/v1/interviews/nobody", json={}, timeout=SLOW)

    wait_until(lambda: counted() == before + 10)


def test_an_event_is_delivered_by_one_of_several_mocks(mock, store, tmp_path):
    received: list[str] = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            received.append(self.headers["webhook-id"])
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_args: object) -> None:
            """Say nothing."""

    receiver = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=receiver.serve_forever, daemon=True).start()
    other = Served(store, tmp_path)
    subscriber = {"url": f"http://127.0.0.1:{receiver.server_port}/", "events": ["interview.updated"]}
    assert httpx.post(f"{mock.url}/_mock/api/webhooks/subscribers", json=subscriber, timeout=SLOW).status_code == 201
    for number in range(8):
        sent = {"position": f"{number}"}
        answer = httpx.patch(f"{(mock, other)[number % 2].url}/v1/interviews/int_abc123def456", json=sent, timeout=SLOW)
        assert answer.status_code == 200, answer.text
    wait_until(lambda: len(received) >= 8)
    time.sleep(1)
    other.stop()
    receiver.shutdown()
    receiver.server_close()

    assert len(set(received)) == len(received) == 8


def test_when_all_processes_are_killed_the_next_go_on_with_what_was_acknowledged(tmp_path):
    pytest.importorskip("sqlalchemy", reason="the extra 'sql' is not installed")
    store = f"sqlite:///{tmp_path / 'store.db'}"
    mock = Served(store, tmp_path, workers=2)
    made = [httpx.post(f"{mock.url}/things", json={"name": str(n)}, timeout=SLOW).json() for n in range(3)]
    children = mock.children()
    mock.process.kill()  # nobody is left to stop the workers: they have to see it by themselves
    mock.process.wait()
    wait_until(lambda: not any(_command_line(str(pid)) for pid in children))
    again = Served(store, tmp_path)

    assert httpx.get(f"{again.url}/things", timeout=SLOW).json()[-3:] == made
    assert httpx.post(f"{again.url}/things", json={}, timeout=SLOW).json()["id"] == made[-1]["id"] + 1
    again.stop()


def test_workers_that_are_told_to_stop_finish_what_they_are_on_and_let_nobody_else_in(tmp_path):
    pytest.importorskip("sqlalchemy", reason="the extra 'sql' is not installed")
    mock = Served(f"sqlite:///{tmp_path / 'store.db'}", tmp_path, workers=2)
    answers: list[int] = []

    def ask() -> None:
        headers = {"Prefer": "wait=2"}
        answers.append(httpx.post(f"{mock.url}/things", json={}, headers=headers, timeout=SLOW).status_code)

    asking = [threading.Thread(target=ask) for _ in range(4)]
    for thread in asking:
        thread.start()
    time.sleep(1)
    mock.process.send_signal(signal.SIGTERM)
    time.sleep(0.5)
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{mock.url}/_mock/ready", timeout=SLOW)
    assert answers == []
    for thread in asking:
        thread.join()

    assert answers == [201] * 4
    assert mock.process.wait(SLOW) == 0


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--workers", "2"], "2 workers need a store that they share: --store sqlite:///mock.db"),
        (["--store", "mysql://host/x"], "--store takes a URL"),
        (["--workers", "0"], "0 is not in the range"),
    ],
)
def test_what_workers_need_is_told(arguments, told):
    result = CliRunner().invoke(main, ["jobhive", *arguments])

    assert result.exit_code == 2
    assert told in result.output
