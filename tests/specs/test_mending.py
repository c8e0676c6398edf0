"""Schemas that are none: what is made of them, and what is said of it."""

from pathlib import Path
from typing import Any

import pytest

import specs
from specs.mending import mended
from specs.reading import read

CASES: list[dict[str, Any]] = read(Path(__file__).parent / "data" / "mending.yaml").value


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_what_is_no_schema_is_read_as_one(case: dict[str, Any]) -> None:
    warnings: list[str] = []
    document = {"openapi": "3.1.0", "components": {"schemas": {"A": {"not": case["from"]}}}}
    changed = mended(document, warnings)
    assert changed["components"]["schemas"]["A"] == {"not": case["to"]}
    assert case.get("told", "") in "\n".join(warnings)
    assert all("(at /components/schemas/A/not/" in warning for warning in warnings)


def test_a_fine_document_is_left_as_it_is() -> None:
    document = {"openapi": "3.1.0", "components": {"schemas": {"A": {"type": "string"}}}}
    warnings: list[str] = []
    assert mended(document, warnings) == document
    assert warnings == []


@pytest.mark.parametrize("version", ["2.0", "3.0.3", "3.1.0", "3.2.0"])
def test_documents_of_all_versions_are_mended(tmp_path: Path, version: str) -> None:
    schemas = "A: {type: int, pattern: '('}"
    text = f"openapi: {version}\ncomponents: {{schemas: {{{schemas}}}}}\n"
    if version == "2.0":
        text = f"swagger: '2.0'\ndefinitions: {{{schemas}}}\n"
    (tmp_path / "a.yaml").write_text(f"info: {{title: T, version: '1'}}\npaths: {{}}\n{text}")
    api = specs.load(tmp_path / "a.yaml")
    assert api.at("/components/schemas/A") == {"type": "integer"}
    assert len(api.warnings) == 2
