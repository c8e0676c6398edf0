"""Facts about merging: several reports, one verdict."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from contract_tests.gates import Gate, decide
from contract_tests.merging import CannotMerge, found, merge
from contract_tests.reports import View, write_all
from contract_tests.results import ANOTHER_SHARD, Judgement, Report, Verdict
from tests.contract_tests.made import broken, failure, id_of, kept, not_tested, report, step


def shard(number: int, of: int, *judgements: Judgement, **members: Any) -> Report:
    return report(*judgements, options={"shard": f"{number}/{of}"}, **members)


def verdicts(merged: Report) -> dict[str, Verdict]:
    return {judgement.claim.id: judgement.verdict for judgement in merged.judgements}


def test_shards_add_up_to_one_verdict() -> None:
    merged = merge(
        [
            shard(1, 2, kept("a"), not_tested("b", ANOTHER_SHARD), not_tested("c", "no thing was given"), requests=3),
            shard(2, 2, not_tested("a", ANOTHER_SHARD), broken("b"), not_tested("c", ANOTHER_SHARD), requests=4),
        ]
    )
    assert verdicts(merged) == {
        id_of("a"): Verdict.KEPT,
        id_of("b"): Verdict.BROKEN,
        id_of("c"): Verdict.NOT_TESTED,
    }
    assert merged.judgements[2].reason == "no thing was given"
    assert merged.requests == 7
    assert merged.could_not_run is None
    assert decide(merged, Gate()).code == 1


def test_a_claim_broken_in_one_run_and_kept_in_another_is_broken() -> None:
    merged = merge([report(kept("a")), report(broken("a"))])
    assert verdicts(merged) == {id_of("a"): Verdict.BROKEN}
    assert merged.judgements[0].observations == 3


def test_the_smallest_reproduction_stays() -> None:
    long = broken("a", failure=failure(steps=(step("first"), step("second"))))
    short = broken("a", failure=failure(steps=(step("alone"),)))
    for order in ([long, short], [short, long]):
        merged = merge([report(judgement) for judgement in order])
        assert merged.judgements[0].failure is not None
        assert merged.judgements[0].failure.curl == "alone"


def test_a_claim_that_is_a_root_anywhere_is_a_root() -> None:
    merged = merge([report(broken("a", caused_by="x"), broken("x")), report(broken("a"))])
    assert merged.judgements[0].caused_by is None


def test_a_missing_shard_is_no_verdict() -> None:
    merged = merge([shard(1, 3, kept("a")), shard(3, 3, not_tested("a", ANOTHER_SHARD))])
    decision = decide(merged, Gate())
    assert (decision.code, decision.sentence) == (2, "could not run: the report of shard 2/3 is missing")


def test_a_claim_that_no_shard_judged_counts_as_not_tested() -> None:
    merged = merge([shard(1, 2, not_tested("a", ANOTHER_SHARD)), shard(2, 2, not_tested("a", ANOTHER_SHARD))])
    assert not merged.judgements[0].left_out
    assert decide(merged, Gate()).code == 2


def test_the_trouble_of_a_shard_names_it() -> None:
    merged = merge([shard(1, 2, kept("a")), shard(2, 2, could_not_run="the target is unreachable")])
    assert merged.could_not_run == "shard 2/2: the target is unreachable"


def test_a_shard_may_be_told_as_two_numbers() -> None:
    merged = merge([report(kept("a"), options={"shard": [1, 2]})])
    assert merged.could_not_run == "the report of shard 2/2 is missing"


def test_runs_without_shards_are_united_too() -> None:
    merged = merge([report(kept("a"), not_tested("b")), report(not_tested("a"), kept("b"))])
    assert set(verdicts(merged).values()) == {Verdict.KEPT}


@pytest.mark.parametrize(
    ("reports", "said"),
    [
        ([], "no report"),
        ([report(kept("a")), report(kept("a"), api="others")], "different APIs"),
        ([shard(1, 2, kept("a")), shard(2, 3, kept("a"))], "different divisions"),
    ],
)
def test_what_does_not_belong_together_is_refused(reports: list[Report], said: str) -> None:
    with pytest.raises(CannotMerge, match=said):
        merge(reports)


def test_reports_are_found_in_folders(tmp_path: Path) -> None:
    for number in (2, 1):
        write_all(View(shard(number, 2, kept("a"))), tmp_path / f"shard-{number}")
    (tmp_path / "other.json").write_text("{}")
    first, second = tmp_path / "shard-1" / "report.json", tmp_path / "shard-2" / "report.json"
    assert found([tmp_path]) == (first, second)
    assert found([second, tmp_path]) == (second, first)


@pytest.mark.parametrize("path", ["nowhere", "."])
def test_a_path_without_reports_is_refused(tmp_path: Path, path: str) -> None:
    with pytest.raises(CannotMerge, match="there is no"):
        found([tmp_path / path])
