"""The judge of the corpus notices every kind of difference."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.conformance.corpus import CASES, Asked, Case, Expected, Sheet, Step, read_cases, read_sheet
from tests.conformance.judging import differences

SHEET = Sheet(
    "judging",
    """\
openapi: 3.1.0
info: {title: Judged, version: "1"}
paths:
  /a:
    get:
      responses:
        "200":
          description: ok
          headers: {X-One: {schema: {type: string}, example: "1", required: true}}
          content: {application/json: {example: {flag: true, list: [1, 2], name: Ann}}}
""",
    {},
    {"mode": "examples"},
)


def judged(**expected: Any) -> list[str]:
    return differences(Case(SHEET, "a", [Step(Asked("/a"), Expected(**expected))]))


def test_an_answer_as_expected_has_no_differences() -> None:
    body = {"flag": True, "list": [1, 2], "name": "Ann"}
    headers = {"x-one": "1", "content-type": {"like": "json"}, "x-two": None}
    assert judged(status=200, json=body, headers=headers) == []
    assert judged(status="2xx", contains={"list": [1]}, absent=["age"], like="Ann") == []
    assert judged(status=[200, 201], schema={"type": "object", "required": ["flag"]}) == []


@pytest.mark.parametrize(
    "expected",
    [
        {"status": 201},
        {"status": "4xx"},
        {"status": [404, 422]},
        {"status": 200, "headers": {"x-one": "2"}},
        {"status": 200, "headers": {"x-one": None}},
        {"status": 200, "headers": {"x-two": {"like": "."}}},
        {"status": 200, "headers": {"content-type": {"like": "^text"}}},
        {"status": 200, "json": {"flag": 1, "list": [1, 2], "name": "Ann"}},
        {"status": 200, "json": {"flag": True}},
        {"status": 200, "contains": {"list": [2]}},
        {"status": 200, "contains": {"age": None}},
        {"status": 200, "schema": {"required": ["age"]}},
        {"status": 200, "absent": ["name"]},
        {"status": 200, "text": "{}"},
        {"status": 200, "like": "Bob"},
        {"status": 200, "empty": True},
    ],
)
def test_an_answer_otherwise_than_expected_is_noticed(expected: dict[str, Any]) -> None:
    assert len(judged(**expected)) == 1


def test_the_first_step_that_differs_is_named() -> None:
    steps = [Step(Asked("/a"), Expected(status)) for status in (200, 404, 500)]
    (found,) = differences(Case(SHEET, "a", steps))
    assert found.startswith("step 2: status 200, expected 404")


def test_values_of_an_answer_are_kept_for_later_steps() -> None:
    steps = [Step(Asked("/a"), Expected(200), {"name": "/list/1"}), Step(Asked("/b{name}"), Expected(404, like="/b2"))]
    assert differences(Case(SHEET, "a", steps)) == []


def test_a_file_with_a_word_that_means_nothing_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "typo.yaml"
    path.write_text("document: x\ncases: [{name: a, request: {path: /}, expect: {status: 200, jsno: 1}}]\n", "utf-8")
    with pytest.raises(ValueError, match=r"typo\.yaml: a: .*jsno"):
        read_sheet(path)


def test_no_two_cases_have_one_name() -> None:
    cases = list(read_cases(CASES))
    assert len({case.id for case in cases}) == len(cases)
