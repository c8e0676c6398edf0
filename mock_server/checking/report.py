"""What a ledger holds, in the JSON report format of the contract suite: a judgement for every claim of the API."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from mock_server.checking.ledger import Broken, Ledger

if TYPE_CHECKING:
    from specs import Claim

Json = Any
VERSION = 1
"""The version of the format that this writes."""

_SEVERAL = "it takes more than one exchange to see it"


def report(ledger: Ledger, *, url: str, profile: str, strict: bool = False, seconds: float = 0.0) -> dict[str, Json]:
    """The report: a claim that the exchanges exercised is `kept` or `broken`, every other one `not tested`.

    `url` is that of the target; `profile` says where the exchanges are from (`mock`, `proxy`).
    """
    judgements = [_judgement(claim, ledger, url, strict=strict) for claim in ledger.api.claims]
    unused = [operation.id for operation in ledger.api.operations if not ledger.operations[operation.id]]
    fails = ledger.fails(strict=strict)
    sentence = _sentence(ledger)
    notes = [f"Operations that were never called: {', '.join(unused)}."] if unused else []
    if ledger.others:
        count = "One violation breaks" if ledger.others == 1 else f"{ledger.others} violations break"
        notes.append(f"{count} no single claim; the journal tells of it.")
    return {
        "format": "understudy-report",
        "version": VERSION,
        "decision": {"exit_code": int(fails), "sentence": sentence, "headlines": []},
        "api": ledger.api.name,
        "title": ledger.api.title,
        "url": url,
        "seed": 0,
        "profile": profile,
        "requests": ledger.exchanges,
        "seconds": round(seconds, 3),
        "could_not_run": None,
        "notes": notes,
        "options": {},
        "operations": {operation.id: ledger.operations[operation.id] for operation in ledger.api.operations},
        "judgements": judgements,
    }


def _sentence(ledger: Ledger) -> str:
    documented = [claim.id for claim in ledger.api.claims if claim.strength == "documented"]
    exercised = [name for name in documented if ledger.exercised[name]]
    wrong = [name for name in exercised if name in ledger.broken]
    called = sum(1 for operation in ledger.api.operations if ledger.operations[operation.id])
    return (
        f"{ledger.exchanges} exchanges with {called} of {len(ledger.api.operations)} operations; "
        f"{len(documented)} documented claims: {len(exercised) - len(wrong)} kept, {len(wrong)} broken, "
        f"{len(documented) - len(exercised)} not exercised."
    )


def _judgement(claim: Claim, ledger: Ledger, url: str, *, strict: bool) -> dict[str, Json]:
    observations, broken = ledger.exercised[claim.id], ledger.broken.get(claim.id)
    verdict = "broken" if broken else "kept" if observations else "not tested"
    reason = "" if observations else _SEVERAL if claim.part in {"rule", "webhook"} else "no exchange exercised it"
    fails = claim.strength == "documented" or (strict and claim.strength == "inferred")
    standing = verdict if verdict != "broken" else "failed" if fails else "warning"
    return {
        "standing": standing,
        "verdict": verdict,
        "observations": observations,
        "reason": reason,
        "caused_by": None,
        "waived": None,
        "claim": asdict(claim),
        "failure": _failure(broken, url) if broken else None,
    }


def _failure(broken: Broken, url: str) -> dict[str, Json]:
    violation = broken.finding.violation
    assert violation is not None  # noqa: S101  (it is broken)
    return {
        "expected": violation.expected,
        "got": violation.got,
        "where": violation.where,
        "steps": [_step(broken.entry, url)],
    }


def _step(entry: Json, url: str) -> dict[str, Json]:
    asked, answer = entry["request"], entry["answer"]
    parts = urlsplit(url)
    return {
        "method": asked["method"],
        "url": f"{parts.scheme}://{parts.netloc}{asked['path']}" if parts.netloc else asked["path"],
        "headers": _headers(asked["headers"]),
        "body": _bytes(asked["body"]),
        "status": answer["status"],
        "answer_headers": _headers(answer["headers"]),
        "answer_body": _bytes(answer["body"]) or {"text": ""},
        "seconds": round(entry["milliseconds"] / 1000, 3),
        "curl": "",
    }


def _headers(listed: list[dict[str, str]]) -> Mapping[str, str]:
    joined: dict[str, str] = {}
    for header in listed:
        known = joined.get(header["name"])
        joined[header["name"]] = header["value"] if known is None else f"{known}, {header['value']}"
    return joined


def _bytes(body: Json) -> dict[str, str] | None:
    return None if body is None else {name: body[name] for name in ("text", "base64") if name in body}
