"""Exchanges in words: the entries of the journal as JSON, without secrets."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from mock_server.answers import DECISION
from mock_server.journal.noted import Noted, header
from mock_server.redaction import Redactor, secret_names
from mock_server.simulation.clock import written

Json = Any


def entry(noted: Noted) -> dict[str, Json]:
    """An exchange as an entry of the journal, as the control API describes it."""
    redactor = redactor_of(noted)
    refused = noted.refused
    return {
        "number": noted.number,
        "time": time_of(noted),
        "milliseconds": round(noted.seconds * 1000, 3),
        "world": noted.world,
        "api": noted.api.name if noted.api else None,
        "operation": noted.operation.id if noted.operation else None,
        "request": {
            "method": noted.method,
            "path": redactor.target(noted.target),
            "headers": _listed(redactor.headers(noted.headers)),
            "body": _body(noted.body, noted.length, header(noted.headers, b"content-type"), redactor),
        },
        "answer": {
            "status": noted.status,
            "headers": _listed(redactor.headers(noted.answer_headers)),
            "body": _body(
                noted.answer_body, noted.answer_length, header(noted.answer_headers, b"content-type"), redactor
            ),
        },
        "decision": header(noted.answer_headers, DECISION) or None,
        "refusal": {"kind": refused.kind, "message": redactor.text(refused.message)} if refused else None,
        "violations": [_redacted(violation, redactor) for violation in noted.violations],
    }


def redactor_of(noted: Noted) -> Redactor:
    """What takes the secrets out of the texts of an exchange."""
    return Redactor(secret_names(noted.api), noted.headers, noted.query)


def time_of(noted: Noted) -> str:
    """When an exchange ended, in RFC 3339."""
    return written(datetime.fromtimestamp(noted.at, UTC), "milliseconds")


def _listed(headers: Sequence[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in headers]


def _body(body: bytes, length: int, content_type: str, redactor: Redactor) -> dict[str, Json] | None:
    if not length:
        return None
    text = redactor.body(body, content_type)
    shown: dict[str, Json] = {"bytes": length, "cut": len(body) < length}
    return {**shown, "text": text} if text is not None else {**shown, "base64": base64.b64encode(body).decode()}


def _redacted(violation: Json, redactor: Redactor) -> Json:
    return {key: redactor.text(value) if isinstance(value, str) else value for key, value in violation.items()}
