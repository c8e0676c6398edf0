"""Where several processes serve one mock, its clock and its faults are those of all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from mock_server import MockOptions
from mock_server.creation import assemble, make_table

from ..conftest import TOKEN, asking
from ..controlling import controlling

PATH = "/v1/interviews/int_abc123def456"


@pytest.fixture
def process(shared_url: str) -> Iterator[Callable[..., Callable]]:
    """`process()` is what another process would serve."""
    tables = []

    def begin(**options: object) -> Callable:
        tables.append(make_table("jobhive", MockOptions(store=shared_url, **options)))
        return asking(assemble(tables[-1]))

    yield begin
    for table in tables:
        table.worlds.close()


def update(ask, **headers):
    return ask("PATCH", PATH, json={"position": "X"}, headers={**TOKEN, **headers})


def test_the_clock_is_set_for_all_processes(process):
    one, other = process(), process()

    controlling(one)("PUT", "/clock", {"mode": "frozen", "at": "2030-01-01T00:00:00Z"})
    controlling(other)("POST", "/clock/advance", {"seconds": 60})

    assert update(one).json()["meta"]["timestamp"] == "2030-01-01T00:01:00Z"
    assert update(other).json()["meta"]["timestamp"] == "2030-01-01T00:01:00Z"
    assert controlling(one)("GET", "/clock").json()["now"] == "2030-01-01T00:01:00.000Z"
    controlling(one)("PUT", "/clock", {"mode": "set", "at": "2031-01-01T00:00:00Z"})
    assert update(other).json()["meta"]["timestamp"].startswith("2031-01-01T00:0")


def test_a_fault_strikes_the_next_requests_whichever_process_answers(process):
    one, other = process(), process()
    controlling(one)("POST", "/faults", {"kind": "status", "status": 503, "times": 3})

    statuses = [update(ask).status_code for ask in (one, other, one, other, one)]

    assert statuses == [503, 503, 503, 200, 200]
    assert controlling(other)("GET", "/faults").json() == {"faults": []}


def test_a_rate_limit_counts_over_all_processes(process):
    one, other = process(), process()
    controlling(other)("POST", "/faults", {"kind": "rate_limit", "limit": 3, "seconds": 3600})

    assert [update(ask).status_code for ask in (one, other, one, other)] == [200, 200, 200, 429]
    assert controlling(one)("GET", "/faults").json()["faults"][0]["struck"] == 1
    assert update(one, **{"X-Mock-World": "elsewhere"}).status_code == 200


def test_a_rate_limit_of_each_client_counts_over_all_processes_and_goes_on_after_a_restart(process):
    one, other = process(), process()
    controlling(other)("POST", "/faults", {"kind": "rate_limit", "limit": 2, "seconds": 3600, "per": "client"})
    mine, yours = ({"Authorization": f"Bearer {name}"} for name in ("mine", "yours"))

    assert [update(ask, **mine).status_code for ask in (one, other, one)] == [200, 200, 429]
    assert update(other, **yours).headers["x-ratelimit-remaining"] == "1"
    assert update(process(), **mine).status_code == 429


def test_a_fault_that_was_taken_out_is_out_everywhere(process):
    one, other = process(), process()
    controlling(one)("POST", "/faults", {"kind": "status", "status": 503})
    assert update(other).status_code == 503

    assert controlling(other)("DELETE", "/faults/fault-1").status_code == 204

    assert update(one).status_code == 200


def test_what_was_set_goes_on_unless_the_mock_is_told_otherwise_at_its_start(process):
    controlling(process())("PUT", "/clock", {"mode": "frozen", "at": "2030-01-01T00:00:00Z"})

    assert controlling(process())("GET", "/clock").json()["now"] == "2030-01-01T00:00:00.000Z"
    told = process(clock="2024-01-15T16:45:00Z")
    assert controlling(told)("GET", "/clock").json()["now"] == "2024-01-15T16:45:00.000Z"


def test_a_forgotten_world_begins_anew_in_all_processes(process):
    one, other = (controlling(process(clock="2024-01-15T16:45:00Z")) for _ in range(2))
    for control in (one, other):
        control("GET", "/clock", world="mine")
    one("PUT", "/clock", {"mode": "set", "at": "2030-01-01T00:00:00Z"}, world="mine")
    one("POST", "/faults", {"kind": "status", "status": 503}, world="mine")
    assert other("GET", "/clock", world="mine").json()["mode"] == "set"

    assert one("DELETE", "/worlds/mine").status_code == 204

    for control in (other, one):
        assert control("GET", "/clock", world="mine").json()["now"] == "2024-01-15T16:45:00.000Z"
        assert control("GET", "/faults", world="mine").json() == {"faults": []}


def test_the_worlds_of_all_processes_are_listed_and_forgotten(process):
    one, other = controlling(process()), controlling(process())
    one("GET", "/clock", world="mine")
    other("GET", "/clock", world="yours")

    for control in (one, other):
        names = [world["name"] for world in control("GET", "/worlds").json()["worlds"]]
        assert (names[0], sorted(names[1:])) == ("common", ["mine", "yours"])
    assert one("DELETE", "/worlds/yours").status_code == 204
    assert one("DELETE", "/worlds/yours").status_code == 404
    assert [world["name"] for world in other("GET", "/worlds").json()["worlds"]] == ["common", "mine"]
