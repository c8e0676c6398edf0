"""Facts about verdicts: evidence, reasons, and which failure is only the consequence of another."""

from __future__ import annotations

from dataclasses import replace

from contract_tests import Failure, Judgement, Step, Verdict
from contract_tests.verdicts import Ledger
from specs import Claim, Source, Strength


def claim(name: str, kind: str = "response-schema", operation: str = "op", **more: str) -> Claim:
    return Claim(f"{operation}/{name}", kind, operation, name, Source("page"), at=f"/data/{name}", **more)  # type: ignore[arg-type]


def failure(steps: int = 1) -> Failure:
    step = Step("GET", "http://x", {}, None, 200, {}, b"")
    return Failure("this", "that", "", (step,) * steps)


def judged(ledger: Ledger) -> dict[str, Judgement]:
    return {judgement.claim.id: judgement for judgement in ledger.judgements("left out", "not seen")}


def ledger(*claims: Claim) -> Ledger:
    return Ledger(claims, frozenset(claim.id for claim in claims))


def test_evidence_decides_and_one_breach_outweighs_many_kept_answers() -> None:
    one, other, third = claim("one"), claim("other"), claim("third")
    book = ledger(one, other, third)
    book.keep(one, 3)
    book.keep(other, 5)
    book.breaks(other, failure())
    book.untested(third, "no state")
    book.untested(third, "another reason")
    book.untested(one, "no state")
    found = judged(book)
    assert (found["op/one"].verdict, found["op/one"].observations) == (Verdict.KEPT, 3)
    assert (found["op/other"].verdict, found["op/other"].observations) == (Verdict.BROKEN, 6)
    assert (found["op/third"].verdict, found["op/third"].reason) == (Verdict.NOT_TESTED, "no state")


def test_an_assumption_is_never_judged() -> None:
    assumed = replace(claim("one"), source=Source("page", strength=Strength.ASSUMED))
    book = ledger(assumed)
    book.breaks(assumed, failure())
    assert judged(book)["op/one"].verdict is Verdict.NOT_TESTED


def test_what_was_not_chosen_is_left_out() -> None:
    one = claim("one")
    book = Ledger((one,), frozenset())
    book.breaks(one, failure())
    assert judged(book)["op/one"].reason == "left out"


def test_the_smallest_reproduction_is_kept() -> None:
    one = claim("one")
    book = ledger(one)
    book.breaks(one, failure(3))
    book.breaks(one, failure(1))
    book.breaks(one, failure(2))
    found = judged(book)["op/one"].failure
    assert found is not None
    assert len(found.steps) == 1


def test_a_breach_at_the_same_place_is_a_consequence_of_the_more_basic_one() -> None:
    missing, effect = claim("a"), claim("b", "effect")
    book = ledger(effect, missing)
    book.breaks(effect, failure(), ["op:/data/a"])
    book.breaks(missing, failure(), ["op:/data/a"])
    found = judged(book)
    assert found["op/a"].caused_by is None
    assert found["op/b"].caused_by == "op/a"


def test_a_warning_never_hides_what_is_documented() -> None:
    inferred = replace(claim("a"), source=Source("page", strength=Strength.INFERRED))
    effect = claim("b", "effect")
    book = ledger(effect, inferred)
    book.breaks(effect, failure(), ["op:/data/a"])
    book.breaks(inferred, failure(), ["op:/data/a"])
    assert judged(book)["op/b"].caused_by is None


def test_a_shared_schema_that_is_broken_everywhere_is_one_failure() -> None:
    one = claim("a", operation="one", pointer="/components/schemas/A/type", keyword="type")
    other = claim("a", operation="other", pointer="/components/schemas/A/type", keyword="type")
    book = ledger(one, other)
    book.breaks(one, failure())
    book.breaks(other, failure())
    assert judged(book)["other/a"].caused_by == "one/a"


def test_many_that_break_alike_are_one_failure_and_two_are_two() -> None:
    claims = [claim(name, keyword="required") for name in "abc"]
    book = ledger(*claims)
    for each in claims[:2]:
        book.breaks(each, failure(), [f"op:{each.at}"])
    assert {judgement.caused_by for judgement in judged(book).values()} == {None}
    book.breaks(claims[2], failure(), ["op:/c"])
    assert [judgement.caused_by for judgement in judged(book).values()] == [None, "op/a", "op/a"]


def test_a_known_cause_is_followed_to_its_root() -> None:
    one, two, three = claim("one", "status"), claim("two", "effect"), claim("three", "permit")
    book = ledger(one, two, three)
    book.breaks(three, failure(), cause=two)
    book.breaks(two, failure(), cause=one)
    book.breaks(one, failure())
    assert judged(book)["op/three"].caused_by == "op/one"
    assert judged(book)["op/one"].caused_by is None
