"""Facts about waivers: what they cover, when they end, and what is told about them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from contract_tests.gates import Gate, decide
from contract_tests.results import ANOTHER_SHARD
from contract_tests.user_files import WrongFile
from contract_tests.waivers import Waiver, apply, load
from tests.contract_tests.made import broken, id_of, kept, not_tested, report

DAY = date(2027, 3, 31)


def waiver(name: str = "a", pattern: str | None = None, api: str | None = None) -> Waiver:
    return Waiver(pattern or id_of(name), "raised soon", "team", DAY, "waivers.yaml:1", api)


def written(folder: Path, text: str) -> Path:
    file = folder / "waivers.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def test_a_waived_failure_does_not_fail_and_says_why() -> None:
    found = apply(report(broken("a"), kept("b")), [waiver()], DAY)
    assert found.judgements[0].waived == "raised soon (team, until 2027-03-31)"
    assert found.notes == ()
    assert decide(found, Gate()).code == 0


def test_an_expired_waiver_covers_nothing_and_is_told() -> None:
    found = apply(report(broken("a")), [waiver()], date(2027, 4, 1))
    assert found.judgements[0].waived is None
    assert "expired on 2027-03-31" in found.notes[0]
    assert decide(found, Gate()).code == 1


def test_a_pattern_covers_every_claim_it_fits() -> None:
    found = apply(report(broken("a"), broken("b"), kept("c")), [waiver(pattern="update/request/body/*")], DAY)
    assert [bool(judgement.waived) for judgement in found.judgements] == [True, True, False]


def test_an_id_with_a_star_in_it_covers_itself() -> None:
    assert waiver(pattern="update/request/body/tags/*:type").covers("things", "update/request/body/tags/*:type")


def test_a_waiver_of_another_api_does_not_hold_and_is_not_told() -> None:
    found = apply(report(broken("a")), [waiver(api="others")], DAY)
    assert found.judgements[0].waived is None
    assert found.notes == ()


def test_a_waiver_whose_claim_is_kept_is_told_as_unused() -> None:
    assert "is not used" in apply(report(kept("a")), [waiver()], DAY).notes[0]


def test_a_waiver_of_no_claim_is_told() -> None:
    assert "is no claim of things" in apply(report(kept("b")), [waiver()], DAY).notes[0]


def test_a_waiver_whose_claim_was_not_tested_is_not_told_as_unused() -> None:
    assert apply(report(not_tested("a")), [waiver()], DAY).notes == ()


def test_a_shard_says_nothing_of_unused_waivers() -> None:
    assert apply(report(kept("a"), not_tested("b", ANOTHER_SHARD)), [waiver()], DAY).notes == ()


def test_waivers_applied_again_start_afresh() -> None:
    once = apply(report(broken("a")), [waiver()], DAY)
    again = apply(once, [], DAY)
    assert again.judgements[0].waived is None


def test_waivers_are_read_with_their_place(tmp_path: Path) -> None:
    file = written(
        tmp_path,
        "# known\n- claim: a:*\n  reason: 'yes'\n  owner: team\n  expires: 2027-03-31\n  api: things\n",
    )
    assert load(file) == (Waiver("a:*", "yes", "team", DAY, f"{file}:2", "things"),)


def test_an_empty_file_has_no_waivers(tmp_path: Path) -> None:
    assert load(written(tmp_path, "# none left\n")) == ()


GOOD = "- {claim: a, reason: r, owner: o, expires: 2027-03-31}\n"


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        (GOOD + "- claim: b\n  owner: o\n  expires: 2027-03-31\n", 2, '"reason" is a required property'),
        (GOOD + "- claim: b\n  reason: r\n  owner: o\n  expires: next spring\n", 5, "next spring"),
        (GOOD + "- claim: b\n  reason: r\n  owner: o\n  expires: 2027-02-30\n", 5, "no day of the calendar"),
        (GOOD + "- claim: b\n  reason: r\n  owner: o\n  expires: 2027-03-31\n  claims: c\n", 2, "claims"),
        ("claim: a\n", 1, "array"),
        (GOOD + "- claim: [\n", 3, "is not YAML"),
        ("- claim: a\n  claim: b\n", 2, "twice"),
    ],
)
def test_a_wrong_file_is_told_with_its_line(tmp_path: Path, text: str, line: int, said: str) -> None:
    file = written(tmp_path, text)
    with pytest.raises(WrongFile) as caught:
        load(file)
    assert str(caught.value).startswith(f"{file}:{line}: ")
    assert said in str(caught.value)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(WrongFile, match="there is no such file"):
        load(tmp_path / "nowhere.yaml")
