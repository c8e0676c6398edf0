"""Exchanges with upstream, written as fixtures: what a real implementation answered, without secrets."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from mock_server.journal.entries import redactor_of, time_of
from mock_server.journal.noted import Noted, header
from mock_server.redaction import Redactor
from specs import SpecError
from specs.reading import parse, written

if TYPE_CHECKING:
    from mock_server.checking import Exchanged

Json = Any
MOST = 1000
"""How many exchanges one run writes."""

_OF_THE_WAY = frozenset(
    (
        "accept-encoding",
        "age",
        "alt-svc",
        "cache-control",
        "connection",
        "content-encoding",
        "content-length",
        "date",
        "etag",
        "host",
        "mock-violations",
        "mock-decision",
        "mock-proxy",
        "server",
        "set-cookie",
        "user-agent",
        "vary",
        "via",
    )
)
"""Headers that say nothing of the API."""


class Recorder:
    """Writes one file for each exchange that is new: of another operation, status, path or request."""

    def __init__(self, folder: Path, upstream: str) -> None:
        """Raises OSError where the folder cannot be made."""
        folder.mkdir(parents=True, exist_ok=True)
        self._folder, self._page = folder, urlsplit(upstream).netloc.rpartition("@")[2]
        self._seen: set[tuple[str, int, str, bytes]] = set()

    def record(self, noted: Noted, exchanged: Exchanged) -> Path | None:
        """Write an exchange; gives the file, or None for one that is known, or of which there are enough."""
        key = (exchanged.operation.id, noted.status, noted.target, exchanged.body)
        if key in self._seen or len(self._seen) >= MOST:
            return None
        self._seen.add(key)
        path = self._free(exchanged.operation.id, noted.status)
        path.write_text(_text(self._fixture(noted, exchanged)), encoding="utf-8")
        return path

    def _free(self, operation: str, status: int) -> Path:
        stem = f"{re.sub(r'[^a-z0-9]+', '_', re.sub(r'(?<=[a-z0-9])(?=[A-Z])', '_', operation).lower())}_{status}"
        number, path = 1, self._folder / f"{stem}.yaml"
        while path.exists():
            number += 1
            path = self._folder / f"{stem}_{number}.yaml"
        return path

    def _fixture(self, noted: Noted, exchanged: Exchanged) -> dict[str, Json]:
        redactor = redactor_of(noted)
        path = redactor.target(noted.target)
        return {
            "operation": exchanged.operation.id,
            "title": f"{noted.method} {path.partition('?')[0]}, answered with {noted.status}",
            "source": {"page": self._page, "section": f"recorded {time_of(noted)}", "strength": "inferred"},
            "request": {
                "method": noted.method,
                "path": path,
                "headers": _headers(redactor.headers(noted.headers)),
                **_body(exchanged.body, header(noted.headers, b"content-type"), redactor),
            },
            "response": {
                "status": noted.status,
                "headers": _headers(redactor.headers(noted.answer_headers)),
                **_body(exchanged.answer_body, header(noted.answer_headers, b"content-type"), redactor),
            },
        }


def _headers(headers: list[tuple[str, str]]) -> dict[str, str]:
    return {name.title(): value for name, value in headers if name not in _OF_THE_WAY}


def _body(body: bytes, content_type: str, redactor: Redactor) -> dict[str, Json]:
    """The member `body`, where there is one that is text."""
    text = redactor.body(body, content_type) if body else None
    if text is None:
        return {}
    try:
        return {"body": {"value": json.loads(text)}}
    except (ValueError, RecursionError):
        return {"body": {"value": text}}


def _text(fixture: Json) -> str:
    text = written(fixture)
    try:
        if text.encode() and parse(text, Path("fixture.yaml")) == fixture:
            return text
    except (UnicodeEncodeError, SpecError):
        """Half a surrogate pair is no text of YAML."""
    return json.dumps(fixture, indent=2) + "\n"  # as it is where only quotes keep a text from being a number
