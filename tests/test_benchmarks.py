"""The benchmarks work; how fast anything is, is never asserted."""

import json
from pathlib import Path

import pytest

from benchmarks import documents, synthetic, tables
from benchmarks.__main__ import main
from benchmarks.exchanges import documented_exchanges
from mock_server import create_app

needs_proc = pytest.mark.skipif(not Path("/proc/self/schedstat").exists(), reason="CPU times are read from /proc")


@needs_proc
def test_a_quick_run_measures_and_writes_its_tables(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"# Page\n\n{tables.BEGIN}\nold\n{tables.END}\n\nafter\n", "utf-8")
    given = [
        "--quick",
        "--no-peers",
        "--only",
        "memory",
        "--port",
        "4680",
        "--output",
        str(tmp_path),
        "--page",
        str(page),
    ]
    assert main(given) == 0
    written = json.loads((tmp_path / "results.json").read_text("utf-8"))
    (table,) = written["tables"]
    assert len(table["rows"]) == 11
    assert float(table["rows"][-1][2]) > 1
    assert table["title"] in capsys.readouterr().out
    text = page.read_text("utf-8")
    assert table["title"] in text
    assert "old" not in text
    assert text.endswith("after\n")


def test_the_measured_exchanges_are_accepted_by_their_own_schemas() -> None:
    import jsonschema_rs

    for exchange in documented_exchanges():
        validator = jsonschema_rs.Draft202012Validator(dict(exchange.schema), validate_formats=True)
        assert validator.is_valid(json.loads(exchange.body))
        assert not validator.is_valid([])
        assert exchange.request.endswith(exchange.body)


def test_the_synthetic_document_is_the_same_for_the_same_seed() -> None:
    assert synthetic.large_document(60, 7) == synthetic.large_document(60, 7)
    assert synthetic.large_document(60, 7) != synthetic.large_document(60, 8)


def test_a_part_of_a_document_has_what_its_paths_lead_to_and_can_be_served(tmp_path: Path) -> None:
    document = synthetic.large_document(60)
    assert documents.count_operations(document) == 60
    path = next(iter(document["paths"]))
    part = documents.part_of(document, [path, path + "/{id}"])
    assert documents.count_operations(part) == 6
    assert len(part["components"]["schemas"]) < len(document["components"]["schemas"])
    assert create_app(documents.write(part, tmp_path / "part.json"))


def test_what_3_0_cannot_say_is_said_as_nearly_as_it_can_be() -> None:
    document = {"openapi": "3.1.0", "webhooks": {}, "a": {"type": ["string", "null"]}, "b": [{"const": True}]}
    expected = {"openapi": "3.0.3", "a": {"type": "string", "nullable": True}, "b": [{"enum": [True]}]}
    assert documents.as_3_0(document) == expected


def test_a_goal_says_whether_it_is_met() -> None:
    assert tables.Goal("memory", 163.4, 200, " MB").text == "memory: 163 MB, goal 200 MB: met"
    assert not tables.Goal("ratio", 1.61, 1.6).met


@pytest.mark.parametrize("marks", ["", tables.BEGIN, tables.END])
def test_a_page_without_both_marks_is_refused_and_left_alone(tmp_path: Path, marks: str) -> None:
    page = tmp_path / "page.md"
    page.write_text(marks, "utf-8")
    with pytest.raises(ValueError, match="not both there"):
        tables.put_into(page, "new")
    assert page.read_text("utf-8") == marks


def test_a_run_without_proc_says_what_it_needs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("benchmarks.__main__.SCHEDULER", Path("/nowhere/schedstat"))
    assert main(["--quick", "--no-peers"]) == 2
    assert "Linux" in capsys.readouterr().err
