"""Coverage: what the exchanges of a mock have exercised, in the format of the contract suite."""

from __future__ import annotations

import pytest

from contract_tests.reports.json import parse
from contract_tests.results import Verdict
from mock_server import create_app

from ..conftest import TOKEN, asking

INTERVIEW = "/v1/interviews/int_abc123def456"
COVERAGE = "/_mock/api/coverage"


@pytest.fixture
def ask():
    return asking(create_app(["jobhive", "kombo"]))


def judgements(report):
    return {judgement.claim.id: judgement for judgement in report.judgements}


def test_every_claim_of_the_api_is_judged_in_a_report_that_the_contract_suite_reads(ask):
    ask("PATCH", INTERVIEW, json={"position": "Developer"}, headers=TOKEN)
    ask("PATCH", INTERVIEW, json={"position": "Tester"}, headers=TOKEN)

    report = parse(ask("GET", f"{COVERAGE}?api=jobhive").text)

    found = judgements(report)
    assert (report.api, report.profile, report.requests) == ("jobhive", "mock", 2)
    position = found["updateInterview/request/body/position:type"]
    assert (position.verdict, position.observations) == (Verdict.KEPT, 2)
    skills = found["updateInterview/request/body/skills:type"]
    assert (skills.verdict, skills.reason) == (Verdict.NOT_TESTED, "no exchange exercised it")
    law = next(judgement for judgement in report.judgements if judgement.claim.part == "rule")
    assert "more than one exchange" in law.reason


def test_what_a_client_did_wrong_is_broken_and_shown_without_secrets(ask):
    ask("PATCH", INTERVIEW, json={"duration_minutes": 91}, headers={"Authorization": "Bearer very-secret"})

    response = ask("GET", f"{COVERAGE}?api=jobhive")

    failure = judgements(parse(response.text))["updateInterview/request/body/duration_minutes:maximum"].failure
    assert (failure.expected, failure.got, failure.where) == ("at most 90", "91", "/duration_minutes")
    assert failure.steps[0].status == 422
    assert "very-secret" not in response.text


def test_operations_that_were_never_called_are_named(ask):
    report = ask("GET", f"{COVERAGE}?api=kombo").json()

    assert report["operations"] == {"PatchAtsApplicationsApplicationIdInterviews": 0}
    assert any("PatchAtsApplicationsApplicationIdInterviews" in note for note in report["notes"])
    assert {judgement["verdict"] for judgement in report["judgements"]} == {"not tested"}


def test_each_world_has_exercised_what_it_has(ask):
    ask("PATCH", INTERVIEW, json={}, headers={**TOKEN, "X-Mock-World": "mine"})

    mine = ask("GET", f"{COVERAGE}?api=jobhive", headers={"X-Mock-World": "mine"}).json()

    assert mine["operations"] == {"updateInterview": 1}
    assert ask("GET", f"{COVERAGE}?api=jobhive").json()["operations"] == {"updateInterview": 0}


def test_which_api_has_to_be_said_where_there_are_several(ask):
    refused = ask("GET", COVERAGE)

    assert refused.status_code == 422
    assert "jobhive, kombo" in refused.json()["detail"]
    assert asking(create_app("jobhive"))("GET", COVERAGE).json()["api"] == "jobhive"
    assert ask("GET", f"{COVERAGE}?api=nobody").status_code == 404


def test_exchanges_that_were_not_kept_whole_are_told_of(ask):
    ask("PATCH", INTERVIEW, json={"position": "x" * 100_000}, headers=TOKEN)

    report = ask("GET", f"{COVERAGE}?api=jobhive").json()

    assert report["requests"] == 0
    assert "Exchanges with long bodies were not looked at: 1." in report["notes"]
