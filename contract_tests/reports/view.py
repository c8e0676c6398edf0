"""What every report shows, decided once: the groups, the headlines, the text of a failure, the way to its source."""

from __future__ import annotations

import shlex
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import quote

from contract_tests.gates import Decision, Gate, Standing, decide, root_of, standings
from contract_tests.results import Judgement, Report, Verdict
from specs import Source, Strength

BROKEN = (Standing.FAILED, Standing.WARNING, Standing.WAIVED, Standing.CONSEQUENCE)


@dataclass(frozen=True)
class View:
    """A report as seen through a gate.

    `pages` is where the documentation pages are found: a URL, or a path from the root of the user's repository; empty
    where that is not known.
    """

    report: Report
    gate: Gate = field(default_factory=Gate)
    pages: str = ""

    @cached_property
    def decision(self) -> Decision:
        """Whether the report passes the gate."""
        return decide(self.report, self.gate)

    def standing(self, judgement: Judgement) -> Standing:
        """What becomes of this judgement."""
        return self._standings[judgement.claim.id]

    def judgement(self, claim: str) -> Judgement | None:
        """The judgement on the claim with this id; None where the run says nothing of it."""
        return next((judgement for judgement in self.report.judgements if judgement.claim.id == claim), None)

    def having(self, *standings: Standing) -> tuple[Judgement, ...]:
        """The judgements with one of these standings: strongest claims first, then in the order of the document."""
        found = [judgement for judgement in self.report.judgements if self.standing(judgement) in standings]
        return tuple(sorted(found, key=lambda judgement: -judgement.claim.strength.rank))

    @property
    def failed(self) -> tuple[Judgement, ...]:
        """The failures."""
        return self.having(Standing.FAILED)

    @property
    def warnings(self) -> tuple[Judgement, ...]:
        """Broken claims that are too weak to fail."""
        return self.having(Standing.WARNING)

    @property
    def shown(self) -> tuple[Judgement, ...]:
        """Everything but what is set aside, worst first."""
        order = list(Standing)
        found = self.having(*(standing for standing in Standing if standing is not Standing.ASIDE))
        return tuple(sorted(found, key=lambda judgement: order.index(self.standing(judgement))))

    def consequences(self, root: Judgement) -> tuple[Judgement, ...]:
        """The broken claims that are broken because `root` is."""
        return self._consequences.get(root.claim.id, ())

    def headlines(self) -> tuple[str, ...]:
        """One sentence per strength, strongest first: how many claims were kept, broken, not tested.

        It says why not where there is one reason; `not_tested` has them all.
        """
        counts = [self._headline(strength) for strength in (Strength.DOCUMENTED, Strength.INFERRED)]
        return tuple(headline for headline in counts if headline)

    def not_tested(self) -> tuple[tuple[str, tuple[Judgement, ...]], ...]:
        """What was not tested, by reason: the reason of most claims first."""
        groups: dict[str, list[Judgement]] = {}
        for judgement in self.having(Standing.NOT_TESTED):
            groups.setdefault(judgement.reason or "no reason is known", []).append(judgement)
        return tuple((reason, tuple(group)) for reason, group in sorted(groups.items(), key=lambda g: -len(g[1])))

    def page_of(self, source: Source) -> str:
        """The page of a source, below `pages`: a URL or a path, percent-encoded."""
        base = self.pages if not self.pages or self.pages.endswith("/") else self.pages + "/"
        return base + quote(source.page)

    def link_to(self, source: Source) -> str | None:
        """Where a reader can be led to: page and line, None where it is not known where the pages are."""
        if not self.pages or not source.page:
            return None
        return self.page_of(source) + (f"#L{source.line}" if source.line else "")

    def again(self, judgement: Judgement) -> str:
        """The command that judges this one claim again."""
        report = self.report
        words = ["contract-tests", "run", str(report.options.get("api", report.api)), "--url", report.url.split(" ")[0]]
        for name in ("states", "setup", "listen"):
            if report.options.get(name):
                words += [f"--{name}", str(report.options[name])]
        words += ["--seed", str(report.seed), "--only", judgement.claim.id]
        return shlex.join(words)

    @cached_property
    def _standings(self) -> dict[str, Standing]:
        return dict(standings(self.report, self.gate))

    @cached_property
    def _consequences(self) -> dict[str, tuple[Judgement, ...]]:
        by_id = {judgement.claim.id: judgement for judgement in self.report.judgements}
        found: dict[str, list[Judgement]] = {}
        for judgement in self.having(Standing.CONSEQUENCE, Standing.WAIVED):
            if (root := root_of(judgement, by_id)) is not judgement:
                found.setdefault(root.claim.id, []).append(judgement)
        return {root: tuple(consequences) for root, consequences in found.items()}

    def _headline(self, strength: Strength) -> str | None:
        counted = [j for j in self.shown if j.claim.strength is strength]
        if not counted:
            return None
        count = Counter(self.standing(judgement) for judgement in counted)
        broken = count[Standing.FAILED] + count[Standing.WARNING]
        parts = [f"{count[Standing.KEPT]} kept", f"{broken} broken"]
        for standing, words in ((Standing.CONSEQUENCE, "broken as a consequence"), (Standing.WAIVED, "waived")):
            if count[standing]:
                parts.append(f"{count[standing]} {words}")
        reasons = {judgement.reason for judgement in counted if judgement.verdict is Verdict.NOT_TESTED}
        why = f" ({reasons.pop()})" if len(reasons) == 1 and "" not in reasons else ""
        parts.append(f"{count[Standing.NOT_TESTED]} not tested{why}")
        return f"{len(counted)} {strength} claim{'' if len(counted) == 1 else 's'}: {', '.join(parts)}"


def facts(judgement: Judgement) -> tuple[tuple[str, str], ...]:
    """What a failure says, as (label, text): source, expected, got, where; texts may have several lines."""
    failure = judgement.failure
    rows = [("source", str(judgement.claim.source))]
    if judgement.claim.source.note:
        rows.append(("note", judgement.claim.source.note))
    if failure:
        rows += [("expected", failure.expected), ("got", failure.got)]
        if failure.where:
            rows.append(("at", failure.where))
    if judgement.waived:
        rows.append(("waived", judgement.waived))
    return tuple(rows)


def described(view: View, judgement: Judgement) -> str:
    """A broken claim in full, as plain text of several lines; the first one is the claim."""
    rows = [*facts(judgement)]
    if judgement.failure and judgement.failure.curl:
        rows.append(("curl", judgement.failure.curl))
    rows += [("claim", judgement.claim.id), ("again", view.again(judgement))]
    if others := view.consequences(judgement):
        rows.append(("breaks", "\n".join(f"{other.claim.id}: {other.claim.text}" for other in others)))
    lines = [" ".join(judgement.claim.text.split())]
    for label, text in rows:
        first, *rest = text.splitlines() or [""]
        lines += [f"  {label:<9} {first}", *(f"  {'':<9} {line}" for line in rest)]
    return "\n".join(lines)
