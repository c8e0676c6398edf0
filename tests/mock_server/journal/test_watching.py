"""Watching a journal over HTTP."""

from __future__ import annotations

import json
import time

import httpx
import pytest

from ..conftest import TOKEN

INTERVIEW = "/v1/interviews/int_abc123def456"
EVENTS = "/_mock/api/journal/events"


def events(lines):
    """The data of the events, as they come."""
    for line in lines:
        if line.startswith("data: "):
            yield json.loads(line.removeprefix("data: "))


def test_exchanges_come_as_they_happen_and_go_on_after_the_last_that_was_seen(understudy_mock):
    url = understudy_mock("jobhive").url

    with httpx.stream("GET", url + EVENTS, timeout=10) as response:
        lines = response.iter_lines()
        assert next(lines).startswith(":")
        for minutes in (30, 45):
            httpx.patch(url + INTERVIEW, json={"duration_minutes": minutes}, headers=TOKEN)
        coming = events(lines)
        assert [next(coming)["number"] for _ in range(2)] == [1, 2]
    with httpx.stream("GET", url + EVENTS, headers={"Last-Event-ID": "1"}, timeout=10) as response:
        assert next(events(response.iter_lines()))["number"] == 2


@pytest.mark.parametrize("seen", [{"headers": {"Last-Event-ID": "500"}}, {"params": {"after": "9" * 15}}])
def test_what_was_seen_in_a_journal_that_is_no_more_does_not_hide_what_is_in_this_one(understudy_mock, seen):
    url = understudy_mock("jobhive").url
    httpx.get(f"{url}/nothing")

    with httpx.stream("GET", url + EVENTS, timeout=10, **seen) as response:
        coming = events(response.iter_lines())
        assert next(coming)["number"] == 1
        httpx.get(f"{url}/nothing")
        assert next(coming)["number"] == 2


def test_a_mock_that_stops_ends_the_streams(understudy_mock):
    mock = understudy_mock("jobhive")

    with httpx.stream("GET", mock.url + EVENTS, timeout=10) as response:
        lines = response.iter_lines()
        next(lines)
        started = time.monotonic()
        mock.close()
        assert list(events(lines)) == []

    assert time.monotonic() - started < 4
