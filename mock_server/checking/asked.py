"""What a request shows of the claims about requests."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mock_server.checking.exchanged import NOTHING, Exchanged
from mock_server.checking.findings import Finding, kept
from mock_server.checking.places import child, holders, matches
from mock_server.refusals import Refusal
from mock_server.requests import Request
from mock_server.validation import RequestReader
from mock_server.violations import Violation
from specs import pointers

if TYPE_CHECKING:
    from specs import Api, Claim, Operation


class Asked:
    """Holds requests to one operation against its claims."""

    def __init__(self, operation: Operation, api: Api, claims: Sequence[Claim]) -> None:
        self._operation, self._claims = operation, claims
        self._reader = RequestReader(operation, api)

    def hold(self, exchanged: Exchanged) -> tuple[list[Finding], Refusal | None]:
        """The findings, and how the mock would refuse the request."""
        request, refusal = exchanged.request, None
        try:
            self._reader.read(request)
        except Refusal as refused:
            refusal = refused
        violations = list(refusal.violations) if refusal is not None else []
        if refusal is not None and not violations:
            violations.append(self._unreadable(refusal))
        findings = [Finding(self._claim(violation), violation, "client") for violation in violations]
        blamed = {finding.claim.id for finding in findings if finding.claim is not None}
        findings += [
            kept(claim) for claim in self._claims if claim.id not in blamed and _exercises(exchanged, request, claim)
        ]
        return findings, refusal

    def _unreadable(self, refusal: Refusal) -> Violation:
        body = self._operation.body
        source = body.source if body else self._operation.source
        return Violation("body", "", "content", "a body of its media type", refusal.message, str(source), "inferred")

    def _claim(self, violation: Violation) -> Claim | None:
        """The claim that a violation breaks: the one of this keyword whose place it is."""
        tokens = pointers.split(violation.where)
        name = ""
        if violation.location != "body":
            name, _, rest = violation.where.partition("/")
            tokens = pointers.split(f"/{rest}") if rest else []
        for claim in self._claims:
            if claim.location == violation.location and claim.keyword == violation.keyword and claim.name == name:
                at = pointers.split(claim.at)
                if len(at) == len(tokens) and all(a in {"*", b} for a, b in zip(at, tokens, strict=True)):
                    return claim
        return None


def _exercises(exchanged: Exchanged, request: Request, claim: Claim) -> bool:
    if claim.keyword == "media-type":
        sent = request.fields.get(b"content-type", b"").decode("latin-1").partition(";")[0].strip().lower()
        return bool(request.body) and sent == str(claim.expected).partition(";")[0].strip().lower()
    if claim.location == "body":
        if not claim.at and claim.keyword in {"required", "optional"}:
            return bool(exchanged.body) is (claim.keyword == "required")
        value = request.value if request.has_value else NOTHING
    else:
        value = request.parameters.get(claim.location, {}).get(claim.name, NOTHING)
        if not claim.at and claim.keyword in {"required", "optional", "default"}:
            return _is_sent(exchanged, claim) is (claim.keyword == "required")
    if value is NOTHING:
        return False
    if claim.at and claim.keyword in {"required", "optional", "default"}:
        wanted = claim.keyword == "required"
        return any((child(holder, name) is not NOTHING) is wanted for _, holder, name in holders(value, claim.at))
    return any(True for _ in matches(value, claim.at))


def _is_sent(exchanged: Exchanged, claim: Claim) -> bool:
    if claim.location == "header":
        return claim.name.lower().encode("latin-1") in exchanged.request.fields
    if claim.location == "query":
        return f"&{claim.name}=" in "&" + exchanged.query.decode("latin-1")
    return claim.name in exchanged.request.parameters.get(claim.location, {})
