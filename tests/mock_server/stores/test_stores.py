"""Every store does the same, wherever it keeps its resources."""

from __future__ import annotations

import threading
import time

import pytest

from mock_server.simulation.store import MemoryStore, WritingRefused
from mock_server.stores import StoreError, open_stores
from mock_server.stores.memory import MemoryStores

SEED = {
    "resources": {"user": {"1": {"id": 1, "name": "b"}, "2": {"id": 2, "name": "a"}}},
    "next_id": {"user": 7},
    "counts": {},
}
EMPTY = {"resources": {}, "next_id": {}, "counts": {}}


@pytest.fixture
def store(stores):
    return stores.open("common/things", SEED)


def test_the_seed_is_there_at_the_beginning(store):
    assert store.get("user", 1) == {"id": 1, "name": "b"}
    assert store.all("user") == [{"id": 1, "name": "b"}, {"id": 2, "name": "a"}]
    assert (store.get("user", 3), store.get("nothing", 1), store.all("nothing")) == (None, None, [])


def test_ids_are_compared_as_text(store):
    assert store.get("user", "1") == store.get("user", 1) == store.get("user", 1.0)


def test_what_is_put_takes_the_place_of_what_was_there(store):
    store.put("user", 1, {"id": 1, "name": "c"})
    store.put("user", "new", {"id": "new"})

    assert [one["id"] for one in store.all("user")] == [1, 2, "new"]
    assert store.get("user", 1) == {"id": 1, "name": "c"}


def test_members_stay_in_their_order_and_values_as_they_are(store):
    value = {"z": 1, "a": [1.5, 10**30, None, True, {"y": "ä\u0000\U0001f600", "b": 1e-9}]}
    store.put("user", "x", value)

    found = store.get("user", "x")
    assert found == value
    assert list(found) == ["z", "a"]
    assert type(found["a"][1]) is int


@pytest.mark.parametrize("name", ["a\u0000b", "ü" * 3000, "x" * 5000, "\ud800", "", "'; DROP TABLE", "%s :x"])
def test_any_text_is_a_name(store, name):
    store.put(name, name, {"id": name})
    store.put(name, f"{name}.", {"id": "other"})

    assert store.get(name, name) == {"id": name}
    assert store.get(name, f"{name}.") == {"id": "other"}
    assert store.snapshot()["resources"][name] == {name: {"id": name}, f"{name}.": {"id": "other"}}


def test_what_is_deleted_is_gone(store):
    assert store.delete("user", 1)
    assert not store.delete("user", 1)
    assert store.get("user", 1) is None
    assert [one["id"] for one in store.all("user")] == [2]


def test_numbers_are_never_given_twice_and_pass_by_ids_that_are_taken(store):
    store.put("user", 8, {"id": 8})

    assert [store.next_number("user") for _ in range(3)] == [7, 9, 10]
    assert [store.next_number("other", 100) for _ in range(2)] == [100, 101]


def test_sequences_count_from_one(store):
    assert [store.count("a"), store.count("a"), store.count("b"), store.count("a")] == [1, 2, 1, 3]


def test_past_its_limit_a_store_forgets_the_oldest_that_was_not_in_the_seed(stores):
    store = stores.open("w/limited", SEED, limit=4)
    for number in range(10, 16):
        store.put("user", number, {"id": number})

    assert [one["id"] for one in store.all("user")] == [1, 2, 14, 15]


def test_what_was_deleted_does_not_count_for_the_limit(stores):
    store = stores.open("w/limited", SEED, limit=4)
    for number in range(10, 20):
        store.put("user", number, {"id": number})
        store.delete("user", number)
    store.put("user", 20, {"id": 20})
    store.put("user", 21, {"id": 21})

    assert [one["id"] for one in store.all("user")] == [1, 2, 20, 21]


def test_a_store_in_memory_forgets_the_oldest_of_all_kinds(monkeypatch):
    monkeypatch.setattr("mock_server.simulation.store.MOST", 5)
    store = MemoryStores().open("common/things", SEED)
    for number in range(9):
        store.put(f"posts of {number}", 1, {"id": 1})
        store.put("user", 10 + number % 2, {"id": 10 + number % 2})
        assert store.count(f"sequence {number}") == store.next_number(f"kind {number}") == 1

    kept = store.snapshot()
    assert list(kept["resources"]) == ["user", *(f"posts of {number}" for number in range(4, 9))]
    assert list(kept["resources"]["user"]) == ["1", "2"]
    assert (len(kept["counts"]), len(kept["next_id"])) == (5, 5)


def test_a_store_in_memory_is_bounded_by_what_its_resources_hold():
    store = MemoryStore(SEED, most=100_000)
    for number in range(10, 110):
        store.put("user", number, {"id": number, "text": "x" * 10_000})
        store.weigh(10_000)
    held = store.all("user")

    assert [one["id"] for one in held[:2]] == [1, 2]
    assert [one["id"] for one in held[2:]] == list(range(112 - len(held), 110))
    assert 5 <= len(held) <= 14


