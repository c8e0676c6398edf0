"""What all exchanges together show: how often each claim was exercised, and how it was first broken."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from mock_server.checking.findings import Finding

if TYPE_CHECKING:
    from specs import Api

Json = Any


@dataclass(frozen=True, slots=True)
class Broken:
    """The first time a claim was broken: the finding, and the entry of the journal that shows it."""

    finding: Finding
    entry: Json


@dataclass(slots=True)
class Ledger:
    """Counts the findings on one API's claims."""

    api: Api
    exchanges: int = 0
    operations: Counter[str] = field(default_factory=Counter)
    exercised: Counter[str] = field(default_factory=Counter)
    broken: dict[str, Broken] = field(default_factory=dict)
    others: int = 0
    """Blamed violations that break no single claim."""

    def enter(self, operation: str, findings: Iterable[Finding], entry: Json) -> list[Finding]:
        """Count the findings of one exchange; gives those that break a claim for the first time."""
        self.exchanges += 1
        self.operations[operation] += 1
        first = []
        seen: set[str] = set()
        for finding in findings:
            if finding.claim is None:
                self.others += finding.is_blame
                continue
            name = finding.claim.id
            if name not in seen:
                self.exercised[name] += 1
                seen.add(name)
            if finding.violation is not None and name not in self.broken:
                self.broken[name] = Broken(finding, entry)
                first.append(finding)
        return first

    def fails(self, *, strict: bool = False) -> bool:
        """Whether a documented claim was broken; when `strict`, an inferred one, too."""
        least = 1 if strict else 2
        strengths = [broken.finding.claim.strength.rank for broken in self.broken.values() if broken.finding.claim]
        return any(rank >= least for rank in strengths)
