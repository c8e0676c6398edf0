"""The report as JSON, for machines: everything that is known, described by `report.schema.json`, and read back."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import asdict
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from jsonschema_rs import Draft202012Validator

from contract_tests.reports.view import View
from contract_tests.results import Failure, Judgement, Report, Step, Verdict
from specs import Claim, Source, Strength, pointers

VERSION = 1
"""The version of the format: raised when a reader of the old one would misread the new one."""


class UnreadableReport(ValueError):
    """A file that is no JSON report of this version; the message says why."""


def render(view: View) -> str:
    """The report as JSON text. `decision` and `standing` are what the gate made of it, and are not read back."""
    decision = view.decision
    document = {
        "format": "understudy-report",
        "version": VERSION,
        "decision": {"exit_code": decision.code, "sentence": decision.sentence, "headlines": list(view.headlines())},
        **_report(view.report),
        "judgements": [
            {"standing": view.standing(judgement).value, **_judgement(judgement)}
            for judgement in view.report.judgements
        ],
    }
    return json.dumps(document, indent=2, ensure_ascii=False, default=str) + "\n"


def parse(text: str, name: str = "the report") -> Report:
    """The report that `render` wrote. Raises UnreadableReport; `name` is for its message."""
    try:
        document = json.loads(text)
    except ValueError as error:
        raise UnreadableReport(f"{name}: is not JSON: {error}") from None
    if not isinstance(document, dict) or document.get("format") != "understudy-report":
        raise UnreadableReport(f"{name}: is no JSON report of contract-tests (`--report-dir` writes it as report.json)")
    if document.get("version") != VERSION:
        raise UnreadableReport(f"{name}: has version {document.get('version')} of the format; this reads {VERSION}")
    damage = next(_validator().iter_errors(document), None)
    if damage is not None:
        where = pointers.join("", *damage.instance_path)
        raise UnreadableReport(f"{name}: is damaged at {where}: {damage.message}")
    return _read_report(document)


def read(path: Path) -> Report:
    """The report of a file. Raises UnreadableReport."""
    try:
        return parse(path.read_text(encoding="utf-8"), str(path))
    except OSError as error:
        raise UnreadableReport(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise UnreadableReport(f"{path}: is not UTF-8 text") from None


def schema() -> dict[str, Any]:
    """The JSON Schema of the format."""
    text = files("contract_tests.reports").joinpath("report.schema.json").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded


@cache
def _validator() -> Draft202012Validator:
    return Draft202012Validator(schema())


def _report(report: Report) -> dict[str, Any]:
    return {
        "api": report.api,
        "title": report.title,
        "url": report.url,
        "seed": report.seed,
        "profile": report.profile,
        "requests": report.requests,
        "seconds": round(report.seconds, 3),
        "could_not_run": report.could_not_run,
        "notes": list(report.notes),
        "options": dict(report.options),
    }


def _judgement(judgement: Judgement) -> dict[str, Any]:
    failure = judgement.failure
    return {
        "verdict": judgement.verdict.value,
        "observations": judgement.observations,
        "reason": judgement.reason,
        "caused_by": judgement.caused_by,
        "waived": judgement.waived,
        "claim": asdict(judgement.claim),
        "failure": None
        if failure is None
        else {
            "expected": failure.expected,
            "got": failure.got,
            "where": failure.where,
            "steps": [_step(step) for step in failure.steps],
        },
    }


def _step(step: Step) -> dict[str, Any]:
    return {
        "method": step.method,
        "url": step.url,
        "headers": dict(step.headers),
        "body": None if step.body is None else _bytes(step.body),
        "status": step.status,
        "answer_headers": dict(step.answer_headers),
        "answer_body": _bytes(step.answer_body),
        "seconds": round(step.seconds, 3),
        "curl": step.curl,
    }


def _bytes(content: bytes) -> dict[str, str]:
    try:
        return {"text": content.decode()}
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(content).decode()}


def _read_report(document: Mapping[str, Any]) -> Report:
    members = {name: document[name] for name in ("api", "title", "url", "seed", "profile", "requests", "seconds")}
    return Report(
        **members,
        could_not_run=document["could_not_run"],
        notes=tuple(document["notes"]),
        options=document["options"],
        judgements=tuple(_read_judgement(judgement) for judgement in document["judgements"]),
    )


def _read_judgement(document: Mapping[str, Any]) -> Judgement:
    claim, failure = document["claim"], document["failure"]
    source = Source(**{**claim["source"], "strength": Strength(claim["source"]["strength"])})
    return Judgement(
        claim=Claim(**{**claim, "source": source}),
        verdict=Verdict(document["verdict"]),
        observations=document["observations"],
        reason=document["reason"],
        failure=failure and Failure(**{**failure, "steps": tuple(_read_step(step) for step in failure["steps"])}),
        caused_by=document["caused_by"],
        waived=document["waived"],
    )


def _read_step(document: Mapping[str, Any]) -> Step:
    body = document["body"]
    read_bodies = {"body": body and _read_bytes(body), "answer_body": _read_bytes(document["answer_body"])}
    return Step(**{**document, **read_bodies})


def _read_bytes(document: Mapping[str, str]) -> bytes:
    return document["text"].encode() if "text" in document else base64.b64decode(document["base64"])
