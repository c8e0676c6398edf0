"""Facts about when two values say the same."""

from __future__ import annotations

import pytest

from contract_tests.compare import difference, moment, same


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2025-10-20T09:24:36Z", "2025-10-20T09:24:36.000Z"),
        ("2025-10-20T09:24:36Z", "2025-10-20T09:24:36+00:00"),
        ("2025-10-20T11:24:36+02:00", "2025-10-20T09:24:36Z"),
        (5, 5.0),
        ({"a": [1, "x"]}, {"a": [1.0, "x"]}),
        (None, None),
    ],
)
def test_other_notations_say_the_same(one: object, other: object) -> None:
    assert same(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2025-10-20T09:24:36Z", "2025-10-20T09:24:36"),
        ("2025-10-20T09:24:36Z", "2025-10-20T09:24:00Z"),
        ("Text", "text"),
        ("text", "text "),
        (["a", "b"], ["b", "a"]),
        (["a"], ["a", "a"]),
        (True, 1),
        (1, "1"),
        (None, ""),
        ({"a": 1}, {"a": 1, "b": 2}),
    ],
)
def test_other_values_do_not(one: object, other: object) -> None:
    assert not same(one, other)


def test_what_is_no_time_is_no_moment() -> None:
    assert moment("2024-13-05T10:00:00Z") is None
    assert moment("next Tuesday") is None
    assert moment(20240101) is None
    assert moment("2024-01-05T10:00:00Z") is not None


def test_a_difference_is_where_something_expected_is_not_said() -> None:
    assert difference({"a": {"b": 1}}, {"a": {"b": 1, "more": 2}}) is None
    assert difference({"a": {"b": 1}}, {"a": {"b": 2}}) == "/a/b"
    assert difference({"a": {"b": 1}}, {"a": {}}) == "/a/b"
    assert difference([1, 2], [1, 3]) == "/1"
    assert difference([1, 2], [1]) == ""
