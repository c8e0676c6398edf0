"""The report as JUnit XML, for CI systems: one test case per claim."""

from __future__ import annotations

import re
from xml.etree import ElementTree as Xml

from contract_tests.gates import Standing
from contract_tests.reports.view import View, described
from contract_tests.results import Judgement

_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def render(view: View) -> str:
    """The report as JUnit XML. A failed claim is a failure, one that was not tested is skipped with its reason.

    Warnings, waived claims and consequences pass, and say what they are in `system-out`. A run that could not judge
    everything has one more case, `the run`, with an error.
    """
    report = view.report
    cases = [_case(view, judgement) for judgement in sorted(view.shown, key=_operation)]
    if report.could_not_run:
        case = Xml.Element("testcase", classname=report.api, name="the run", time="0")
        Xml.SubElement(case, "error", message=_clean(report.could_not_run), type="CouldNotRun")
        cases.insert(0, case)
    counts = {
        "tests": str(len(cases)),
        "failures": str(sum(case.find("failure") is not None for case in cases)),
        "errors": str(sum(case.find("error") is not None for case in cases)),
        "skipped": str(sum(case.find("skipped") is not None for case in cases)),
        "time": f"{report.seconds:.3f}",
    }
    counts_of_all = {name: value for name, value in counts.items() if name != "skipped"}
    root = Xml.Element("testsuites", {"name": "contract-tests", **counts_of_all})
    suite = Xml.SubElement(root, "testsuite", {"name": _clean(report.api), **counts})
    properties = Xml.SubElement(suite, "properties")
    for name, value in (("url", report.url), ("seed", report.seed), ("profile", report.profile)):
        Xml.SubElement(properties, "property", name=name, value=_clean(str(value)))
    suite.extend(cases)
    Xml.SubElement(suite, "system-out").text = _clean("\n".join([*view.headlines(), *report.notes]))
    Xml.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + Xml.tostring(root, encoding="unicode") + "\n"


def _operation(judgement: Judgement) -> str:
    return judgement.claim.operation


def _case(view: View, judgement: Judgement) -> Xml.Element:
    claim, standing = judgement.claim, view.standing(judgement)
    seconds = sum(step.seconds for step in judgement.failure.steps) if judgement.failure else 0.0
    classname = ".".join(part for part in (view.report.api, claim.operation) if part)
    case = Xml.Element("testcase", classname=_clean(classname), name=_clean(claim.id), time=f"{seconds:.3f}")
    if standing is Standing.FAILED:
        failure = Xml.SubElement(case, "failure", message=_clean(claim.text), type=claim.strength.value)
        failure.text = _clean(described(view, judgement))
    elif standing is Standing.NOT_TESTED:
        Xml.SubElement(case, "skipped", message=_clean(judgement.reason or "not tested"))
    elif standing is not Standing.KEPT:
        words = standing.value.upper()
        if standing is Standing.CONSEQUENCE:
            words += f" of {judgement.caused_by}"
        Xml.SubElement(case, "system-out").text = _clean(f"{words}: {described(view, judgement)}")
    return case


def _clean(text: str) -> str:
    return _ILLEGAL.sub("\N{REPLACEMENT CHARACTER}", text)
