"""Holds the exchanges of one API against all of its claims that one exchange can show something of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mock_server.checking.answered import Answered
from mock_server.checking.asked import Asked
from mock_server.checking.exchanged import Exchanged
from mock_server.checking.findings import Finding, broken, kept
from mock_server.checking.situations import endured, shown_exchange, told_problem
from mock_server.options import MockOptions
from mock_server.refusals import Refusal
from mock_server.security import compile_guard
from mock_server.violations import Violation

if TYPE_CHECKING:
    from mock_server.requests import Request
    from specs import Api, Claim, Operation

_SHOWN = frozenset(("request", "response", "fixture", "problem", "robustness"))
"""The parts of an API's claims of which a single exchange can show something."""


class Checker:
    """Knows the claims of an API; operations are compiled when the first exchange of theirs comes."""

    def __init__(self, api: Api) -> None:
        self.api = api
        self._fixtures = {fixture.name: fixture for fixture in api.fixtures}
        self._claims: dict[str, list[Claim]] = {}
        for claim in api.claims:
            if claim.part in _SHOWN:
                self._claims.setdefault(claim.operation, []).append(claim)
        self._compiled: dict[str, _Compiled] = {}

    def hold(self, exchanged: Exchanged) -> list[Finding]:
        """What an exchange shows, the request's side first. What `assumed` claims say is never blamed."""
        operation = exchanged.operation
        if operation.id not in self._compiled:
            self._compiled[operation.id] = _Compiled(operation, self.api, self._claims.get(operation.id, []))
        compiled = self._compiled[operation.id]
        findings, refusal = compiled.asked.hold(exchanged)
        access = compiled.access(exchanged)
        findings += access
        invited = refusal is None and not any(finding.side == "client" and finding.violation for finding in access)
        findings += compiled.answered.hold(exchanged, invited=invited)
        for claim in compiled.others:
            findings += self._situation(claim, refusal, exchanged)
        return [finding for finding in findings if finding.violation is None or finding.is_blame]

    def _situation(self, claim: Claim, refusal: Refusal | None, exchanged: Exchanged) -> Iterator[Finding]:
        if claim.part == "fixture":
            return shown_exchange(claim, self._fixtures, exchanged)
        if claim.part == "problem":
            return told_problem(claim, self.api.rules.problems, exchanged)
        return endured(claim, refusal, exchanged)


class _Compiled:
    """One operation's claims, by what holds exchanges against them."""

    def __init__(self, operation: Operation, api: Api, claims: list[Claim]) -> None:
        self._operation = operation
        self._guard = compile_guard(operation, api.security_schemes, MockOptions())
        self._security = {claim.keyword: claim for claim in claims if claim.kind == "security"}
        asked = [claim for claim in claims if claim.part == "request" and claim.kind != "security"]
        self.asked = Asked(operation, api, asked)
        self.answered = Answered(operation, api, [claim for claim in claims if claim.part == "response"])
        self.others = [claim for claim in claims if claim.part in {"fixture", "problem", "robustness"}]

    def access(self, exchanged: Exchanged) -> list[Finding]:
        """Who the client said it is, and whether the answer fits that."""
        if self._guard is None:
            return []
        missing = self._missing(exchanged.request)
        claim = self._security.get("garbage" if missing is None else missing)
        if missing is None:
            return [kept(claim)] if claim is not None and exchanged.status == 401 else []
        source = self._operation.source.for_keyword(self._operation.extension, "security")
        got = "none" if missing == "missing" else "others"
        wrong = Violation(
            "security", "", missing, "the documented credentials", got, str(source), source.strength.value
        )
        findings = [Finding(None, wrong, "client")]
        if claim is not None:
            let_in = exchanged.status < 400 and not self._says_no(exchanged)
            findings.append(broken(claim, "a refusal", f"status {exchanged.status}") if let_in else kept(claim))
        return findings

    def _missing(self, request: Request) -> str | None:
        """How credentials are not there: `missing`, or of another `scheme`; None where they are."""
        assert self._guard is not None  # noqa: S101  (the caller has looked)
        try:
            self._guard(request)
        except Refusal:
            return "scheme" if b"authorization" in request.fields else "missing"
        return None

    def _says_no(self, exchanged: Exchanged) -> bool:
        response = self.answered.documented(exchanged)
        return response is not None and not response.is_success
