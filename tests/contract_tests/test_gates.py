"""Facts about gates: what fails, what warns, and the exit code."""

from __future__ import annotations

from contract_tests.gates import Gate, Standing, decide, standings
from contract_tests.results import ANOTHER_SHARD, NOT_CHOSEN, Report
from specs import Strength
from tests.contract_tests.made import broken, id_of, kept, mixed, not_tested, report

STRICT = Gate(fail_on=Strength.INFERRED)


def standing(found: Report, name: str, gate: Gate | None = None) -> Standing:
    return standings(found, gate or Gate())[id_of(name)]


def test_a_report_without_broken_claims_is_kept() -> None:
    decision = decide(report(kept("a"), not_tested("b")), Gate())
    assert (decision.code, decision.sentence) == (0, "kept: every documented claim that was tested")


def test_a_broken_documented_claim_fails() -> None:
    decision = decide(report(kept("a"), broken("b")), Gate())
    assert (decision.code, decision.sentence) == (1, "broken: 1 documented claim")


def test_a_broken_inferred_claim_is_a_warning_unless_the_gate_is_strict() -> None:
    found = report(kept("a"), broken("b", Strength.INFERRED))
    assert standing(found, "b") is Standing.WARNING
    assert decide(found, Gate()).code == 0
    assert standing(found, "b", STRICT) is Standing.FAILED
    assert decide(found, STRICT).code == 1


def test_an_assumed_claim_is_never_judged() -> None:
    found = report(kept("a"), broken("b", Strength.ASSUMED))
    assert standing(found, "b", STRICT) is Standing.ASIDE
    assert decide(found, STRICT).code == 0


def test_even_a_gate_of_assumed_claims_does_not_judge_them() -> None:
    assert decide(report(kept("a"), broken("b", Strength.ASSUMED)), Gate(Strength.ASSUMED)).code == 0


def test_a_consequence_is_no_failure_of_its_own() -> None:
    found = report(broken("root"), broken("middle", caused_by=id_of("root")), broken("leaf", caused_by=id_of("middle")))
    assert [standing(found, name) for name in ("root", "middle", "leaf")] == [
        Standing.FAILED,
        Standing.CONSEQUENCE,
        Standing.CONSEQUENCE,
    ]
    assert decide(found, Gate()).sentence == "broken: 1 documented claim"


def test_a_documented_claim_is_not_swallowed_by_a_weaker_root() -> None:
    found = report(broken("root", Strength.INFERRED), broken("leaf", caused_by=id_of("root")))
    assert standing(found, "leaf") is Standing.FAILED
    assert decide(found, Gate()).code == 1


def test_a_documented_claim_is_not_swallowed_by_an_assumed_root() -> None:
    found = report(broken("root", Strength.ASSUMED), broken("leaf", caused_by=id_of("root")))
    assert standing(found, "leaf") is Standing.FAILED


def test_a_cause_that_was_kept_or_is_unknown_excuses_nothing() -> None:
    found = report(kept("root"), broken("a", caused_by=id_of("root")), broken("b", caused_by="unheard/of"))
    assert standing(found, "a") is Standing.FAILED
    assert standing(found, "b") is Standing.FAILED


def test_causes_that_go_in_a_circle_end() -> None:
    found = report(broken("a", caused_by=id_of("b")), broken("b", caused_by=id_of("a")))
    assert decide(found, Gate()).code == 1


def test_the_consequence_of_a_waived_failure_is_waived() -> None:
    found = report(kept("a"), broken("root", waived="known"), broken("leaf", caused_by=id_of("root")))
    assert standing(found, "leaf") is Standing.WAIVED
    decision = decide(found, Gate())
    assert decision.code == 0
    assert decision.sentence.endswith("but for 2 claims that are waived")


def test_a_run_that_could_not_judge_is_2_and_says_why() -> None:
    decision = decide(report(not_tested("a"), could_not_run="the target is unreachable"), Gate())
    assert (decision.code, decision.sentence) == (2, "could not run: the target is unreachable")


def test_what_was_found_before_a_run_ended_early_still_fails() -> None:
    decision = decide(report(broken("a"), not_tested("b"), could_not_run="the target went away"), Gate())
    assert decision.code == 1
    assert "the target went away" in decision.sentence


def test_a_run_that_tested_nothing_does_not_pass() -> None:
    decision = decide(report(not_tested("a", "--safe was given")), Gate())
    assert decision.code == 2
    assert "--safe was given" in decision.sentence


def test_too_little_tested_fails_a_gate_that_asks_for_more() -> None:
    found = report(kept("a"), kept("b"), kept("c"), not_tested("d", "no thing was given"))
    assert decide(found, Gate(min_tested=0.75)).code == 0
    decision = decide(found, Gate(min_tested=0.76))
    assert decision.code == 1
    assert "3 of 4 claims (75.0%)" in decision.sentence
    assert "no thing was given" in decision.sentence


def test_inferred_claims_do_not_count_as_tested_unless_the_gate_is_strict() -> None:
    found = report(kept("a"), not_tested("b", strength=Strength.INFERRED))
    assert decide(found, Gate(min_tested=1.0)).code == 0
    assert decide(found, Gate(Strength.INFERRED, 1.0)).code == 1


def test_claims_left_to_others_do_not_count() -> None:
    found = report(kept("a"), not_tested("b", ANOTHER_SHARD), not_tested("c", NOT_CHOSEN))
    assert decide(found, Gate(min_tested=1.0)).code == 0


def test_every_standing_is_reached_by_the_mixed_report() -> None:
    assert set(standings(mixed(), Gate()).values()) == set(Standing)
