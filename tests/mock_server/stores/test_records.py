"""Records are the same in memory and in databases."""

from __future__ import annotations

import pytest


@pytest.fixture
def records(stores):
    return stores.records("webhooks/common")


def test_records_are_numbered_and_kept_in_order(records):
    numbers = [records.add({"text": str(count)}) for count in range(3)]

    assert numbers == [1, 2, 3]
    assert (records.last, len(records)) == (3, 3)
    assert records.get(numbers[1]) == {"text": "1"}
    assert records.get(numbers[2] + 1) is None
    assert [number for number, _ in records.all()] == numbers
    assert records.all(after=numbers[0], limit=1) == [(numbers[1], {"text": "1"})]


def test_records_are_replaced_and_removed(records):
    number = records.add({"tries": 0})

    assert records.replace(number, {"tries": 1})
    assert records.get(number) == {"tries": 1}
    assert records.remove(number)
    assert not records.remove(number)
    assert not records.replace(number, {})
    assert (records.last, len(records)) == (1, 0)
    assert records.add({}) == number + 1


def test_past_the_limit_the_oldest_are_forgotten(stores):
    records = stores.records("few", limit=2)
    numbers = [records.add({}) for _ in range(5)]

    assert [number for number, _ in records.all()] == numbers[3:]
    assert (records.last, len(records)) == (5, 2)


def test_past_the_limit_those_that_are_due_are_forgotten_last(stores):
    records = stores.records("few", limit=3)
    due, settled = records.add({}, due=9.0), records.add({})
    numbers = [records.add({}, due=9.0) for _ in range(2)]

    assert [number for number, _ in records.all()] == [due, *numbers]
    added = records.add({})
    assert [number for number, _ in records.all()] == [*numbers, added]
    assert settled < records.add({}, due=9.0)
    assert [number for number, _ in records.all()] == [*numbers, added + 1]


def test_topics_do_not_see_each_other(stores, records):
    other = stores.records("webhooks/test-42")
    number = records.add({"mine": True}, due=1.0)

    assert (other.get(number), other.all(), other.claim(5.0, 1.0)) == (None, [], [])
    assert other.add({"mine": False}, due=1.0) == number
    assert other.claim(5.0, 1.0) == [(number, {"mine": False})]
    assert records.claim(5.0, 1.0) == [(number, {"mine": True})]
    other.clear()
    assert records.all() == [(number, {"mine": True})]
    records.clear()
    assert records.all() == []


def test_what_is_due_is_claimed_once_until_the_claim_ends(records):
    later = records.add({"at": "later"}, due=100.0)
    never = records.add({"at": "never"})
    first = records.add({"at": "first"}, due=10.0)

    assert records.claim(9.0, 30.0) == []
    assert records.claim(10.0, 30.0, most=5) == [(first, {"at": "first"})]
    assert records.claim(20.0, 30.0, most=5) == []
    assert [number for number, _ in records.claim(40.0, 30.0, most=5)] == [first]
    records.replace(first, {"at": "done"})
    assert [number for number, _ in records.claim(200.0, 30.0, most=5)] == [later]
    assert records.get(never) == {"at": "never"}


def test_of_a_group_the_oldest_is_first_and_the_others_wait_for_it(records):
    a1 = records.add({}, group="a", due=1.0)
    a2 = records.add({}, group="a", due=0.0)
    b1 = records.add({}, group="b", due=0.0)

    assert [number for number, _ in records.claim(0.5, 10.0, most=9)] == [b1]
    assert [number for number, _ in records.claim(1.0, 10.0, most=9)] == [a1]
    assert records.claim(2.0, 10.0, most=9) == []
    records.replace(a1, {"again": True}, due=50.0)
    assert records.claim(3.0, 1.0, most=9) == []
    assert [number for number, _ in records.claim(50.0, 1.0, most=1)] == [a1]
    records.replace(a1, {"done": True})
    assert [number for number, _ in records.claim(51.0, 1.0, most=1)] == [a2]


def test_what_is_for_those_who_are_busy_is_passed_by(records):
    mine = records.add({"subscriber": "me", "text": "100%_"}, group="a", due=0.0)
    yours = records.add({"subscriber": "you", "text": '"subscriber":"me"'}, due=0.0)
    nobodys = records.add({}, group="b", due=0.0)

    assert [number for number, _ in records.claim(1.0, 0.0, most=9, busy={"me"})] == [yours, nobodys]
    assert [number for number, _ in records.claim(1.0, 0.0, most=9, busy={"you", "%"})] == [mine, nobodys]
    assert [number for number, _ in records.claim(1.0, 0.0, most=1)] == [mine]
