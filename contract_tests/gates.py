"""What a report means for whoever waits for it: which judgements fail, and the exit code with the sentence why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from contract_tests.results import Judgement, Report, Verdict
from specs import Strength

KEPT, BROKEN, COULD_NOT_RUN = 0, 1, 2
"""The exit codes."""


class Standing(StrEnum):
    """What becomes of a judgement once the gate is known.

    `CONSEQUENCE` is broken because a claim that is reported itself is; `ASIDE` is neither judged nor counted: its
    claim is `assumed`, or this run was told to leave it out.
    """

    FAILED = "failed"
    WARNING = "warning"
    WAIVED = "waived"
    CONSEQUENCE = "consequence"
    NOT_TESTED = "not tested"
    KEPT = "kept"
    ASIDE = "aside"


@dataclass(frozen=True, slots=True)
class Gate:
    """What has to hold for a run to pass.

    Broken claims of strength `fail_on` or stronger fail; weaker ones are warnings. `min_tested` is the share (0 to 1)
    of these claims that must have been tested.
    """

    fail_on: Strength = Strength.DOCUMENTED
    min_tested: float = 0.0


@dataclass(frozen=True, slots=True)
class Decision:
    """The exit code (0 kept, 1 broken, 2 could not run), and why in one sentence."""

    code: int
    sentence: str


def standings(report: Report, gate: Gate) -> Mapping[str, Standing]:
    """What becomes of each judgement, by the id of its claim."""
    by_id = {judgement.claim.id: judgement for judgement in report.judgements}
    return {claim: _standing(judgement, by_id, gate) for claim, judgement in by_id.items()}


def root_of(judgement: Judgement, by_id: Mapping[str, Judgement]) -> Judgement:
    """The broken judgement at the beginning of the chain of causes.

    `judgement` itself where it is no consequence, or where the causes go in a circle.
    """
    root, seen = judgement, {judgement.claim.id}
    while (cause := by_id.get(root.caused_by or "")) is not None and cause.verdict is Verdict.BROKEN:
        if cause.claim.id in seen:
            return judgement
        seen.add(cause.claim.id)
        root = cause
    return root


def decide(report: Report, gate: Gate) -> Decision:
    """Whether the report passes the gate.

    A broken claim is a failure even if the run ended early; a run that could not judge everything, or judged nothing,
    never passes.
    """
    standing = standings(report, gate)
    failed = [j for j in report.judgements if standing[j.claim.id] is Standing.FAILED]
    if failed:
        also = f"; not everything could be judged: {report.could_not_run}" if report.could_not_run else ""
        return Decision(BROKEN, f"{_broken(failed)}{also}")
    if report.could_not_run:
        return Decision(COULD_NOT_RUN, f"could not run: {report.could_not_run}")
    if not any(value in _TESTED for value in standing.values()):
        return Decision(COULD_NOT_RUN, f"could not run: no claim of {report.api} was tested{_main_reason(report)}")
    counted = [j for j in report.judgements if _counts(j, gate) and standing[j.claim.id] is not Standing.ASIDE]
    tested = sum(standing[j.claim.id] in _TESTED for j in counted)
    if tested < gate.min_tested * len(counted):
        return Decision(
            BROKEN,
            f"too little was tested: {tested} of {_claims(len(counted))} ({tested / len(counted):.1%}), "
            f"where at least {gate.min_tested:.1%} are asked for{_main_reason(report)}",
        )
    return Decision(KEPT, f"kept: every {_strengths(gate)} claim that was tested{_waived(standing)}")


_TESTED = (Standing.KEPT, Standing.FAILED, Standing.WARNING, Standing.WAIVED, Standing.CONSEQUENCE)


def _standing(judgement: Judgement, by_id: Mapping[str, Judgement], gate: Gate) -> Standing:
    own = _alone(judgement, gate)
    root = root_of(judgement, by_id)
    if own not in (Standing.FAILED, Standing.WARNING) or root is judgement:
        return own
    of_root = _alone(root, gate)
    if of_root is Standing.WAIVED:
        return Standing.WAIVED
    # A failure is never swallowed by a root that does not fail itself.
    reported = (Standing.FAILED,) if own is Standing.FAILED else (Standing.FAILED, Standing.WARNING)
    return Standing.CONSEQUENCE if of_root in reported else own


def _alone(judgement: Judgement, gate: Gate) -> Standing:
    if judgement.claim.strength is Strength.ASSUMED or judgement.left_out:
        return Standing.ASIDE
    if judgement.verdict is not Verdict.BROKEN:
        return Standing.KEPT if judgement.verdict is Verdict.KEPT else Standing.NOT_TESTED
    if judgement.waived:
        return Standing.WAIVED
    return Standing.FAILED if _counts(judgement, gate) else Standing.WARNING


def _counts(judgement: Judgement, gate: Gate) -> bool:
    return judgement.claim.strength.rank >= max(gate.fail_on.rank, Strength.INFERRED.rank)


def _claims(number: int) -> str:
    return f"{number} claim" if number == 1 else f"{number} claims"


def _broken(failed: list[Judgement]) -> str:
    by_strength = Counter(judgement.claim.strength for judgement in failed)
    parts = [f"{number} {strength}" for strength, number in sorted(by_strength.items(), key=lambda x: -x[0].rank)]
    return f"broken: {' and '.join(parts)} claim{'' if len(failed) == 1 else 's'}"


def _strengths(gate: Gate) -> str:
    return "documented" if gate.fail_on is Strength.DOCUMENTED else "documented and inferred"


def _waived(standing: Mapping[str, Standing]) -> str:
    waived = sum(value is Standing.WAIVED for value in standing.values())
    return f", but for {_claims(waived)} that {'is' if waived == 1 else 'are'} waived" if waived else ""


def _main_reason(report: Report) -> str:
    reasons = Counter(j.reason for j in report.of(Verdict.NOT_TESTED) if j.reason and not j.left_out)
    return f" ({reasons.most_common(1)[0][0]})" if reasons else ""
