"""Facts about redaction: what a target echoes does not carry a credential into a report."""

from __future__ import annotations

import pytest

import specs
from contract_tests.options import RunOptions
from contract_tests.redaction import redacted
from contract_tests.results import Report
from tests.contract_tests.made import broken, failure, kept, not_tested, report

TOKEN, KEY = "tok-3b1f9c77e2", "key-88c1d0aa4f"


def clean(found: Report) -> Report:
    options = RunOptions("http://localhost:3000", token=TOKEN, headers={"X-Api-Key": KEY, "X-Tenant": "seven"})
    return redacted(found, specs.load("jobhive"), options)


@pytest.mark.parametrize("secret", [TOKEN, KEY])
def test_texts_of_a_report_lose_the_secrets(secret: str) -> None:
    found = clean(
        report(
            broken("a", failure=failure(expected=f"not {secret}", got=f"Bearer {secret}, seven")),
            not_tested("b", f"{secret} was refused"),
            could_not_run=f"gone after {secret}",
            notes=(f"a note on {secret}",),
        )
    )
    assert secret not in repr(found)
    assert found.judgements[0].failure is not None
    assert found.judgements[0].failure.got == "Bearer $TOKEN, seven"


@pytest.mark.parametrize(
    "text", [f"Bearer {TOKEN[:8]} …", f"Bearer {TOKEN[:8]}… end", f"… {TOKEN[-8:]} end", f"…{TOKEN[-8:]}"]
)
def test_a_secret_that_was_cut_is_lost_too(text: str) -> None:
    (judgement,) = clean(report(broken("a", failure=failure(got=text)))).judgements
    assert judgement.failure is not None
    assert TOKEN[:8] not in judgement.failure.got
    assert TOKEN[-8:] not in judgement.failure.got
    assert "…" in judgement.failure.got


def test_everything_else_stays() -> None:
    found = report(kept("a"), broken("b"), notes=("a note",))
    assert clean(found) == found
