"""What an answer shows of the claims about answers."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from mock_server.checking.exchanged import NOTHING, Exchanged
from mock_server.checking.findings import Finding, broken, kept
from mock_server.checking.places import Keywords, child, holders, matches
from mock_server.schemas import shown
from mock_server.violations import Violation
from specs import pointers

if TYPE_CHECKING:
    from specs import Api, Claim, Operation, Response

Json = Any
_PASSING = frozenset((429, 502, 503, 504))
"""Statuses that say nothing of the API: its servers, or those in front of them, cannot answer now."""


class Answered:
    """Holds answers of one operation against its claims."""

    def __init__(self, operation: Operation, api: Api, claims: Sequence[Claim]) -> None:
        self._operation, self._problems = operation, api.rules.problems
        self._keywords = Keywords(api.document, "writeOnly")
        self._claims: dict[str, list[Claim]] = {}
        for claim in claims:
            self._claims.setdefault(claim.status, []).append(claim)
        self._nullable = {
            (claim.status, claim.at) for claim in claims if claim.keyword == "type" and "null" in claim.expected
        }

    def hold(self, exchanged: Exchanged, *, invited: bool) -> Iterator[Finding]:
        """The findings; `invited`: the request was one that should have been fulfilled."""
        response = self.documented(exchanged)
        if response is None:
            yield from self._undocumented(exchanged, invited=invited)
            return
        claims = self._claims.get(response.status, ())
        yield from self._media_type(exchanged, response, [claim for claim in claims if claim.kind == "media-type"])
        for claim in claims:
            if claim.kind == "status":
                yield kept(claim)
            elif claim.kind == "header":
                yield from self._header(exchanged, claim)
        yield from self._body(exchanged, response, [claim for claim in claims if claim.kind == "response-schema"])
        if exchanged.status >= 500 and exchanged.status not in _PASSING and invited:
            yield from self._failed(exchanged)

    def documented(self, exchanged: Exchanged) -> Response | None:
        """What the answer is documented as; an error with the status of a success is told by its body."""
        response = self._operation.response_for(exchanged.status)
        told = self._problems.refused_at
        if response is not None and response.status == "default" and exchanged.status < 300 and self._operation.success:
            return None  # what is said of everything else is said of errors
        if response is None or not response.is_success or told is None:
            return response
        for _, value in matches(exchanged.value, told):
            if value == self._problems.refused_value:
                return next((r for r in self._operation.responses if not r.is_success), None)
        return response

    def _undocumented(self, exchanged: Exchanged, *, invited: bool) -> Iterator[Finding]:
        redirected = 300 <= exchanged.status < 400 and exchanged.status != 304
        failed = exchanged.status >= 500 and exchanged.status not in _PASSING
        if exchanged.status < 300 or (invited and (redirected or failed)):
            yield from self._failed(exchanged)

    def _failed(self, exchanged: Exchanged) -> Iterator[Finding]:
        statuses = ", ".join(response.status for response in self._operation.responses) or "none"
        promised = next((c for claims in self._claims.values() for c in claims if c.kind == "status"), None)
        if promised is not None:
            yield broken(promised, f"one of the documented statuses: {statuses}", str(exchanged.status), "status")
            return
        source = self._operation.source
        wrong = Violation("response", "status", "status", statuses, str(exchanged.status), str(source), "inferred")
        yield Finding(None, wrong)

    def _media_type(self, exchanged: Exchanged, response: Response, claims: Sequence[Claim]) -> Iterator[Finding]:
        if _has_no_body(exchanged):
            return
        types = [claim for claim in claims if claim.keyword == "media-type"]
        sent = exchanged.fields.get("content-type", "")
        fitting = [claim for claim in types if _fits(str(claim.expected), exchanged.media_type)]
        if types and not fitting:
            expected = " or ".join(media.essence for media in response.content)
            yield broken(types[0], expected, sent or "no Content-Type", "Content-Type")
            return
        yield from (kept(claim) for claim in fitting)
        for claim in claims:
            if claim.keyword == "charset" and fitting:
                charset = sent.lower().partition("charset=")[2].split(";")[0].strip(' "')
                is_kept = charset == str(claim.expected).lower()
                yield kept(claim) if is_kept else broken(claim, f"charset={claim.expected}", sent, "Content-Type")

    def _header(self, exchanged: Exchanged, claim: Claim) -> Iterator[Finding]:
        value = exchanged.fields.get(claim.name.lower())
        if claim.keyword == "required":
            yield kept(claim) if value is not None else broken(claim, f"the header {claim.name}", "nothing")
        if value is None or claim.keyword in {"required", "consistent"}:
            return  # whether headers are consistent, several answers show
        if claim.keyword == "made":
            expected = _digest(claim.expected, exchanged.answer_body)
            is_kept = value == expected
        elif claim.keyword == "const":
            expected = str(claim.expected)
            is_kept = [word.strip() for word in value.split(",")] == [word.strip() for word in expected.split(",")]
        else:
            expected, is_kept = claim.text, self._keywords.valid(claim, value)
        yield kept(claim) if is_kept else broken(claim, expected, value)

    def _body(self, exchanged: Exchanged, response: Response, claims: Sequence[Claim]) -> Iterator[Finding]:
        documented = response.content[0] if response.content else None
        if documented is None or not documented.is_json or exchanged.method == "HEAD" or exchanged.status in {204, 304}:
            return
        others = [media.essence for media in response.content[1:]]
        if exchanged.media_type in others and exchanged.media_type != documented.essence:
            return
        if exchanged.value is NOTHING:
            root = next((claim for claim in claims if not claim.at), None)
            if root is not None:
                got = exchanged.answer_body[:80].decode("utf-8", "replace")
                yield broken(root, f"JSON: {root.text}", shown(got) if got else "no body")
            return
        for claim in claims:
            yield from self._schema(exchanged.value, claim)

    def _schema(self, value: Json, claim: Claim) -> Iterator[Finding]:
        if claim.keyword == "required":
            for where, holder, name in holders(value, claim.at):
                if child(holder, name) is not NOTHING:
                    yield kept(claim)
                elif not self._keywords.is_marked(claim, name, "writeOnly"):
                    has = ", ".join(sorted(map(str, holder))) or "no members"
                    yield broken(claim, "a value", f"nothing; there are {has}", pointers.join(where, name))
            return
        for where, found in matches(value, claim.at):
            if self._keywords.valid(claim, found):
                yield kept(claim)
            elif found is not None or claim.keyword == "type" or (claim.status, claim.at) not in self._nullable:
                yield broken(claim, claim.text, shown(found), where)


def _has_no_body(exchanged: Exchanged) -> bool:
    return exchanged.method == "HEAD" or (not exchanged.answer_body and "content-type" not in exchanged.fields)


def _fits(documented: str, sent: str) -> bool:
    return documented in {sent, "*/*"} or (documented.endswith("/*") and sent.startswith(documented[:-1]))


def _digest(made: Mapping[str, Json], body: bytes) -> str:
    digits = hashlib.new(made["algorithm"], body).hexdigest()[: made.get("digits")]
    return f'{"W/" if made.get("weak") else ""}"{digits}"'
