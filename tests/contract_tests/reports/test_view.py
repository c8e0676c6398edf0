"""Facts about what every report shows."""

from __future__ import annotations

import shlex

from contract_tests.gates import Gate, Standing
from contract_tests.reports import View
from contract_tests.reports.view import described
from specs import Source, Strength
from tests.contract_tests.made import broken, claim, id_of, kept, mixed, not_tested, report


def test_the_headline_counts_every_claim_once() -> None:
    documented, inferred = View(mixed()).headlines()
    assert documented == (
        "6 documented claims: 1 kept, 2 broken, 1 broken as a consequence, 1 waived, "
        "1 not tested (no thing in status done was given)"
    )
    assert inferred == "1 inferred claim: 0 kept, 1 broken, 0 not tested"


def test_several_reasons_for_not_testing_are_told_apart_commonest_first() -> None:
    b, c, d = not_tested("b", "x"), not_tested("c", "y"), not_tested("d", "y")
    view = View(report(kept("a"), b, c, d))
    assert view.headlines() == ("4 documented claims: 1 kept, 0 broken, 3 not tested",)
    assert view.not_tested() == (("y", (c, d)), ("x", (b,)))


def test_everything_but_what_is_aside_is_shown_worst_first() -> None:
    view = View(mixed())
    order = [view.standing(judgement) for judgement in view.shown]
    assert order == sorted(order, key=list(Standing).index)
    assert Standing.ASIDE not in order
    assert len(order) == 7


def test_a_strict_gate_makes_warnings_failures_strongest_claims_first() -> None:
    view = View(mixed(), Gate(Strength.INFERRED))
    assert [judgement.claim.id for judgement in view.failed] == [id_of("root"), id_of("second"), id_of("weak")]
    assert view.warnings == ()


def test_consequences_stand_with_their_root_even_through_others() -> None:
    root, middle = broken("root"), broken("middle", caused_by=id_of("root"))
    leaf = broken("leaf", caused_by=id_of("middle"))
    view = View(report(root, middle, leaf))
    assert view.consequences(root) == (middle, leaf)
    assert view.consequences(middle) == ()


def test_a_failure_says_claim_source_expected_got_and_how_to_see_it_again() -> None:
    found = report(broken("size"))
    text = described(View(found), found.judgements[0])
    for said in ("page.txt:12 (Request Body)", "a refusal (4xx)", "200", "/size", "curl -X PATCH", id_of("size")):
        assert said in text


def test_the_command_that_judges_again_is_quoted_and_has_the_options_of_the_run() -> None:
    found = report(broken("size"), options={"api": "my specs/a.yaml", "states": "my states.yaml"}, seed=7)
    words = shlex.split(View(found).again(found.judgements[0]))
    assert words == [
        *("contract-tests", "run", "my specs/a.yaml", "--url", "http://localhost:3000"),
        *("--states", "my states.yaml", "--seed", "7", "--only", id_of("size")),
    ]


def test_a_source_is_linked_only_where_the_pages_are_known() -> None:
    source = Source("my page.txt", "Body", 12)
    assert View(report()).link_to(source) is None
    assert View(report(), pages="https://docs.example").link_to(source) == "https://docs.example/my%20page.txt#L12"
    assert View(report(), pages="docs/").link_to(claim("a").source) == "docs/page.txt#L12"
