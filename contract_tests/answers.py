"""What came back for a call."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from contract_tests.calls import Call
from contract_tests.places import NOTHING
from contract_tests.results import Step


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer of the target. Header names are in lower case; `json` is NOTHING where the body is no JSON."""

    call: Call
    status: int
    headers: Mapping[str, str]
    body: bytes
    json: Any
    step: Step

    @property
    def is_success(self) -> bool:
        """Whether the status is 2xx."""
        return 200 <= self.status < 300

    @property
    def is_fault(self) -> bool:
        """Whether the status is 5xx: the target failed, whatever was asked."""
        return self.status >= 500

    @property
    def media_type(self) -> str:
        """The media type in lower case, without parameters; empty where none was sent."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


def parsed(body: bytes, headers: Mapping[str, str]) -> Any:
    """The body as JSON, or NOTHING; judged by what it is, since the media type is a claim of its own."""
    if not body.strip():
        return NOTHING
    charset = headers.get("content-type", "").partition("charset=")[2].split(";")[0].strip(' "') or "utf-8"
    try:
        return json.loads(body.decode(charset), parse_constant=_refused)
    except (ValueError, LookupError, RecursionError):
        return NOTHING


def _refused(constant: str) -> Any:
    raise ValueError(f"{constant} is no JSON")


def steps(answers: Iterable[Answer]) -> tuple[Step, ...]:
    """The steps of answers, each answer once, in order."""
    return tuple({id(answer): answer.step for answer in answers}.values())


def brief(value: Any, limit: int = 160) -> str:
    """A value as JSON for a sentence, shortened in the middle."""
    if value is NOTHING:
        return "nothing"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= limit else f"{text[: limit - 30]} … {text[-25:]}"