def test_a_snapshot_holds_all_and_can_be_restored(store, stores):
    store.put("user", 9, {"id": 9})
    store.delete("user", 1)
    store.next_number("user")
    store.count("a")
    snapshot = store.snapshot()
    store.put("user", 10, {"id": 10})
    other = stores.open("w/other", EMPTY)
    other.restore(snapshot)
    store.restore(snapshot)

    for each in (store, other):
        assert each.snapshot() == snapshot
        assert [one["id"] for one in each.all("user")] == [2, 9]
        assert (each.next_number("user"), each.count("a")) == (8, 2)


def test_reset_brings_the_seed_back(store):
    store.put("user", 9, {"id": 9})
    store.delete("user", 1)
    store.count("a")
    store.reset()

    assert store.snapshot() == SEED


def test_stores_of_different_names_do_not_see_each_other(store, stores):
    other = stores.open("test-42/things", SEED)
    other.put("user", 1, {"id": 1, "name": "changed"})
    other.count("a")

    assert store.get("user", 1)["name"] == "b"
    assert store.count("a") == 1


def test_ids_by_chance_are_different_and_of_their_form(store, stores):
    chance = stores.chance(store, 3)
    with store.transaction():
        made = {chance.text("int_{12}") for _ in range(50)} | {chance.text("int_{12}") for _ in range(50)}

    assert len(made) == 100
    assert all(len(text) == 16 and text.startswith("int_") for text in made)
    assert chance.uuid() != chance.uuid()


def test_a_store_can_always_be_checked(stores):
    stores.check()


def test_a_shared_store_goes_on_where_it_was_left(shared_url):
    first = open_stores(shared_url)
    store = first.open("common/things", SEED)
    store.put("user", 9, {"id": 9})
    made = first.chance(store, 0).uuid()
    store.delete("user", 1)
    first.close()
    second = open_stores(shared_url)
    again = second.open("common/things", SEED)

    assert [one["id"] for one in again.all("user")] == [2, 9]
    assert second.chance(again, 0).uuid() != made
    second.close()


def test_a_dropped_store_begins_again(shared_url):
    stores = open_stores(shared_url)
    dropped, kept = stores.open("w/things", SEED), stores.open("w2/things", SEED)
    for store in (dropped, kept):
        store.put("user", 1, {"id": 1, "name": "changed"})
    stores.records("w/webhooks").add({})
    stores.drop("w")

    assert stores.open("w/things", SEED).snapshot() == SEED
    assert stores.records("w/webhooks").all() == []
    assert kept.get("user", 1)["name"] == "changed"
    dropped.put("user", 2, {"id": 2})
    assert dropped.get("user", 1) == {"id": 1, "name": "b"}
    stores.close()


def test_worlds_that_nobody_uses_are_swept_away_except_the_spared_one(shared_url, monkeypatch):
    stores = open_stores(shared_url)
    old = [stores.open(name, SEED) for name in ("common/things", "w/things")]
    for store in old:
        store.delete("user", 1)
    later = time.time() + 1000
    monkeypatch.setattr(time, "time", lambda: later)
    stores.sweep(2000, "common")
    assert old[1].get("user", 1) is None
    later += 3000
    stores.open("new/things", SEED).delete("user", 1)
    stores.sweep(2000, "common")

    assert [store.get("user", 1) is None for store in old] == [True, False]
    assert stores.open("new/things", SEED).get("user", 1) is None
    stores.close()


def test_a_transaction_that_fails_leaves_nothing_behind(shared_url):
    stores = open_stores(shared_url)
    store = stores.open("w/things", SEED)

    def fail() -> None:
        with store.transaction():
            store.put("user", 1, {"id": 1, "name": "changed"})
            store.count("a")
            assert store.get("user", 1)["name"] == "changed"
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert store.snapshot() == SEED
    stores.close()


def test_a_transaction_for_reading_changes_nothing(shared_url):
    stores = open_stores(shared_url)
    store = stores.open("w/things", SEED)
    for change in (
        lambda: store.put("user", 1, {}),
        lambda: store.delete("user", 1),
        lambda: store.count("a"),
        lambda: store.next_number("user"),
    ):
        with pytest.raises(WritingRefused), store.transaction(writing=False):
            change()

    assert store.snapshot() == SEED
    stores.close()


def test_transactions_of_several_threads_lose_no_update(shared_url):
    stores = open_stores(shared_url)
    store = stores.open("w/things", {**EMPTY, "resources": {"n": {"1": {"value": 0}}}})

    def add() -> None:
        for _ in range(25):
            with store.transaction():
                store.put("n", 1, {"value": store.get("n", 1)["value"] + 1})

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert store.get("n", 1) == {"value": 100}
    stores.close()


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ("nonsense", "--store takes a URL"),
        ("mysql://host/db", "--store takes a URL"),
        ("sqlite://", "An SQLite store needs a file"),
        ("sqlite:////no/such/folder/x.db", "cannot be used: unable to open database file"),
        ("postgresql://me:geheim@127.0.0.1:1/db", "The store postgresql://me:.*@127.0.0.1:1/db cannot be used: "),
        ("postgresql://127.0.0.1:1/db?user=me&password=geheim", "cannot be used: "),
    ],
)
def test_a_store_that_cannot_be_used_is_told_without_its_password(wrong, told):
    pytest.importorskip("psycopg", reason="the extra 'postgres' is not installed")
    with pytest.raises(StoreError, match=told) as error:
        open_stores(wrong)
    assert "geheim" not in str(error.value)
