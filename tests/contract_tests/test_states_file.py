"""Facts about the states file."""

from __future__ import annotations

from pathlib import Path

import pytest

import specs
from contract_tests.states_file import load, template, wanted
from contract_tests.user_files import WrongFile


def written(folder: Path, text: str) -> Path:
    file = folder / "states.yaml"
    file.write_text(text, encoding="utf-8")
    return file


@pytest.mark.parametrize("name", specs.names())
def test_the_template_of_an_api_can_be_read_and_gives_every_state(tmp_path: Path, name: str) -> None:
    api = specs.load(name)
    states = load(written(tmp_path, template(api)), api)
    assert list(states) == [state.name for state in wanted(api)]
    assert all(states[state.name] == state.values for state in wanted(api))


def test_the_template_names_existence_and_every_state_of_the_rules() -> None:
    lines = template(specs.load("jobhive")).splitlines()
    assert "an interview:" in lines
    assert "an interview in status completed:" in lines


def test_parameters_that_lead_to_the_resource_belong_to_its_state() -> None:
    (state,) = wanted(specs.load("kombo"))
    assert list(state.values) == ["id", "application_id"]


def test_an_api_without_rules_needs_no_states(tmp_path: Path) -> None:
    document = tmp_path / "openapi.yaml"
    document.write_text("openapi: 3.1.0\ninfo: {title: Bare, version: '1'}\npaths: {}\n")
    api = specs.load(str(document))
    text = template(api)
    assert "needs no states" in text
    assert load(written(tmp_path, text), api) == {}


def test_numbers_stay_numbers_and_texts_stay_texts(tmp_path: Path) -> None:
    api = specs.load("driver_interviews")
    assert load(written(tmp_path, "an interview: {id: 12}\n"), api) == {"an interview": {"id": 12}}
    assert load(written(tmp_path, "an interview: {id: '012'}\n"), api) == {"an interview": {"id": "012"}}


def test_case_and_punctuation_of_a_name_are_of_no_weight(tmp_path: Path) -> None:
    states = load(written(tmp_path, "An interview in status 'In Progress': {id: a}\n"), specs.load("jobhive"))
    assert states == {"an interview in status in_progress": {"id": "a"}}


def test_only_the_identity_has_to_be_given(tmp_path: Path) -> None:
    assert load(written(tmp_path, "an interview: {id: a}\n"), specs.load("kombo")) == {"an interview": {"id": "a"}}


def test_an_empty_file_gives_no_state(tmp_path: Path) -> None:
    assert load(written(tmp_path, ""), specs.load("jobhive")) == {}


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("an interview:\n  id: a\nan interview in status complete:\n  id: b\n", 3, "did you mean 'an interview in st"),
        ("# mine\na horse: {id: 1}\n", 2, "'a horse' is no state of jobhive"),
        ("an interview: int_1\n", 1, "int_1"),
        ("an interview:\n  name: x\n", 1, "does not say its id"),
        ("an interview:\n  id: [a]\n", 2, "is not of type"),
        ("- an interview\n", 1, "object"),
        ("an interview: {id: a\n", 2, "is not YAML"),
    ],
)
def test_a_wrong_file_is_told_with_its_line(tmp_path: Path, text: str, line: int, said: str) -> None:
    file = written(tmp_path, text)
    with pytest.raises(WrongFile) as caught:
        load(file, specs.load("jobhive"))
    assert str(caught.value).startswith(f"{file}:{line}: ")
    assert said in str(caught.value)
    assert "contract-tests states jobhive" in str(caught.value)
