"""`api-specs`: what it prints, and how it ends."""

import json
from pathlib import Path

from click.testing import CliRunner

from specs.cli import main


def run(*args: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, list(args))
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.exit_code, result.output


def test_list_names_the_bundled_apis() -> None:
    code, output = run("list")
    assert code == 0
    assert [line.split()[0] for line in output.splitlines()] == ["driver_interviews", "jobhive", "kombo"]


def test_show_tells_operations_counts_and_sources() -> None:
    code, output = run("show", "jobhive")
    assert code == 0
    for words in ("PATCH  /v1/interviews/{id}", "documented", "003_1268dbac8b877aa1.txt", "interview.rescheduled"):
        assert words in output


def test_show_lists_claims_of_one_strength() -> None:
    code, output = run("show", "kombo", "--claims", "--strength", "assumed")
    assert code == 0
    claims = output.partition("\nClaims\n")[2]
    assert "assumed: " in claims
    assert "documented: " not in claims


def test_show_as_json_is_json_with_every_claim() -> None:
    code, output = run("show", "jobhive", "--json")
    assert code == 0
    shown = json.loads(output)
    assert {"id", "kind", "text", "strength", "page", "section", "line", "pointer"} == set(shown["claims"][0])


def test_the_document_is_one_file_with_the_fixtures_in_it() -> None:
    code, output = run("show", "kombo", "--document")
    assert code == 0
    assert "../" not in output
    assert "INTEGRATION.MODEL_NOT_AVAILABLE" in json.dumps(json.loads(output)["components"]["responses"])


def test_lint_of_the_bundled_apis_ends_with_0() -> None:
    assert run("lint")[0] == 0


def test_lint_of_a_broken_file_ends_with_1_and_says_where(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("openapi: 3.1.0\ninfo: {title: T, version: '1'}\npaths:\n  /a:\n    $ref: '#/nope'\n")
    code, output = run("lint", str(path))
    assert code == 1
    assert f"{path}:4: error: the reference '#/nope' leads nowhere" in output


def test_warnings_fail_only_when_strict(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(
        "openapi: 3.1.0\ninfo: {title: T, version: '1'}\npaths: {/a: {get: {responses: {'200': {description: d}}}}}\n"
    )
    assert run("lint", str(path))[0] == 0
    assert run("lint", "--strict", str(path))[0] == 1


def test_an_unknown_api_ends_with_2_and_the_names_there_are() -> None:
    for command in ("show", "lint"):
        code, output = run(command, "nope")
        assert code == 2
        assert "there is no API and no file 'nope'" in output
        assert "driver_interviews, jobhive, kombo" in output


def test_help_teaches_by_example() -> None:
    for args in ((), ("show",), ("lint",)):
        code, output = run(*args, "--help")
        assert code == 0
        assert "Examples:" in output
