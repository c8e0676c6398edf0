"""Facts about the JSON report: it says everything, and is read back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from contract_tests.reports import UnreadableReport, View, read, render
from contract_tests.reports.json import parse, schema
from contract_tests.results import Report
from tests.contract_tests.made import broken, claim, failure, kept, mixed, report, step


def written(found: Report) -> str:
    return render(View(found), "json")


def test_a_report_is_read_back_as_it_was() -> None:
    assert parse(written(mixed())) == mixed()


def test_half_a_surrogate_pair_is_replaced() -> None:
    found = report(kept("a", text="a \ud83d b"))
    assert parse(written(found)).judgements[0].claim.text == "a \N{REPLACEMENT CHARACTER} b"


def test_bodies_that_are_no_text_are_read_back() -> None:
    found = report(broken("a", failure=failure(steps=(step(body=None, answer_body=b"\xff\x00", status=None),))))
    assert parse(written(found)) == found


def test_expected_values_of_every_kind_are_read_back() -> None:
    for expected in (None, 0, 1.5, True, "text", ["a", None], {"a": [1]}):
        found = report(kept("a", expected=expected))
        assert parse(written(found)) == found


def test_the_same_report_is_written_with_the_same_bytes() -> None:
    assert written(mixed()) == written(mixed())


def test_the_schema_describes_every_member_of_the_claim() -> None:
    assert set(schema()["$defs"]["claim"]["properties"]) == set(claim("a").__dataclass_fields__)


def test_the_gate_is_told_beside_the_judgements() -> None:
    document = json.loads(written(mixed()))
    assert document["decision"]["exit_code"] == 1
    assert [judgement["standing"] for judgement in document["judgements"]][:3] == ["kept", "warning", "failed"]


def damaged(**members: Any) -> str:
    return json.dumps({**json.loads(written(report(kept("a")))), **members})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "is not JSON"),
        ("[]", "is no JSON report"),
        ('{"runs": []}', "is no JSON report"),
        (damaged(version=2), "has version 2"),
        (damaged(seed="x"), "is damaged at /seed"),
        (damaged(judgements=[{"verdict": "kept"}]), "is damaged at /judgements/0"),
    ],
)
def test_what_is_no_report_is_refused_with_its_reason(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "report.json"
    file.write_text(text)
    with pytest.raises(UnreadableReport, match=said) as caught:
        read(file)
    assert str(file) in str(caught.value)


def test_a_missing_report_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableReport, match="cannot be read"):
        read(tmp_path / "nowhere.json")
