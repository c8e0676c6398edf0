"""Facts about places in JSON values."""

from __future__ import annotations

from contract_tests.places import NOTHING, drop, find, leaves, matches, overlap, put

BODY = {"a": {"b": [1, {"c": 2}]}, "d/e": None}


def test_a_pointer_finds_a_value_or_nothing() -> None:
    assert find(BODY, "/a/b/1/c") == 2
    assert find(BODY, "/d~1e") is None
    assert find(BODY, "/a/x") is NOTHING
    assert find(BODY, "/a/b/7") is NOTHING
    assert find(NOTHING, "/a") is NOTHING


def test_a_star_stands_for_every_item_and_member() -> None:
    assert list(matches({"a": [{"b": 1}, {"b": 2}, {}]}, "/a/*/b")) == [("/a/0/b", 1), ("/a/1/b", 2)]
    assert list(matches({"x": 1, "y": 2}, "/*")) == [("/x", 1), ("/y", 2)]
    assert list(matches(3, "")) == [("", 3)]


def test_putting_makes_a_copy_and_the_members_on_the_way() -> None:
    changed = put(BODY, "/a/n/m", 5)
    assert changed["a"]["n"] == {"m": 5}
    assert "n" not in BODY["a"]
    assert put({"s": ["x", "y"]}, "/s/*", 7) == {"s": [7, "y"]}
    assert put({}, "/s/*", 7) == {"s": [7]}
    assert put(BODY, "", 1) == 1


def test_dropping_makes_a_copy_without_the_place() -> None:
    assert drop({"a": {"b": 1, "c": 2}}, "/a/b") == {"a": {"c": 2}}
    assert drop({"a": [{"b": 1, "c": 2}, {"b": 3}]}, "/a/*/b") == {"a": [{"c": 2}, {}]}
    assert drop({"a": 1}, "/x/y") == {"a": 1}
    assert drop({"a": 1}, "") is NOTHING


def test_leaves_are_the_values_without_members() -> None:
    assert list(leaves({"a": [1, {"b": None}], "c": {}})) == [("/a/0", 1), ("/a/1/b", None), ("/c", {})]


def test_places_overlap_along_one_path_only() -> None:
    assert overlap("op:/a", "op:/a/b")
    assert overlap("op:/a/b", "op:/a/b")
    assert not overlap("op:/a", "op:/ab")
