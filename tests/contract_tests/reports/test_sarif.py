"""Facts about the SARIF report."""

from __future__ import annotations

import json
from typing import Any

from contract_tests.gates import Gate
from contract_tests.reports import View, render
from contract_tests.results import Report
from specs import Strength
from tests.contract_tests.made import id_of, kept, mixed, report


def run(found: Report, **members: Any) -> Any:
    document = json.loads(render(View(found, **members), "sarif"))
    assert document["version"] == "2.1.0"
    (only,) = document["runs"]
    return only


def result(name: str, **members: Any) -> Any:
    (only,) = [result for result in run(mixed(), **members)["results"] if result["ruleId"] == id_of(name)]
    return only


def test_rules_are_the_judged_claims() -> None:
    rules = run(mixed())["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == [
        id_of(name) for name in ("fine", "weak", "root", "second", "because", "known", "unseen")
    ]
    assert all(rule["shortDescription"]["text"] for rule in rules)


def test_every_result_points_to_its_rule() -> None:
    found = run(mixed())
    rules = found["tool"]["driver"]["rules"]
    assert all(rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in found["results"])


def test_a_result_stands_at_the_line_of_the_page() -> None:
    (location,) = result("second", pages="docs")["locations"]
    assert location["physicalLocation"] == {"artifactLocation": {"uri": "docs/page.txt"}, "region": {"startLine": 12}}


def test_failures_are_errors_and_weaker_claims_warnings_unless_the_gate_is_strict() -> None:
    assert result("second")["level"] == "error"
    assert result("weak")["level"] == "warning"
    assert result("weak", gate=Gate(Strength.INFERRED))["level"] == "error"


def test_a_waived_failure_is_suppressed_with_its_reason() -> None:
    assert "raised soon" in result("known")["suppressions"][0]["justification"]


def test_a_consequence_is_a_related_place_of_its_root() -> None:
    assert "(a consequence)" in result("root")["relatedLocations"][0]["message"]["text"]
    assert id_of("because") not in [result["ruleId"] for result in run(mixed())["results"]]


def test_a_result_keeps_its_fingerprint_when_the_target_moves() -> None:
    prints = {run(mixed())["results"][0]["partialFingerprints"]["claim/v1"] for _ in range(2)}
    assert len(prints) == 1


def test_a_run_that_could_not_judge_says_so() -> None:
    (invocation,) = run(report(kept("a"), could_not_run="the target went away"))["invocations"]
    assert invocation["executionSuccessful"] is False
    assert invocation["exitCode"] == 2
    assert invocation["toolExecutionNotifications"][0]["message"]["text"] == "the target went away"
