"""Facts about the command: exit codes, sentences, and what goes where. The judge is replaced by a made report."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import contract_tests
from contract_tests.cli import main
from contract_tests.options import RunOptions
from contract_tests.reports import FILES, View, read, write_all
from contract_tests.results import ANOTHER_SHARD, Report
from specs import Api, Strength
from tests.contract_tests.made import broken, id_of, kept, mixed, not_tested, report

URL = ("--url", "http://localhost:3000")
Judge = Callable[[Report | Exception], list[RunOptions]]


@pytest.fixture(autouse=True)
def _no_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY", "UNDERSTUDY_TOKEN", "UNDERSTUDY_DEBUG"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> Judge:
    """Makes every run end with a report, or an exception; gives the options of the runs."""

    def judged(outcome: Report | Exception) -> list[RunOptions]:
        asked: list[RunOptions] = []

        def run(_: Api, options: RunOptions) -> Report:
            asked.append(options)
            if isinstance(outcome, Exception):
                raise outcome
            return outcome

        monkeypatch.setattr(contract_tests, "run", run)
        return asked

    return judged


def call(*words: str | Path) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def test_a_kept_contract_exits_with_0(judged: Judge) -> None:
    judged(report(kept("a")))
    result = call("run", "jobhive", *URL)
    assert (result.exit_code, result.stderr) == (0, "")
    assert "1 documented claim: 1 kept" in result.stdout


def test_a_broken_contract_exits_with_1_and_shows_the_failure(judged: Judge) -> None:
    judged(report(broken("size")))
    result = call("run", "jobhive", *URL)
    assert result.exit_code == 1
    assert "BROKEN size is at most 90" in result.stdout
    assert "curl -X PATCH" in result.stdout


def test_a_run_that_could_not_judge_exits_with_2(judged: Judge) -> None:
    judged(report(not_tested("a"), could_not_run="http://localhost:3000 does not answer"))
    result = call("run", "jobhive", *URL)
    assert result.exit_code == 2
    assert "could not run: http://localhost:3000 does not answer" in result.stdout


def test_strict_fails_on_inferred_claims(judged: Judge) -> None:
    judged(report(kept("a"), broken("b", Strength.INFERRED)))
    assert call("run", "jobhive", *URL).exit_code == 0
    assert call("run", "jobhive", *URL, "--strict").exit_code == 1
    assert call("run", "jobhive", *URL, "--fail-on", "inferred").exit_code == 1


def test_min_tested_fails_when_too_little_was_tested(judged: Judge) -> None:
    judged(report(kept("a"), not_tested("b")))
    assert call("run", "jobhive", *URL, "--min-tested", "50%").exit_code == 0
    result = call("run", "jobhive", *URL, "--min-tested", "51%")
    assert result.exit_code == 1
    assert "1 of 2 claims (50.0%)" in result.stdout


def test_every_option_reaches_the_run(judged: Judge, tmp_path: Path) -> None:
    asked = judged(report(kept("a")))
    states = tmp_path / "states.yaml"
    states.write_text("an interview: {id: int_1}\n")
    only = "updateInterview/request/body/duration_minutes:maximum"
    words = f"--token t --seed 7 --profile thorough --safe --shard 2/4 --timeout 1.5 --listen :8099 --only {only}"
    headers = ("--header", "X-A: 1", "--header", "X-B: 2")
    result = call("run", "jobhive", *URL, *words.split(), *headers, "--no-schemathesis", "--states", states,
                  "--setup", "http://localhost:1/s", "--report-dir", tmp_path / "out")  # fmt: skip
    assert result.exit_code == 0
    (options,) = asked
    assert options == RunOptions(
        url="http://localhost:3000",
        token="t",
        states={"an interview": {"id": "int_1"}},
        setup="http://localhost:1/s",
        seed=7,
        profile="thorough",
        safe=True,
        shard=(2, 4),
        only=(only,),
        timeout=1.5,
        headers={"X-A": "1", "X-B": "2"},
        listen=("127.0.0.1", 8099),
        schemathesis=False,
        report_dir=tmp_path / "out",
    )


def test_the_token_may_come_from_the_environment(judged: Judge, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = judged(report(kept("a")))
    monkeypatch.setenv("UNDERSTUDY_TOKEN", "from the environment")
    call("run", "jobhive", *URL)
    assert asked[0].token == "from the environment"


def test_the_report_keeps_the_options_but_nothing_secret(judged: Judge, tmp_path: Path) -> None:
    judged(report(kept("a")))
    call("run", "jobhive", *URL, "--token", "s3cret-token", "--header", "X-Key: s3cret-key", "--shard", "2/4",
         "--setup", "http://localhost:1/s?key=s3cret-setup", "--report-dir", tmp_path)  # fmt: skip
    assert read(tmp_path / "report.json").options["shard"] == "2/4"
    for name in FILES.values():
        assert "s3cret" not in (tmp_path / name).read_text()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["run", "unheard-of", *URL], "unheard-of"),
        (["run", "nowhere/openapi.yaml", *URL], "nowhere/openapi.yaml"),
        (["run", "jobhive"], "--url"),
        (["run", "jobhive", "--url", "localhost"], "http://localhost:3000"),
        (["run", "jobhive", *URL, "--shard", "5/4"], "2/4, the second of four"),
        (["run", "jobhive", *URL, "--min-tested", "many"], "95%"),
        (["run", "jobhive", *URL, "--states", "nowhere.yaml"], "nowhere.yaml: there is no such file"),
        (["run", "jobhive", *URL, "--waivers", "nowhere.yaml"], "nowhere.yaml: there is no such file"),
        (["run", "jobhive", *URL, "--only", "nothing/like:that"], "is no claim of jobhive"),
        (["run", "jobhive", *URL, "--listen", "8099"], "127.0.0.1:8099"),
        (["run", "jobhive", *URL, "--header", "oops"], "X-Tenant: 7"),
        (["run", "jobhive", *URL, "--timeout", "0"], "timeout"),
        (["run", "jobhive", *URL, "--frobnicate"], "--frobnicate"),
        (["states", "unheard-of"], "unheard-of"),
        (["merge"], "DIR|FILE"),
        (["merge", "nowhere"], "nowhere: there is no such file or folder"),
        (["report", "nowhere.json"], "nowhere.json: cannot be read"),
        (["frobnicate"], "frobnicate"),
    ],
)
def test_wrong_use_is_told_in_a_sentence_and_exits_with_2(judged: Judge, words: list[str], said: str) -> None:
    asked = judged(report(kept("a")))
    result = call(*words)
    assert result.exit_code == 2
    assert said in " ".join(result.stderr.split())
    assert "Traceback" not in result.output
    assert asked == []


@pytest.mark.parametrize("option", ["--states", "--waivers"])
def test_a_malformed_file_is_told_with_its_line(judged: Judge, tmp_path: Path, option: str) -> None:
    asked = judged(report(kept("a")))
    file = tmp_path / "file.yaml"
    file.write_text("# mine\n- claim: [\n")
    result = call("run", "jobhive", *URL, option, file)
    assert result.exit_code == 2
    assert f"{file}:3: is not YAML" in result.stderr
    assert asked == []


def test_a_report_folder_that_cannot_be_made_is_told_before_the_run(judged: Judge, tmp_path: Path) -> None:
    asked = judged(report(kept("a")))
    (tmp_path / "file").write_text("")
    result = call("run", "jobhive", *URL, "--report-dir", tmp_path / "file")
    assert result.exit_code == 2
    assert "file" in result.stderr
    assert asked == []


def test_a_fault_of_the_suite_is_no_verdict(judged: Judge) -> None:
    judged(ZeroDivisionError("oops"))
    result = call("run", "jobhive", *URL)
    assert result.exit_code == 2
    assert "a fault of contract-tests itself: ZeroDivisionError: oops" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_run_that_is_interrupted_exits_with_2(judged: Judge, monkeypatch: pytest.MonkeyPatch) -> None:
    def run(*_: object) -> Report:
        raise KeyboardInterrupt

    monkeypatch.setattr(contract_tests, "run", run)
    result = call("run", "jobhive", *URL)
    assert (result.exit_code, result.stderr.strip()) == (2, "contract-tests: interrupted")


def test_a_report_folder_has_every_format(judged: Judge, tmp_path: Path) -> None:
    judged(mixed())
    call("run", "jobhive", *URL, "--report-dir", tmp_path / "out")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == sorted(FILES.values())


def test_a_format_is_all_that_stdout_has(judged: Judge) -> None:
    judged(report(kept("a")))
    assert json.loads(call("run", "jobhive", *URL, "--format", "json").stdout)["decision"]["exit_code"] == 0


def test_annotations_are_added_under_github_actions(judged: Judge, monkeypatch: pytest.MonkeyPatch) -> None:
    judged(report(broken("size")))
    assert "::error" not in call("run", "jobhive", *URL).stdout
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    result = call("run", "jobhive", *URL, "--pages", "docs")
    assert "::error file=docs/page.txt,line=12," in result.stdout


def test_the_step_summary_is_added_to(judged: Judge, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    judged(report(broken("size")))
    summary = tmp_path / "summary.md"
    summary.write_text("before\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    call("run", "jobhive", *URL)
    assert summary.read_text().startswith("before\n## ❌ Things: broken: 1 documented claim")


WAIVER = "- {{claim: '{claim}', reason: raised soon, owner: team, expires: 2027-03-31}}\n"


def test_a_waived_failure_passes_until_its_day_is_over(judged: Judge, tmp_path: Path) -> None:
    judged(report(kept("a"), broken("size")))
    file = tmp_path / "waivers.yaml"
    file.write_text(WAIVER.format(claim=id_of("size")))
    assert call("run", "jobhive", *URL, "--waivers", file, "--today", "2027-03-31").exit_code == 0
    result = call("run", "jobhive", *URL, "--waivers", file, "--today", "2027-04-01")
    assert result.exit_code == 1
    assert "expired on 2027-03-31" in result.stdout


def test_an_unused_waiver_is_told(judged: Judge, tmp_path: Path) -> None:
    judged(report(kept("size")))
    file = tmp_path / "waivers.yaml"
    file.write_text(WAIVER.format(claim=id_of("size")))
    result = call("run", "jobhive", *URL, "--waivers", file, "--today", "2027-03-31")
    assert result.exit_code == 0
    assert "is not used" in result.stdout


def test_states_prints_a_file_that_run_reads(judged: Judge, tmp_path: Path) -> None:
    asked = judged(report(kept("a")))
    file = tmp_path / "states.yaml"
    file.write_text(call("states", "jobhive").stdout)
    assert call("run", "jobhive", *URL, "--states", file).exit_code == 0
    assert "an interview in status completed" in asked[0].states


def test_shards_are_merged_into_one_verdict(tmp_path: Path) -> None:
    first = report(kept("a"), not_tested("b", ANOTHER_SHARD), options={"shard": "1/2"})
    second = report(not_tested("a", ANOTHER_SHARD), broken("b"), options={"shard": "2/2"})
    for number, shard in enumerate((first, second), 1):
        write_all(View(shard), tmp_path / f"shard-{number}")
    result = call("merge", tmp_path, "--report-dir", tmp_path / "out")
    assert result.exit_code == 1
    assert "2 documented claims: 1 kept, 1 broken, 0 not tested" in result.stdout
    assert len(read(tmp_path / "out" / "report.json").judgements) == 2
    assert call("merge", tmp_path / "shard-1").exit_code == 2


def test_a_report_is_shown_again_in_any_format(tmp_path: Path) -> None:
    write_all(View(mixed()), tmp_path)
    for name in FILES:
        result = call("report", tmp_path / "report.json", "--format", name)
        assert result.exit_code == 0
        assert result.stdout_bytes == (tmp_path / FILES[name]).read_bytes()


@pytest.mark.parametrize("command", ["run", "states", "merge", "report"])
def test_the_help_of_a_command_has_examples(command: str) -> None:
    result = call(command, "--help")
    assert result.exit_code == 0
    assert f"contract-tests {command} " in result.stdout.split("Example")[1]
