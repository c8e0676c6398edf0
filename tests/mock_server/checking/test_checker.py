"""Exchanges with right and wrong implementations, held against the claims."""

from __future__ import annotations

import json
from functools import cache

import pytest

import specs
from mock_server.checking import Checker, Exchanged
from tests.targets import VARIANTS
from tests.targets.messages import Request
from tests.targets.served import build

PATHS = {
    ("driver_interviews", "createInterview"): {},
    ("driver_interviews", "updateInterview"): {"id": "27"},
    ("driver_interviews", "amendInterview"): {"id": "83"},
    ("jobhive", "updateInterview"): {"id": "int_abc123def456"},
}
JOBHIVE = "/v1/interviews/int_abc123def456"


@cache
def checker(api: str) -> Checker:
    return Checker(specs.load(api))


def exchanged(api, operation, request, answer, values):
    return Exchanged(
        checker(api).api.by_id[operation],
        request.method,
        request.path,
        values,
        b"",
        [(name.lower().encode(), value.encode("latin-1")) for name, value in request.headers.items()],
        request.body,
        answer.status,
        [(name.lower().encode(), value.encode("latin-1")) for name, value in answer.headers.items()],
        answer.body,
    )


def documented(api, target):
    """The findings on the documented requests of an API, as a target answers them."""
    findings = []
    for fixture in checker(api).api.fixtures:
        asked = fixture.request
        if asked is None:
            continue
        headers = {name.lower(): value for name, value in asked.headers.items()}
        request = Request(asked.method, asked.path, headers, json.dumps(asked.body).encode())
        values = PATHS.get((api, fixture.operation), {"application_id": "x"})
        findings += checker(api).hold(exchanged(api, fixture.operation, request, target.handle(request), values))
    return findings


def jobhive(body, *, fault=None, headers=None, path=JOBHIVE):
    """The findings on one update of JobHive."""
    usual = {"authorization": "Bearer some-token", "content-type": "application/json"}
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    request = Request("PATCH", path, usual if headers is None else headers, raw)
    answer = build("jobhive", fault=fault).handle(request)
    values = {"id": path.rpartition("/")[2]}
    return checker("jobhive").hold(exchanged("jobhive", "updateInterview", request, answer, values))


def broken(findings, side="upstream"):
    return {finding.claim.id for finding in findings if finding.violation and finding.claim and finding.side == side}


def kept(findings):
    return {finding.claim.id for finding in findings if finding.violation is None}


@pytest.mark.parametrize("variant", sorted(VARIANTS))
def test_no_honest_implementation_is_blamed_for_what_is_documented(variant):
    api, _, name = variant.partition("/")

    blamed = [
        finding.claim.id
        for finding in documented(api, build(api, variant=name))
        if finding.violation and finding.violation.strength == "documented"
    ]

    assert blamed == []


@pytest.mark.parametrize(
    ("fault", "claim"),
    [
        ("no_id", "updateInterview/response/200/body/data/id:required"),
        ("other_type_of_position", "updateInterview/response/200/body/data/position:type"),
        ("success_answers_204", "updateInterview/response/200:status"),
        ("success_answers_500", "updateInterview/response/200:status"),
        ("media_type_html", "updateInterview/response/200:media-type=application/json"),
        ("no_media_type", "updateInterview/response/200:media-type=application/json"),
        ("body_not_json", "updateInterview/response/200/body:type"),
        ("body_empty", "updateInterview/response/200/body:type"),
    ],
)
def test_a_wrong_answer_breaks_the_claim_it_breaks(fault, claim):
    assert claim in broken(jobhive({"position": "Developer"}, fault=fault))


def test_an_answer_as_documented_keeps_its_claims_and_those_of_the_request():
    findings = jobhive({"duration_minutes": 60})

    assert broken(findings) == broken(findings, "client") == set()
    assert {
        "updateInterview/request/body/duration_minutes:maximum",
        "updateInterview/request/body/position:optional",
        "updateInterview/request/body/send_notification:default",
        "updateInterview/request/body:media-type=application/json",
        "updateInterview/response/200:status",
        "updateInterview/response/200/body/data/skills/*:type",
    } <= kept(findings)
    assert "updateInterview/request/body/position:type" not in kept(findings)


def test_a_wrong_request_is_the_clients_fault_and_cites_the_page():
    findings = jobhive({"duration_minutes": 91, "difficulty": "easy"})

    assert broken(findings) == set()
    assert broken(findings, "client") == {
        "updateInterview/request/body/duration_minutes:maximum",
        "updateInterview/request/body/difficulty:enum",
    }
    told = next(finding for finding in findings if finding.violation).as_json()
    assert (told["side"], told["got"]) == ("client", "91")
    assert told["source"].startswith("003_1268dbac8b877aa1.txt:25")


def test_a_request_that_cannot_be_read_breaks_no_claim_and_is_told():
    findings = jobhive(b"{", headers={"authorization": "Bearer x", "content-type": "application/json"})

    (wrong,) = [finding for finding in findings if finding.violation]
    assert (wrong.claim, wrong.side, wrong.violation.keyword) == (None, "client", "content")
    assert "updateInterview/robustness:malformed-json" in kept(findings)


@pytest.mark.parametrize(
    ("authorization", "word"), [(None, "missing"), ("Basic dTpw", "scheme")], ids=["missing", "scheme"]
)
def test_who_does_not_show_who_it_is_has_to_be_refused(authorization, word):
    headers = {"content-type": "application/json", **({"authorization": authorization} if authorization else {})}
    claim = f"updateInterview/request/security:{word}"

    assert claim in kept(jobhive({}, headers=headers))
    assert claim in broken(jobhive({}, headers=headers, fault="auth_not_checked"))


def test_bad_input_must_not_bring_a_server_down():
    body = {"position": "Entwicklerin 🎉"}

    assert "updateInterview/robustness:emoji" in kept(jobhive(body))
    assert "updateInterview/robustness:emoji" in broken(jobhive(body, fault="crash_on_emoji"))


def test_a_documented_error_is_known_by_what_it_says():
    findings = jobhive({"position": "Developer"}, path="/v1/interviews/int_unknown")

    assert "updateInterview/problem/not_found:code" in kept(findings)
    assert broken(findings) == set()


def test_a_documented_header_that_is_made_of_the_body_is_made_of_this_body():
    api = "driver_interviews"
    findings = documented(api, build(api))

    assert "updateInterview/response/200/header/ETag:made" in kept(findings)
    assert "updateInterview/response/200/header/ETag:made" in broken(documented(api, build(api, fault="etag_constant")))
