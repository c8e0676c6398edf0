"""The journal through the control API: what is kept, what is shown of it, and what is not."""

from __future__ import annotations

import asyncio
import json

import pytest

from mock_server import MockOptions, create_app
from mock_server.journal import Journal
from mock_server.journal.exchanges import MemoryExchanges
from mock_server.journal.filters import Filter
from mock_server.journal.noted import Noted

from ..conftest import TOKEN, asking

INTERVIEW = "/v1/interviews/int_abc123def456"
JOURNAL = "/_mock/api/journal"


@pytest.fixture
def ask():
    return asking(create_app("jobhive", MockOptions(clock="2024-01-15T16:45:00Z")))


def noted(**members):
    empty = Noted(0, 0.0, 0.0, "common", None, None, "GET", "/", b"", [], b"", 0, 200, [], b"", 0, None, ())
    return empty._replace(**members)


def test_an_exchange_is_kept_as_it_was_received_and_answered(ask):
    response = ask("PATCH", INTERVIEW + "?a=b", json={"position": "Developer"}, headers=TOKEN)

    (entry,) = ask("GET", JOURNAL).json()["entries"]

    assert (entry["number"], entry["api"], entry["operation"], entry["world"]) == (
        1,
        "jobhive",
        "updateInterview",
        "common",
    )
    assert (entry["request"]["method"], entry["request"]["path"]) == ("PATCH", INTERVIEW + "?a=b")
    assert json.loads(entry["request"]["body"]["text"]) == {"position": "Developer"}
    assert entry["answer"]["status"] == 200
    assert entry["answer"]["body"]["text"] == response.text
    assert entry["decision"] == response.headers["mock-decision"]
    assert ask("GET", f"{JOURNAL}/entries/1").json() == entry
    assert ask("GET", f"{JOURNAL}/entries/2").status_code == 404


def test_a_refusal_is_kept_with_its_violations_and_their_sources(ask):
    ask("PATCH", INTERVIEW, json={"duration_minutes": 91}, headers=TOKEN)

    (entry,) = ask("GET", JOURNAL).json()["entries"]

    assert entry["refusal"]["kind"] == "invalid"
    (violation,) = entry["violations"]
    assert (violation["where"], violation["keyword"], violation["got"]) == ("/duration_minutes", "maximum", "91")
    assert "003_1268dbac8b877aa1.txt:25" in violation["source"]


def test_a_request_to_nowhere_is_kept_too(ask):
    ask("GET", "/nowhere")

    (entry,) = ask("GET", JOURNAL).json()["entries"]

    assert (entry["api"], entry["operation"], entry["refusal"]["kind"]) == (None, None, "no_route")


def test_secrets_are_redacted_wherever_they_are_repeated(ask):
    secret = "very-secret-token"
    body = {"position": f"Keeper of {secret}", "password": "hunter2", "nested": {"api_key": 12345}}
    headers = {"Authorization": f"Bearer {secret}", "Cookie": "sid=abcdefghijklmnopqrstuv", "X-Api-Key": "another-key"}
    ask("PATCH", f"{INTERVIEW}?access_token=query-secret&page=2", json=body, headers=headers)

    text = ask("GET", JOURNAL).text + ask("GET", f"{JOURNAL}/har").text

    for hidden in (secret, "hunter2", "12345", "abcdefghijklmnopqrstuv", "another-key", "query-secret"):
        assert hidden not in text
    assert "Keeper of [redacted]" in text
    assert "Bearer [redacted]" in text
    assert "page=2" in text


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("", [1, 2, 3]),
        ("?status=422", [2]),
        ("?status=4XX", [2, 3]),
        ("?operation=updateInterview", [1, 2]),
        ("?api=jobhive&method=patch", [1, 2]),
        ("?path=/v1/*", [1, 2]),
        ("?violations=true", [2]),
        ("?refused=false", [1]),
        ("?after=1&limit=1", [2]),
        ("?limit=1", [3]),
    ],
)
def test_it_is_filtered(ask, query, numbers):
    ask("PATCH", INTERVIEW, json={}, headers=TOKEN)
    ask("PATCH", INTERVIEW, json={"duration_minutes": 91}, headers=TOKEN)
    ask("GET", "/nowhere")

    assert [entry["number"] for entry in ask("GET", JOURNAL + query).json()["entries"]] == numbers


def test_each_world_has_a_journal_of_its_own_and_can_clear_it(ask):
    ask("PATCH", INTERVIEW, json={}, headers={**TOKEN, "X-Mock-World": "mine"})
    ask("PATCH", f"/_world/mine{INTERVIEW}", json={}, headers=TOKEN)

    assert ask("GET", JOURNAL).json()["entries"] == []
    mine = {"X-Mock-World": "mine"}
    assert [entry["world"] for entry in ask("GET", JOURNAL, headers=mine).json()["entries"]] == ["mine", "mine"]
    assert ask("DELETE", JOURNAL, headers=mine).status_code == 204
    assert ask("GET", JOURNAL, headers=mine).json() == {"entries": [], "last": 2, "forgotten": 2}


def test_it_is_bounded_in_number_and_in_bytes():
    few, small = (Journal("common", MemoryExchanges(*bounds)) for bounds in ((3, 10**6), (1000, 10_000)))
    for _ in range(10):
        few.add(noted())
        small.add(noted(body=b"x" * 1000))

    assert [kept.number for kept in few] == [8, 9, 10]
    assert 1 <= len(list(small)) < 8
    assert small.forgotten == 10 - len(list(small))


