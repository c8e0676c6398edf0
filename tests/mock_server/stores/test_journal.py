"""The journal is the same in memory and in databases, and one for all mocks that share a database."""

from __future__ import annotations

import asyncio
import json

import httpx
import pytest

from mock_server import MockOptions, create_app

from ..conftest import TOKEN, asking

INTERVIEW = "/v1/interviews/int_abc123def456"
JOURNAL = "/_mock/api/journal"


@pytest.fixture
def mock():
    """`mock(url, journal=3)` makes a mock on a store; all are closed at the end, as servers close them."""
    made = []

    def make(url, api="jobhive", **options):
        made.append(create_app(api, MockOptions(store=url, clock="2024-01-15T16:45:00Z", **options)))
        return made[-1]

    yield make
    for app in made:
        asyncio.run(stop(app))


async def stop(app):
    messages = [{"type": "lifespan.shutdown"}]

    async def receive():
        return messages.pop()

    async def send(message):
        assert message["type"] == "lifespan.shutdown.complete"

    await app({"type": "lifespan"}, receive, send)


@pytest.fixture
def ask(mock, url):
    return asking(mock(url))


def without_times(entry):
    return {name: value for name, value in entry.items() if name not in ("time", "milliseconds")}


def test_an_exchange_reads_the_same_wherever_it_is_kept(ask, mock):
    in_memory = asking(mock(None))
    for each in (ask, in_memory):
        each("PATCH", INTERVIEW + "?a=b", json={"position": "Köchin"}, headers=TOKEN)
        each("PATCH", INTERVIEW, json={"duration_minutes": 91}, headers=TOKEN)
        each("PATCH", INTERVIEW, content=b"\xff\x00", headers=TOKEN)
        each("GET", "/nowhere")

    kept, known = (each("GET", JOURNAL).json() for each in (ask, in_memory))

    assert [without_times(entry) for entry in kept["entries"]] == [without_times(entry) for entry in known["entries"]]
    assert [entry["number"] for entry in kept["entries"]] == [1, 2, 3, 4]
    assert [bool(entry["refusal"]) for entry in kept["entries"]] == [False, True, True, True]
    assert (kept["last"], kept["forgotten"]) == (4, 0)


def test_it_is_bounded_cleared_and_numbered_on(mock, url):
    ask = asking(mock(url, journal=3))
    for _ in range(5):
        ask("PATCH", INTERVIEW, json={}, headers=TOKEN)
    bounded = ask("GET", JOURNAL).json()
    ask("DELETE", JOURNAL)
    ask("PATCH", INTERVIEW, json={}, headers=TOKEN)
    after = ask("GET", JOURNAL).json()

    assert [entry["number"] for entry in bounded["entries"]] == [3, 4, 5]
    assert (bounded["last"], bounded["forgotten"]) == (5, 2)
    assert [entry["number"] for entry in after["entries"]] == [6]
    assert ask("GET", f"{JOURNAL}/entries/5").status_code == 404
    assert ask("GET", f"{JOURNAL}/entries/6").json() == after["entries"][0]


def test_a_forgotten_world_leaves_no_exchange(ask):
    mine = {"X-Mock-World": "mine"}
    ask("PATCH", INTERVIEW, json={}, headers={**TOKEN, **mine})
    assert ask("GET", JOURNAL, headers=mine).json()["last"] == 1

    assert ask("DELETE", "/_mock/api/worlds/mine").status_code == 204

    assert ask("GET", JOURNAL, headers=mine).json() == {"entries": [], "last": 0, "forgotten": 0}


def test_mocks_of_one_store_have_one_journal(mock, shared_url):
    one, other = asking(mock(shared_url)), asking(mock(shared_url))
    one("PATCH", INTERVIEW, json={"position": "first"}, headers=TOKEN)
    other("PATCH", INTERVIEW, json={"position": "second"}, headers=TOKEN)

    entries, others = (each("GET", JOURNAL).json()["entries"] for each in (one, other))
    verified = other("POST", f"{JOURNAL}/verify", json={"request": {"operation": "updateInterview"}}).json()
    coverage = one("GET", "/_mock/api/coverage?api=jobhive").json()

    assert entries == others
    assert [json.loads(entry["request"]["body"]["text"])["position"] for entry in entries] == ["first", "second"]
    assert (verified["verified"], verified["count"]) == (True, 2)
    assert coverage["operations"] == other("GET", "/_mock/api/coverage?api=jobhive").json()["operations"]


def test_those_who_watch_one_mock_hear_of_the_others(mock, shared_url):
    watched, other = mock(shared_url), mock(shared_url)

    async def watch():
        heard: asyncio.Queue[bytes] = asyncio.Queue()
        leave = asyncio.Event()
        scope = {"type": "http", "method": "GET", "path": f"{JOURNAL}/events", "query_string": b"", "headers": []}
        scope |= {"http_version": "1.1", "client": ("127.0.0.1", 1)}
        messages = [{"type": "http.request", "body": b""}]

        async def receive():
            if messages:
                return messages.pop()
            await leave.wait()
            return {"type": "http.disconnect"}

        async def send(message):
            if message["type"] == "http.response.body":
                await heard.put(message["body"])

        watching = asyncio.ensure_future(watched(scope, receive, send))
        await asyncio.wait_for(heard.get(), 10)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(other), base_url="http://mock") as client:
            await client.patch(INTERVIEW, json={"position": "elsewhere"}, headers=TOKEN)
        event = await asyncio.wait_for(heard.get(), 10)
        leave.set()
        await asyncio.wait_for(watching, 10)
        return event.decode()

    assert "elsewhere" in asyncio.run(watch())


def test_an_api_that_is_no_longer_served_is_named_no_more(mock, shared_url):
    asking(mock(shared_url))("PATCH", INTERVIEW, json={}, headers=TOKEN)
    kombo = asking(mock(shared_url, "kombo"))

    (entry,) = kombo("GET", JOURNAL).json()["entries"]

    assert (entry["api"], entry["operation"]) == (None, None)
    assert entry["request"]["path"] == INTERVIEW
