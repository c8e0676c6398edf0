"""What lint finds, and where it says it is."""

import shutil
from pathlib import Path

import pytest

import specs
from specs.lint import lint

ROOT = Path(__file__).parents[2]


@pytest.fixture
def kit(tmp_path: Path) -> Path:
    """A copy of one bundled API, as a folder of data, to be broken."""
    shutil.copytree(ROOT / "specs/jobhive", tmp_path / "specs/jobhive")
    shutil.copytree(ROOT / "fixtures/jobhive", tmp_path / "fixtures/jobhive")
    return tmp_path


def change(path: Path, old: str, new: str) -> int:
    """Replaces one text in a file; the line, from 1, where it stood."""
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))
    return text[: text.index(old)].count("\n") + 1


@pytest.mark.parametrize("name", specs.names())
def test_the_bundled_apis_have_no_findings(name: str) -> None:
    assert lint(name) == []


def test_a_copied_folder_lints_like_the_original(kit: Path) -> None:
    assert lint(kit / "specs/jobhive") == []


BROKEN = [
    (
        "specs/jobhive/openapi.yaml",
        "x-source: {page: 003_1268dbac8b877aa1.txt, section: Request Body, strength: documented}\n",
        "x-source: {section: Request Body}\n",
        "a fact without source",
    ),
    ("specs/jobhive/openapi.yaml", "x-source: {line: 14,", "x-source: {lime: 14,", "x-source: "),
    (
        "specs/jobhive/openapi.yaml",
        "$ref: '#/components/schemas/Interview'",
        "$ref: '#/components/schemas/Nope'",
        "leads nowhere",
    ),
    (
        "specs/jobhive/openapi.yaml",
        "../../fixtures/jobhive/update_interview.yaml#/request/body",
        "../../../other.yaml#/request/body",
        "leaves the folder",
    ),
    (
        "specs/jobhive/openapi.yaml",
        "documented: {$ref: '../../fixtures/jobhive/interview_not_found.yaml#/response/body'}",
        "documented: {value: {success: 1}}",
        "contradicts its schema",
    ),
    (
        "fixtures/jobhive/update_interview.yaml",
        "duration_minutes: 60",
        "duration_minutes: 14",
        "contradicts its schema",
    ),
    (
        "fixtures/jobhive/update_interview.yaml",
        "operation: updateInterview",
        "operation: nope",
        "there is no operation",
    ),
    ("fixtures/jobhive/update_interview.yaml", "title: The", "bogus: 1\ntitle: The", "bogus"),
    ("fixtures/jobhive/state.yaml", "  interview:", "  interviews:", "of which there is no rule"),
    ("specs/jobhive/rules.yaml", "key: {path: id}", "key: {path: ident}", "there is no path parameter 'ident'"),
    ("specs/jobhive/rules.yaml", "resource: interview", "resource: meeting", "there is no resource 'meeting'"),
    ("specs/jobhive/rules.yaml", "invalid: {status: 422", "invalid: {status: 418", "is no response of"),
    ("specs/jobhive/rules.yaml", "  interview.updated:", "  interview.changed:", "has no webhook"),
    ("specs/jobhive/openapi.yaml", "openapi: 3.1.0", "openapi: 3.1.0\ninfos: {}", "openapi-spec-validator"),
]


@pytest.mark.parametrize(
    ("file", "old", "new", "message"), BROKEN, ids=[case[3] + " " + case[2][:20] for case in BROKEN]
)
def test_what_is_broken_is_found_with_file_and_line(kit: Path, file: str, old: str, new: str, message: str) -> None:
    line = change(kit / file, old, new)
    findings = [finding for finding in lint(kit / "specs/jobhive") if message in finding.message]
    assert findings
    assert findings[0].file.name == Path(file).name
    assert findings[0].line is None or abs(findings[0].line - line) <= 1 or message == "a fact without source"


def test_a_fixture_nobody_refers_to_is_found(kit: Path) -> None:
    shutil.copy(kit / "fixtures/jobhive/update_interview.yaml", kit / "fixtures/jobhive/another.yaml")
    assert [f"{finding.file.name}: {finding.message}" for finding in lint(kit / "specs/jobhive")] == [
        "another.yaml: no example of the spec refers to this fixture"
    ]


def test_pages_that_are_given_have_to_have_the_lines_that_are_named(kit: Path) -> None:
    pages = kit / "pages"
    pages.mkdir()
    assert any("is not in" in finding.message for finding in lint(kit / "specs/jobhive", pages=pages))
    (pages / "003_1268dbac8b877aa1.txt").write_text("one line\n")
    assert any("has no line" in finding.message for finding in lint(kit / "specs/jobhive", pages=pages))
    (pages / "003_1268dbac8b877aa1.txt").write_text("a line\n" * 200)
    assert lint(kit / "specs/jobhive", pages=pages) == []


def test_a_foreign_document_owes_no_sources(tmp_path: Path) -> None:
    (tmp_path / "pets.yaml").write_text(
        "openapi: 3.1.0\ninfo: {title: T, version: '1'}\n"
        "paths: {/a: {get: {operationId: a, responses: {'200': {description: d}}}}}\n"
    )
    assert lint(tmp_path / "pets.yaml") == []


def test_a_schema_within_itself_is_no_fault(tmp_path: Path) -> None:
    (tmp_path / "trees.yaml").write_text(
        "openapi: 3.1.0\ninfo: {title: T, version: '1'}\n"
        "paths: {/a: {get: {operationId: a, responses: {'200': {description: d, content: {application/json: "
        "{schema: {$ref: '#/components/schemas/Tree'}}}}}}}}\n"
        "components: {schemas: {Tree: {type: object, properties: {next: {$ref: '#/components/schemas/Tree'}}}}}\n"
    )
    assert lint(tmp_path / "trees.yaml") == []
    (tmp_path / "trees.yaml").write_text((tmp_path / "trees.yaml").read_text().replace("'200'", "200"))
    assert lint(tmp_path / "trees.yaml") == []


def test_what_a_document_lacks_is_found_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "odd.yaml").write_text(
        "openapi: 3.1\ninfo: {title: T, version: '1'}\n"
        "paths: {/a: {get: {operationId: a, responses: {'200': {description: d, content: {application/json: "
        "{schema: {type: int}}}}}}}}\n"
    )
    messages = [str(finding) for finding in lint(tmp_path / "odd.yaml")]
    assert any('`type: "int"` is not JSON Schema, and is read as "integer"' in message for message in messages)
    assert not any("gave up" in message for message in messages)
