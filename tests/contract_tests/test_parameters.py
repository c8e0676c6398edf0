"""Facts about the words of the command line."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import specs
from contract_tests import parameters


@pytest.mark.parametrize(
    ("parse", "text", "value"),
    [
        (parameters.target, "http://localhost:3000", "http://localhost:3000"),
        (parameters.target, "https://[::1]:8443/api/v1/", "https://[::1]:8443/api/v1/"),
        (parameters.setup, "http://localhost:3000/setup?key=1", "http://localhost:3000/setup?key=1"),
        (parameters.shard, "1/1", (1, 1)),
        (parameters.shard, "2/4", (2, 4)),
        (parameters.share, "95%", 0.95),
        (parameters.share, "12.5", 0.125),
        (parameters.address, "127.0.0.1:8099", ("127.0.0.1", 8099)),
        (parameters.address, ":0", ("127.0.0.1", 0)),
        (parameters.address, "[::1]:80", ("::1", 80)),
        (parameters.header, "X-Tenant: a: b", ("X-Tenant", "a: b")),
        (parameters.header, "X-Empty:", ("X-Empty", "")),
    ],
)
def test_what_is_right_is_read(parse: Callable[[str], Any], text: str, value: Any) -> None:
    assert parse(text) == value


@pytest.mark.parametrize(
    ("parse", "text", "said"),
    [
        (parameters.target, "localhost:3000", "http://localhost:3000"),
        (parameters.target, "ftp://localhost", "no URL of a target"),
        (parameters.target, "http://", "no URL of a target"),
        (parameters.target, "http://localhost:port", "is no URL"),
        (parameters.target, "http://localhost:99999", "is no URL"),
        (parameters.target, "http://[::1", "is no URL"),
        (parameters.target, "http://me:secret@localhost", "--token or --header"),
        (parameters.target, "http://localhost/?a=1", "query"),
        (parameters.setup, "setup.sh", "no URL"),
        (parameters.shard, "0/4", "2/4"),
        (parameters.shard, "5/4", "2/4"),
        (parameters.shard, "2", "2/4"),
        (parameters.shard, "a/b", "2/4"),
        (parameters.share, "most", "95%"),
        (parameters.share, "101%", "95%"),
        (parameters.share, "nan", "95%"),
        (parameters.address, "8099", "127.0.0.1:8099"),
        (parameters.address, "localhost:http", "127.0.0.1:8099"),
        (parameters.address, "localhost:70000", "127.0.0.1:8099"),
        (parameters.header, "X-Tenant", "'X-Tenant: 7'"),
        (parameters.header, "X Tenant: 7", "'X-Tenant: 7'"),
        (parameters.header, "X-Tenant: 7\r\nX-Other: 8", "characters that no header can have"),
        (parameters.day, "tomorrow", "2027-03-31"),
    ],
)
def test_what_is_wrong_is_told_with_the_right_form(parse: Callable[[str], Any], text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said.replace("[", r"\[")) as caught:
        parse(text)
    assert "secret" not in str(caught.value)


def test_claims_are_chosen_by_id_and_by_pattern() -> None:
    api = specs.load("jobhive")
    maximum = "updateInterview/request/body/duration_minutes:maximum"
    assert parameters.chosen(api, [maximum]) == (maximum,)
    assert maximum in parameters.chosen(api, ["*/duration_minutes:m*"])
    assert parameters.chosen(api, []) == ()


def test_an_unknown_claim_is_told_with_its_neighbours() -> None:
    with pytest.raises(ValueError, match=r"duration_minutes:maximum"):
        parameters.chosen(specs.load("jobhive"), ["updateInterview/request/body/duration_minutes:max"])


def test_an_assumed_claim_cannot_be_chosen_alone() -> None:
    api = specs.load("jobhive")
    assumed = next(claim.id for claim in api.claims if claim.strength is specs.Strength.ASSUMED)
    with pytest.raises(ValueError, match="never judged"):
        parameters.chosen(api, [assumed])
