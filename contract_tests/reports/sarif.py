"""The report as SARIF 2.1.0, for code scanning: rules are claims, results are broken ones at their documentation."""

from __future__ import annotations

import hashlib
import json
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from contract_tests.gates import Standing
from contract_tests.reports.view import View, described
from contract_tests.results import Judgement
from specs import Strength

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

_LEVELS = {Standing.FAILED: "error", Standing.WARNING: "warning", Standing.WAIVED: "error"}


def render(view: View) -> str:
    """The report as SARIF text. Consequences are related places of their root; waived failures are suppressed."""
    rules = [_rule(view, judgement) for judgement in view.report.judgements if _is_rule(view, judgement)]
    index = {rule["id"]: number for number, rule in enumerate(rules)}
    broken = view.having(Standing.FAILED, Standing.WARNING, Standing.WAIVED)
    driver = {"name": "contract-tests", "semanticVersion": _version(), "rules": rules}
    run = {
        "tool": {"driver": driver},
        "automationDetails": {"id": f"contract-tests/{view.report.api}/"},
        "invocations": [_invocation(view)],
        "results": [_result(view, judgement, index[judgement.claim.id]) for judgement in broken],
        "columnKind": "unicodeCodePoints",
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=False) + "\n"


def _is_rule(view: View, judgement: Judgement) -> bool:
    return view.standing(judgement) is not Standing.ASIDE


def _rule(view: View, judgement: Judgement) -> dict[str, Any]:
    claim = judgement.claim
    rule: dict[str, Any] = {
        "id": claim.id,
        "shortDescription": {"text": claim.text},
        "help": {"text": f"{claim.text}. It is {claim.strength}: {claim.source}. {claim.source.note}".strip()},
        "defaultConfiguration": {"level": "error" if claim.strength is Strength.DOCUMENTED else "warning"},
        "properties": {"tags": ["contract", claim.kind, claim.strength.value]},
    }
    link = view.link_to(claim.source)
    if link and "://" in link:
        rule["helpUri"] = link
    return rule


def _result(view: View, judgement: Judgement, rule: int) -> dict[str, Any]:
    claim, standing = judgement.claim, view.standing(judgement)
    fingerprint = hashlib.sha256(f"{view.report.api}\0{claim.id}".encode()).hexdigest()
    result: dict[str, Any] = {
        "ruleId": claim.id,
        "ruleIndex": rule,
        "level": _LEVELS[standing],
        "message": {"text": described(view, judgement)},
        "locations": [_location(view, judgement)],
        "partialFingerprints": {"claim/v1": fingerprint},
    }
    if consequences := [j for j in view.consequences(judgement) if view.standing(j) is Standing.CONSEQUENCE]:
        result["relatedLocations"] = [
            {**_location(view, other), "message": {"text": f"{other.claim.text} (a consequence)"}}
            for other in consequences
        ]
    if standing is Standing.WAIVED:
        result["suppressions"] = [{"kind": "external", "justification": judgement.waived or "waived with its cause"}]
    return result


def _location(view: View, judgement: Judgement) -> dict[str, Any]:
    claim = judgement.claim
    physical: dict[str, Any] = {"artifactLocation": {"uri": view.page_of(claim.source)}}
    if claim.source.line:
        physical["region"] = {"startLine": claim.source.line}
    names = [{"name": claim.operation, "kind": "function"}] if claim.operation else []
    if claim.source.section:
        names.append({"name": claim.source.section, "kind": "namespace"})
    return {"physicalLocation": physical, "logicalLocations": names}


def _invocation(view: View) -> dict[str, Any]:
    report = view.report
    notes = [{"level": "note", "message": {"text": note}} for note in report.notes]
    if report.could_not_run:
        notes.insert(0, {"level": "error", "message": {"text": report.could_not_run}})
    return {
        "executionSuccessful": report.could_not_run is None,
        "exitCode": view.decision.code,
        "exitCodeDescription": view.decision.sentence,
        "toolExecutionNotifications": notes,
    }


def _version() -> str:
    try:
        return version("understudy")
    except PackageNotFoundError:  # run from a checkout that is not installed
        return "0.0.0"