def test_of_many_exchanges_each_is_there_once_and_in_its_place(ask):
    ask("GET", JOURNAL)
    for minutes in range(15, 65):
        ask("PATCH", INTERVIEW, json={"duration_minutes": minutes}, headers=TOKEN)
        if minutes % 7 == 0:
            ask("GET", f"{JOURNAL}?limit=1")

    kept = ask("GET", f"{JOURNAL}?limit=10000").json()

    assert [entry["number"] for entry in kept["entries"]] == list(range(1, 51))
    sent = [json.loads(entry["request"]["body"]["text"])["duration_minutes"] for entry in kept["entries"]]
    assert sent == list(range(15, 65))
    assert (kept["last"], kept["forgotten"]) == (50, 0)


def test_of_a_long_body_the_beginning_is_kept(ask):
    ask("PATCH", INTERVIEW, json={"position": "é" * 100_000}, headers=TOKEN)

    body = ask("GET", JOURNAL).json()["entries"][0]["request"]["body"]

    assert body["cut"]
    assert 60_000 < len(body["text"].encode()) <= 65_536 < body["bytes"]


def test_none_is_kept_where_none_is_wanted():
    ask = asking(create_app("jobhive", MockOptions(journal=0)))
    ask("PATCH", INTERVIEW, json={}, headers=TOKEN)

    assert ask("GET", JOURNAL).json()["entries"] == []


def test_what_is_no_text_is_kept_as_base64(ask):
    ask("PATCH", INTERVIEW, content=b"\xff\xfe\xfd\xfc\x00", headers=TOKEN)

    assert ask("GET", JOURNAL).json()["entries"][0]["request"]["body"]["base64"] == "//79/AA="


def test_it_can_be_had_as_an_http_archive(ask):
    ask("PATCH", INTERVIEW + "?q=1", json={"position": "Developer"}, headers=TOKEN)

    log = ask("GET", f"{JOURNAL}/har").json()["log"]

    (entry,) = log["entries"]
    assert (log["version"], log["creator"]["name"]) == ("1.2", "understudy")
    assert (entry["request"]["method"], entry["response"]["status"]) == ("PATCH", 200)
    assert entry["request"]["queryString"] == [{"name": "q", "value": "1"}]
    assert json.loads(entry["request"]["postData"]["text"]) == {"position": "Developer"}
    assert entry["response"]["content"]["mimeType"] == "application/json"


def test_those_who_watch_are_told_at_once_and_only_of_what_they_asked_for():
    app = create_app("jobhive", MockOptions())
    sent: asyncio.Queue[bytes] = asyncio.Queue()

    async def watch() -> list[str]:
        scope = {"type": "http", "method": "GET", "path": f"{JOURNAL}/events", "query_string": b"status=4XX"}
        scope |= {"headers": [], "http_version": "1.1", "client": ("127.0.0.1", 1)}
        leave = asyncio.Event()
        messages = [{"type": "http.request", "body": b""}]

        async def receive():
            if messages:
                return messages.pop()
            await leave.wait()
            return {"type": "http.disconnect"}

        async def send(message):
            if message["type"] == "http.response.body":
                await sent.put(message["body"])

        watching = asyncio.ensure_future(app(scope, receive, send))
        first = (await asyncio.wait_for(sent.get(), 5)).decode()
        ask = asking(app)
        await asyncio.to_thread(lambda: None)
        for minutes in (60, 91):
            await _patch(app, minutes)
        second = (await asyncio.wait_for(sent.get(), 5)).decode()
        leave.set()
        await asyncio.wait_for(watching, 5)
        del ask
        return [first, second]

    first, second = asyncio.run(watch())
    assert first.startswith(":")
    lines = second.splitlines()
    assert lines[:2] == ["id: 2", "event: exchange"]
    assert json.loads(lines[2].removeprefix("data: "))["answer"]["status"] == 422


async def _patch(app, minutes):
    import httpx

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://mock") as client:
        await client.patch(INTERVIEW, json={"duration_minutes": minutes}, headers=TOKEN)


def test_nobody_waits_for_a_journal_that_was_closed():
    async def wait():
        journal = Journal()
        waiting = asyncio.ensure_future(journal.more(0, 30))
        await asyncio.sleep(0)
        journal.close()
        return await asyncio.wait_for(waiting, 5), await journal.more(0, 30)

    assert asyncio.run(wait()) == ([], [])


def test_a_filter_without_anything_fits_everything():
    assert Filter().fits(noted())
    assert not Filter(api="jobhive").fits(noted())
    assert not Filter(operation="updateInterview").fits(noted())


def test_a_client_that_reads_on_begins_with_the_oldest(ask):
    for _ in range(5):
        ask("GET", "/nothing")

    def numbers(query):
        return [entry["number"] for entry in ask("GET", f"{JOURNAL}?{query}").json()["entries"]]

    assert (numbers("after=0&limit=2"), numbers("after=2&limit=2"), numbers("limit=2")) == ([1, 2], [3, 4], [4, 5])
    assert numbers("limit=2e0") == [4, 5]


@pytest.mark.parametrize(("method", "status"), [("DELETE", 405), ("OPTIONS", 204)])
def test_a_method_that_is_not_documented_is_kept(ask, method, status):
    ask(method, INTERVIEW, headers={"X-Mock-World": "mine"})

    (entry,) = ask("GET", JOURNAL, headers={"X-Mock-World": "mine"}).json()["entries"]
    assert (entry["request"]["method"], entry["answer"]["status"]) == (method, status)
    assert (entry["api"], entry["operation"]) == ("jobhive", None)
    asked = {"request": {"method": method, "path": "/v1/interviews/{id}"}}
    assert ask("POST", f"{JOURNAL}/verify", json=asked, headers={"X-Mock-World": "mine"}).json()["verified"]
    notes = ask("GET", "/_mock/api/coverage", headers={"X-Mock-World": "mine"}).json()["notes"]
    assert notes == ["Operations that were never called: updateInterview."]
