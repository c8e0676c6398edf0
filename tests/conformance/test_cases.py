"""Every case of the corpus: one request to a mock of its document, one answer."""

from __future__ import annotations

import pytest

from tests.conformance.corpus import CASES, Case, read_cases
from tests.conformance.judging import differences


@pytest.mark.parametrize("case", list(read_cases(CASES)), ids=lambda case: case.id)
def test_the_mock_answers_as_documented(case: Case) -> None:
    found = differences(case)
    assert not found, "\n".join([case.id, *found])
