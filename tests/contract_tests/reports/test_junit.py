"""Facts about the JUnit report."""

from __future__ import annotations

from xml.etree import ElementTree as Xml

from contract_tests.gates import Gate
from contract_tests.reports import View, render
from contract_tests.results import Report
from specs import Strength
from tests.contract_tests.made import id_of, kept, mixed, report


def suite(found: Report, gate: Gate | None = None) -> Xml.Element:
    root = Xml.fromstring(render(View(found, gate or Gate()), "junit").encode())
    (only,) = root.findall("testsuite")
    return only


def case(found: Report, name: str, gate: Gate | None = None) -> Xml.Element:
    (only,) = [case for case in suite(found, gate).findall("testcase") if case.get("name") == id_of(name)]
    return only


def test_every_judged_claim_is_one_case_and_the_counts_are_right() -> None:
    found = suite(mixed())
    assert len(found.findall("testcase")) == 7
    assert {name: found.get(name) for name in ("tests", "failures", "errors", "skipped", "time")} == {
        "tests": "7",
        "failures": "2",
        "errors": "0",
        "skipped": "1",
        "time": "1.500",
    }


def test_a_case_is_named_by_api_operation_and_claim() -> None:
    assert case(mixed(), "fine").get("classname") == "things.update"


def test_a_broken_claim_is_a_failure_with_its_text() -> None:
    failure = case(mixed(), "second").find("failure")
    assert failure is not None
    assert failure.get("message") == "second is at most 90"
    assert "page.txt:12" in (failure.text or "")


def test_a_weaker_claim_passes_with_output_unless_the_gate_is_strict() -> None:
    assert case(mixed(), "weak").find("failure") is None
    assert "WARNING" in (case(mixed(), "weak").findtext("system-out") or "")
    assert case(mixed(), "weak", Gate(Strength.INFERRED)).find("failure") is not None


def test_waived_claims_and_consequences_pass_and_say_why() -> None:
    assert "the limit is raised soon" in (case(mixed(), "known").findtext("system-out") or "")
    assert f"CONSEQUENCE of {id_of('root')}" in (case(mixed(), "because").findtext("system-out") or "")


def test_a_claim_that_was_not_tested_is_skipped_with_the_reason() -> None:
    skipped = case(mixed(), "unseen").find("skipped")
    assert skipped is not None
    assert skipped.get("message") == "no thing in status done was given"


def test_a_run_that_could_not_judge_is_an_error() -> None:
    found = suite(report(kept("a"), could_not_run="the target went away"))
    assert found.get("errors") == "1"
    error = found.find("testcase/error")
    assert error is not None
    assert error.get("message") == "the target went away"


def test_characters_that_xml_forbids_are_replaced() -> None:
    text = render(View(mixed()), "junit")
    assert "\x00" not in text
    assert "☃" in text
