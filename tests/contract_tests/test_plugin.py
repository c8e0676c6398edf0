"""Facts about the suite under pytest. The judge is replaced by a made report, in an inner run of pytest."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

import contract_tests.asked  # what an inner pytest imports first, it takes along when it ends
import specs
from contract_tests import plugin
from contract_tests.options import RunOptions
from contract_tests.reports import FILES
from contract_tests.results import Judgement, Report, Verdict
from specs import Api, Strength
from tests.contract_tests.made import failure, report

pytest_plugins = ["pytester"]

# The outer pytest has imported the packages already.
INNER = (
    "-p",
    "no:cacheprovider",
    "-W",
    "error",
    "-W",
    "ignore:Module already imported:pytest.PytestAssertRewriteWarning",
)
ROOT = Path(__file__).parents[2]
SUITE = (*INNER, "--pyargs", "contract_tests", "-rA")
TARGET = ("--api", "jobhive", "--url", "http://localhost:3000")


def made(api: Api, **members: object) -> Report:
    """A report in which the first claim of each strength is broken, the last documented one was not tested."""
    judgements = [Judgement(claim, Verdict.KEPT, observations=1) for claim in api.claims]
    for strength in Strength:
        index = next(n for n, judgement in enumerate(judgements) if judgement.claim.strength is strength)
        judgements[index] = replace(judgements[index], verdict=Verdict.BROKEN, failure=failure())
    last = max(n for n, judgement in enumerate(judgements) if judgement.claim.strength is Strength.DOCUMENTED)
    judgements[last] = replace(judgements[last], verdict=Verdict.NOT_TESTED, reason="no thing was given")
    return replace(report(*judgements, api=api.name, title=api.title), **members)  # type: ignore[arg-type]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[RunOptions]:
    """The options of every run that the inner pytest makes."""
    return _replaced(monkeypatch, made)


def _replaced(monkeypatch: pytest.MonkeyPatch, outcome: Callable[[Api], Report]) -> list[RunOptions]:
    runs: list[RunOptions] = []

    def run(api: Api, options: RunOptions) -> Report:
        runs.append(options)
        return outcome(api)

    monkeypatch.delenv("UNDERSTUDY_TOKEN", raising=False)
    monkeypatch.setattr(contract_tests, "run", run)
    return runs


def counted() -> int:
    """How many claims of the API are judged."""
    return sum(claim.strength is not Strength.ASSUMED for claim in specs.load("jobhive").claims)


def test_there_is_one_test_per_judged_claim_and_one_run(pytester: pytest.Pytester, asked: list[RunOptions]) -> None:
    result = pytester.runpytest_inprocess(*SUITE, *TARGET, "--seed", "7", "--token", "t")
    # One more test asks whether the run could judge at all.
    result.assert_outcomes(failed=1, xfailed=1, skipped=1, passed=counted() - 3 + 1)
    assert [(options.url, options.seed, options.token) for options in asked] == [("http://localhost:3000", 7, "t")]


def test_a_failure_is_the_text_of_the_report(pytester: pytest.Pytester, asked: list[RunOptions]) -> None:
    text = pytester.runpytest_inprocess(*SUITE, *TARGET).stdout.str()
    assert "expected  a refusal (4xx)" in text
    assert "curl -X PATCH http://localhost:3000/v1/things/1" in text
    assert "contract_tests/test_claims.py:" not in text.partition("short test summary")[0]


def test_a_test_that_was_not_made_is_skipped_with_the_reason(
    pytester: pytest.Pytester, asked: list[RunOptions]
) -> None:
    pytester.runpytest_inprocess(*SUITE, *TARGET).stdout.fnmatch_lines(["SKIPPED*no thing was given"])


def test_only_the_claims_that_were_chosen_are_judged(pytester: pytest.Pytester, asked: list[RunOptions]) -> None:
    result = pytester.runpytest_inprocess(*SUITE, *TARGET, "-k", "duration_minutes:m")
    result.assert_outcomes(passed=4, deselected=counted() + 1 - 4)
    (options,) = asked
    assert [claim.rpartition("/")[2] for claim in options.only][:2] == [
        "duration_minutes:minimum",
        "duration_minutes:maximum",
    ]
    assert len(options.only) == 4


def test_strict_makes_inferred_claims_fail(pytester: pytest.Pytester, asked: list[RunOptions]) -> None:
    result = pytester.runpytest_inprocess(*SUITE, *TARGET, "--contract-strict")
    result.assert_outcomes(failed=2, skipped=1, passed=counted() - 3 + 1)


def test_the_headlines_stand_at_the_end(pytester: pytest.Pytester, asked: list[RunOptions]) -> None:
    pytester.runpytest_inprocess(*SUITE, *TARGET).stdout.fnmatch_lines(
        ["* documented claims: * kept, 1 broken, 1 not *"]
    )


def test_a_worker_is_told_what_the_controller_found(pytester: pytest.Pytester, asked: list[RunOptions]) -> None:
    result = pytester.runpytest_inprocess(*SUITE, *TARGET, "-n", "1")
    result.assert_outcomes(failed=1, xfailed=1, skipped=1, passed=counted() - 3 + 1)
    assert len(asked) == 1


def test_a_run_that_could_not_judge_fails_with_its_reason(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(api: Api) -> Report:
        judgements = tuple(Judgement(claim, Verdict.NOT_TESTED, reason="gone") for claim in api.claims)
        return made(api, judgements=judgements, could_not_run="http://localhost:3000 does not answer")

    _replaced(monkeypatch, gone)
    result = pytester.runpytest_inprocess(*SUITE, *TARGET)
    result.assert_outcomes(failed=1, skipped=counted())
    result.stdout.fnmatch_lines(["http://localhost:3000 does not answer"])


def test_too_little_tested_fails(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    def little(api: Api) -> Report:
        judgements = [Judgement(claim, Verdict.NOT_TESTED, reason="no thing was given") for claim in api.claims]
        judgements[-1] = replace(judgements[-1], verdict=Verdict.KEPT)
        return made(api, judgements=tuple(judgements))

    _replaced(monkeypatch, little)
    result = pytester.runpytest_inprocess(*SUITE, *TARGET, "--contract-min-tested", "95%")
    result.stdout.fnmatch_lines(["too little was tested: * where at least 95.0% are asked for (no thing was given)"])


def test_waivers_and_report_folder_work_as_on_the_command_line(
    pytester: pytest.Pytester, asked: list[RunOptions]
) -> None:
    pytester.path.joinpath("waivers.yaml").write_text("- {claim: '*', reason: r, owner: o, expires: 9999-12-31}\n")
    options = ("--contract-waivers", "waivers.yaml", "--contract-report-dir", "out", "--contract-pages", "https://docs")
    result = pytester.runpytest_inprocess(*SUITE, *TARGET, *options)
    result.assert_outcomes(xfailed=2, skipped=1, passed=counted() - 3 + 1)
    assert sorted(path.name for path in (pytester.path / "out").iterdir()) == sorted(FILES.values())
    assert 'href="https://docs/' in (pytester.path / "out" / "report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--api", "jobhive"], "--api needs --url"),
        (["--api", "unheard-of", "--url", "http://localhost:1"], "unheard-of"),
        (["--api", "jobhive", "--url", "localhost"], "--url: 'localhost' is no URL of a target"),
        ([*TARGET, "--states", "nowhere.yaml"], "nowhere.yaml: there is no such file"),
        ([*TARGET, "--contract-min-tested", "many"], "--contract-min-tested: 'many' is no share"),
    ],
)
def test_wrong_use_is_told_in_a_sentence(
    pytester: pytest.Pytester, asked: list[RunOptions], words: list[str], said: str
) -> None:
    result = pytester.runpytest_inprocess(*SUITE, *words)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert said in result.stdout.str() + result.stderr.str()
    assert asked == []


def test_without_an_api_nothing_is_judged(pytester: pytest.Pytester, asked: list[RunOptions]) -> None:
    result = pytester.runpytest_inprocess(*SUITE)
    result.assert_outcomes(skipped=2)
    assert asked == []


def test_other_projects_do_not_notice_the_plugin(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_one(): pass")
    result = pytester.runpytest_subprocess("-W", "error")
    result.assert_outcomes(passed=1)
    assert "contract" not in result.stdout.str()


def test_the_plugin_itself_imports_nothing_but_pytest() -> None:
    tree = ast.parse(Path(plugin.__file__).read_text(encoding="utf-8"))
    imports = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    modules = {node.module if isinstance(node, ast.ImportFrom) else node.names[0].name for node in imports}
    assert {str(module).partition(".")[0] for module in modules} - sys.stdlib_module_names == {"pytest"}


def test_the_plugin_brings_no_engine_of_the_suite_along() -> None:
    code = "import sys, contract_tests.plugin; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert set(done.stdout.split()) & {"schemathesis", "hypothesis", "rich", "click", "jinja2", "faker"} == set()
