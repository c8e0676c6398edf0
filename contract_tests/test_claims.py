"""The live suite, collected by `pytest --pyargs contract_tests --api API --url URL`: one test per claim."""

from __future__ import annotations

import pytest

from contract_tests.gates import COULD_NOT_RUN, Standing
from contract_tests.reports import View
from contract_tests.reports.view import described


def test_the_target_could_be_judged(request: pytest.FixtureRequest) -> None:
    """Fails where the run could not judge everything, or less than `--contract-min-tested`."""
    if not request.config.getoption("--api"):
        pytest.skip("no --api was given")
    view: View = request.getfixturevalue("understudy_view")
    if view.report.could_not_run or view.decision.code == COULD_NOT_RUN:
        pytest.fail(view.report.could_not_run or view.decision.sentence, pytrace=False)
    if view.decision.code and not view.failed:
        pytest.fail(view.decision.sentence, pytrace=False)


def test_claim(understudy_view: View, understudy_claim: str) -> None:
    """Fails where the target breaks the claim; weaker, waived and consequential breaks are expected failures."""
    judgement = understudy_view.judgement(understudy_claim)
    if judgement is None:
        pytest.skip("the run says nothing of it")
    standing = understudy_view.standing(judgement)
    if standing is Standing.FAILED:
        pytest.fail(described(understudy_view, judgement), pytrace=False)
    if standing in (Standing.NOT_TESTED, Standing.ASIDE):
        pytest.skip(judgement.reason or "not tested")
    if standing is Standing.CONSEQUENCE:
        pytest.xfail(f"a consequence of {judgement.caused_by}")
    if standing is not Standing.KEPT:
        pytest.xfail(f"{standing.value}: {described(understudy_view, judgement)}")
