"""Why the mock refuses a request: raised where it is noticed, put into words in `problems`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mock_server.violations import Violation

STATUSES: Mapping[str, int] = {
    "malformed": 400,
    "preference": 422,
    "unauthenticated": 401,
    "forbidden": 403,
    "not_found": 404,
    "no_route": 404,
    "no_answer": 404,
    "method": 405,
    "not_acceptable": 406,
    "too_slow": 408,
    "not_permitted": 409,
    "too_large": 413,
    "media_type": 415,
    "invalid": 422,
    "rate_limited": 429,
    "head_too_long": 431,
    "reference_not_found": 422,
    "internal": 500,
    "fault": 503,
    "unservable": 500,
    "unavailable": 503,
}
"""The kinds of refusal, each with the status it has where the document and the rules name none."""


class Refusal(Exception):
    """A request that the mock does not fulfil.

    `kind` is a key of `STATUSES`; `violations` are what is wrong with the request; `named` the values that a documented
    message may repeat (`id`); `headers` go with the answer.
    """

    def __init__(
        self,
        kind: str,
        message: str,
        violations: Sequence[Violation] = (),
        *,
        named: Mapping[str, Any] | None = None,
        headers: Sequence[tuple[bytes, bytes]] = (),
    ) -> None:
        super().__init__(message)
        self.kind, self.message, self.violations = kind, message, tuple(violations)
        self.named, self.headers = dict(named or {}), tuple(headers)
