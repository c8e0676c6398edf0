"""Facts about events: those that come and should not, and those that should and don't."""

from __future__ import annotations

import socket
import urllib.request

import pytest

import specs
from contract_tests import Report, RunOptions, Verdict, run
from contract_tests.receiver import listening
from tests.targets import serve


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def judged(fault: str | None) -> Report:
    api, port = specs.load("jobhive"), free_port()
    only = tuple(claim.id for claim in api.claims if claim.kind == "webhook")
    with serve("jobhive", fault=fault, webhook_url=f"http://127.0.0.1:{port}/hooks") as target:
        listen = ("127.0.0.1", port)
        return run(api, RunOptions(url=target.url, states=target.states, listen=listen, only=only, schemathesis=False))


@pytest.fixture(scope="module")
def honest() -> Report:
    return judged(None)


def test_events_that_come_when_they_should_keep_every_claim(honest: Report) -> None:
    assert [judgement.claim.id for judgement in honest.of(Verdict.BROKEN)] == []
    assert len(honest.of(Verdict.KEPT)) == 5


@pytest.mark.parametrize(
    ("fault", "claim"),
    [
        ("no_interview_rescheduled", "webhook/interview.rescheduled:sent"),
        ("rescheduled_for_anything", "webhook/interview.rescheduled:not-otherwise"),
        ("notified_in_spite", "webhook/candidate.notified:not-otherwise"),
        ("updated_for_unknown", "webhook/interview.updated:sent"),
    ],
)
def test_a_fault_of_an_event_is_named(fault: str, claim: str) -> None:
    assert [judgement.claim.id for judgement in judged(fault).broken] == [claim]


def test_an_event_is_known_by_its_name_wherever_that_stands() -> None:
    port = free_port()
    with listening("127.0.0.1", port) as inbox:
        url = f"http://127.0.0.1:{port}"
        for request in (
            urllib.request.Request(f"{url}/x", b'{"type": "thing.made"}'),
            urllib.request.Request(f"{url}/x", b"{}", {"X-Event": "thing.made"}),
            urllib.request.Request(f"{url}/thing.made", b"{}"),
            urllib.request.Request(f"{url}/x", b'{"type": "thing.made.again"}'),
        ):
            urllib.request.urlopen(request, timeout=5).close()
        assert inbox.await_event("thing.made", 0, 1.0)
        assert [delivery.names("thing.made") for delivery in inbox.since(0)] == [True, True, True, False]
        assert not inbox.await_event("thing.lost", 0, 0.01)
