"""What was answered before is kept, as far as there is room."""

from __future__ import annotations

from mock_server.negotiation.kept import Kept


def test_what_was_kept_is_found():
    kept = Kept[str](100_000)
    kept.put("a", "1st", 10)
    kept.put("a", "2nd", 10)

    assert (kept.get("a"), kept.get("b")) == ("1st", None)


def test_the_oldest_make_room():
    kept = Kept[int](100_000)
    for number in range(1000):
        kept.put(number, number, 1000)

    assert kept.get(0) is None
    assert kept.get(999) == 999
    assert sum(kept.get(number) is not None for number in range(1000)) <= 100


def test_what_is_too_large_is_not_kept():
    kept = Kept[int](100_000)
    kept.put("a", 1, 90_000)

    assert kept.get("a") is None


def test_made_up_answers_are_kept_apart_by_their_parameters(mock, document):
    operation = {
        "parameters": [
            {"name": "x", "in": "path", "required": True, "schema": {"type": "string"}},
            {"name": "q", "in": "query", "schema": {"type": "integer"}},
        ],
        "responses": {"200": {"description": "x", "content": {"application/json": {"schema": {"type": "number"}}}}},
    }
    ask = mock(document({"/a/{x}": {"get": operation}}))
    paths = ["/a/1", "/a/2", "/a/1?q=1", "/a/1?q=2", "/a/1?undocumented=1"]

    first, second = ([ask("GET", path).text for path in paths] for _ in range(2))

    assert first == second
    assert len(set(first)) == 4
