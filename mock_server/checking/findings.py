"""What one exchange shows of one claim."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from mock_server.violations import Violation

if TYPE_CHECKING:
    from specs import Claim

Json = Any
Side = Literal["client", "upstream"]


@dataclass(frozen=True, slots=True)
class Finding:
    """`claim` was exercised: kept where there is no `violation`, else broken by `side`.

    `claim` is None for what is not as documented and yet breaks no single claim.
    """

    claim: Claim | None
    violation: Violation | None = None
    side: Side = "upstream"

    @property
    def is_blame(self) -> bool:
        """Whether something is broken that the documentation does not leave open."""
        return self.violation is not None and self.violation.strength != "assumed"

    def as_json(self) -> Mapping[str, Json]:
        """The violation as it stands in journals and headers."""
        assert self.violation is not None  # noqa: S101  (nobody asks for what is kept)
        shown: dict[str, Json] = {**self.violation.as_json(), "side": self.side}
        return shown if self.claim is None else {**shown, "claim": self.claim.id}


def kept(claim: Claim) -> Finding:
    """The claim was exercised, and kept."""
    return Finding(claim)


def broken(claim: Claim, expected: str, got: str, where: str = "", side: Side = "upstream") -> Finding:
    """The claim was exercised, and broken."""
    place = where or claim.name
    violation = Violation(
        claim.location or claim.part, place, claim.keyword, expected, got, str(claim.source), claim.strength.value
    )
    return Finding(claim, violation, side)
