"""The clock stands still, is set, goes on and is real again; generated times follow."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from mock_server.simulation.clock import BadTime, Clock

from .conftest import TOKEN
from .controlling import controlling

PATH = "/v1/interviews/int_abc123def456"


@pytest.fixture
def ask(mock):
    return mock("jobhive")


@pytest.fixture
def control(ask):
    return controlling(ask)


def updated_at(ask, **headers):
    response = ask("PATCH", PATH, json={"position": "X"}, headers={**TOKEN, **headers}).json()
    assert response["meta"]["timestamp"] == response["data"]["updated_at"]
    return response["data"]["updated_at"]


def test_a_frozen_clock_stands_still(ask, control):
    shown = control("PUT", "/clock", {"mode": "frozen", "at": "2030-01-02T03:04:05+02:00"}).json()

    assert shown == {"mode": "frozen", "now": "2030-01-02T01:04:05.000Z"}
    assert {updated_at(ask), updated_at(ask)} == {"2030-01-02T01:04:05Z"}


def test_a_clock_frozen_at_no_time_stands_still_at_the_time_that_it_is(control):
    first = control("PUT", "/clock", {"mode": "frozen"}).json()["now"]

    assert abs(datetime.fromisoformat(first) - datetime.now(UTC)) < timedelta(minutes=1)
    assert control("GET", "/clock").json()["now"] == first


def test_a_clock_that_is_set_goes_on(ask, control):
    shown = control("PUT", "/clock", {"mode": "set", "at": "2030-12-31T23:00:00Z"}).json()

    assert (shown["mode"], shown["now"][:14]) == ("set", "2030-12-31T23:")
    assert updated_at(ask).startswith("2030-12-31T23:0")
    assert control("GET", "/clock").json()["now"] >= shown["now"]


@pytest.mark.parametrize("mode", ["frozen", "set"])
def test_time_can_be_let_pass(ask, control, mode):
    control("PUT", "/clock", {"mode": mode, "at": "2030-01-01T00:00:00Z"})

    shown = control("POST", "/clock/advance", {"seconds": 86400}).json()

    assert (shown["mode"], shown["now"][:16]) == (mode, "2030-01-02T00:00")
    assert updated_at(ask).startswith("2030-01-02T00:00")


def test_the_real_time_can_be_let_pass_too_and_come_back(control):
    ahead = control("POST", "/clock/advance", {"seconds": 3600}).json()
    real = control("PUT", "/clock", {"mode": "real"}).json()

    assert (ahead["mode"], real["mode"]) == ("set", "real")
    assert datetime.fromisoformat(ahead["now"]) - datetime.fromisoformat(real["now"]) > timedelta(minutes=59)


def test_each_world_has_a_clock_of_its_own(ask, control):
    control("PUT", "/clock", {"mode": "frozen", "at": "2030-01-01T00:00:00Z"}, world="one")

    assert updated_at(ask, **{"X-Mock-World": "one"}) == "2030-01-01T00:00:00Z"
    assert not updated_at(ask).startswith("2030-01-01T00:00:00")
    assert control("GET", "/clock", world="two").json()["mode"] == "real"


def test_worlds_begin_with_the_clock_of_the_options(mock):
    control = controlling(mock("jobhive", clock="2024-01-15T16:45:00Z"))

    assert control("GET", "/clock", world="one").json() == {"mode": "frozen", "now": "2024-01-15T16:45:00.000Z"}


@pytest.mark.parametrize(
    "body",
    [
        {"mode": "set"},
        {"mode": "frozen", "at": "soon"},
        {"mode": "slow"},
        {"mode": "real", "on": 1},
        {"mode": "real", "at": "2024-01-15T16:45:00Z"},
        {},
    ],
)
def test_what_is_no_clock_is_refused(control, body):
    assert control("PUT", "/clock", body).status_code == 422


@pytest.mark.parametrize("seconds", [1e300, -1e300, 1e12, "1"])
def test_a_time_that_cannot_be_shown_is_refused(control, seconds):
    control("PUT", "/clock", {"mode": "frozen", "at": "2030-01-01T00:00:00Z"})

    assert control("POST", "/clock/advance", {"seconds": seconds}).status_code == 422
    assert control("GET", "/clock").json()["now"] == "2030-01-01T00:00:00.000Z"


def test_a_clock_that_is_set_stands_still_where_its_years_end(ask, control):
    control("PUT", "/clock", {"mode": "set", "at": "9999-12-31T23:59:59.999999Z"})

    assert updated_at(ask) == "9999-12-31T23:59:59Z"
    assert control("GET", "/clock").json() == {"mode": "set", "now": "9999-12-31T23:59:59.999Z"}


def test_a_second_that_no_clock_shows_is_refused(control):
    assert "is no time" in control("PUT", "/clock", {"mode": "frozen", "at": "2016-12-31T23:59:60Z"}).json()["detail"]


def test_a_clock_that_goes_on_cannot_be_let_pass_beyond_its_years():
    clock = Clock()
    with pytest.raises(BadTime, match="1 to 9999"):
        clock.advance(timedelta(days=9999 * 366))
    assert clock.mode == "real"
