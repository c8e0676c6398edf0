"""What an exchange shows of documented exchanges, documented errors, and of what must not bring a server down."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from mock_server.checking.exchanged import NOTHING, Exchanged
from mock_server.checking.findings import Finding, broken, kept
from mock_server.checking.places import matches
from mock_server.refusals import Refusal
from specs import pointers

if TYPE_CHECKING:
    from specs import Claim, Fixture, Problems

Json = Any
_LONG = 1000
_OFFSET = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?[+-]\d\d:\d\d")
_EMOJI = re.compile("[\U0001f000-\U0001faff☀-➿]")


def shown_exchange(claim: Claim, fixtures: Mapping[str, Fixture], exchanged: Exchanged) -> Iterator[Finding]:
    """A documented request that got what is documented. What else it got may be right in another state."""
    fixture = fixtures[claim.name]
    asked, response = fixture.request, fixture.response
    if asked is None or (asked.method, asked.path.partition("?")[0]) != (exchanged.method, exchanged.path):
        return
    if asked.has_body and (not exchanged.request.has_value or exchanged.request.value != asked.body):
        return
    same = {
        "status": response.status == exchanged.status,
        "headers": all(exchanged.fields.get(name.lower()) == value for name, value in response.headers.items()),
        "body": response.has_body and exchanged.value is not NOTHING and exchanged.value == response.body,
    }
    if same.get(claim.keyword):
        yield kept(claim)


def told_problem(claim: Claim, problems: Problems, exchanged: Exchanged) -> Iterator[Finding]:
    """A documented error, where the answer says itself that it is that one, or the mock knows."""
    problem = problems.kinds.get(claim.name)
    if problem is None:
        return
    marks = {
        at: problem.members[name]
        for name, at in _placeholders(problems.envelope)
        if isinstance(problem.members.get(name), str) and "{" not in problem.members[name]
    }
    told = bool(marks) and all(value in _values(exchanged.value, at) for at, value in marks.items())
    if not told and exchanged.refused != claim.name:
        return
    if claim.keyword == "status":
        is_error = 400 <= exchanged.status < 500
        yield kept(claim) if is_error else broken(claim, "a 4xx status", str(exchanged.status), "status")
    elif claim.keyword == "refused" or claim.expected is None:
        yield kept(claim)
    else:
        at = next((at for name, at in _placeholders(problems.envelope) if name == claim.keyword), None)
        pattern = re.sub(r"\\\{\w+\\\}", ".*", re.escape(str(claim.expected)))
        values = [] if at is None else _values(exchanged.value, at)
        if any(re.fullmatch(pattern, str(value), re.DOTALL) for value in values):
            yield kept(claim)


def endured(claim: Claim, refusal: Refusal | None, exchanged: Exchanged) -> Iterator[Finding]:
    """Bad input of a kind, that was answered without a server error."""
    happened = _BAD_INPUT.get(claim.keyword)
    if happened is None or not happened(exchanged, refusal):
        return
    is_down = exchanged.status >= 500 and exchanged.status not in {502, 503, 504}
    yield broken(claim, "no server error", f"status {exchanged.status}", "status") if is_down else kept(claim)


def _values(value: Json, at: str) -> list[Json]:
    return [] if value is NOTHING else [found for _, found in matches(value, at)]


def _placeholders(template: Json, here: str = "") -> Iterator[tuple[str, str]]:
    """The placeholders of an envelope, each with where it stands."""
    if isinstance(template, Mapping):
        for name, value in template.items():
            yield from _placeholders(value, pointers.join(here, name))
    elif isinstance(template, str) and (whole := re.fullmatch(r"\{(\w+)\}", template)):
        yield whole[1], here


def _members(value: Json) -> Iterator[Json]:
    """Everything within a value."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for one in inner:
        yield one
        yield from _members(one)


def _texts(exchanged: Exchanged) -> Iterator[str]:
    if exchanged.request.has_value:
        yield from (text for text in _members([exchanged.request.value]) if isinstance(text, str))


def _any_text(fits: Callable[[str], bool]) -> Callable[[Exchanged, Refusal | None], bool]:
    return lambda exchanged, _: any(fits(text) for text in _texts(exchanged))


_BAD_INPUT: Mapping[str, Callable[[Exchanged, Refusal | None], bool]] = {
    "malformed-json": lambda _, refusal: refusal is not None and refusal.kind == "malformed",
    "wrong-root": lambda exchanged, _: (
        exchanged.request.has_value and not isinstance(exchanged.request.value, dict | None)
    ),
    "empty-body": lambda exchanged, _: not exchanged.body,
    "null-body": lambda exchanged, _: exchanged.request.has_value and exchanged.request.value is None,
    "null-member": lambda exchanged, _: None in list(_members(exchanged.request.value)),
    "wrong-types": lambda _, refusal: (
        refusal is not None and any(v.keyword == "type" and v.where for v in refusal.violations)
    ),
    "unicode": _any_text(lambda text: not text.isascii()),
    "emoji": _any_text(lambda text: _EMOJI.search(text) is not None),
    "quotes": _any_text(lambda text: '"' in text or "'" in text or "\\" in text),
    "long-strings": _any_text(lambda text: len(text) > _LONG),
    "time-offsets": _any_text(lambda text: _OFFSET.search(text) is not None),
    "unknown-id": lambda exchanged, _: exchanged.refused == "not_found" or exchanged.status == 404,
}
