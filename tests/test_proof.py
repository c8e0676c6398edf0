"""The proof of the suite, in small: a few liars of each kind are caught, honest targets are acquitted."""

from __future__ import annotations

import asyncio
import hashlib

import pytest
from rich.console import Console

import specs
from mock_server import MockOptions, create_app
from tests.proof import honest, liars
from tests.proof.__main__ import main
from tests.proof.exchange import NOTHING, Answered, Ask, Asked, Routes
from tests.proof.layer import App, Message, layered
from tests.proof.liar import TOKEN, Liar, Target, Unmade
from tests.proof.outcome import Job, Outcome, rows
from tests.proof.places import changed, find, matches
from tests.proof.plan import Choice, jobs
from tests.proof.stage import states
from tests.proof.table import print_outcomes
from tests.proof.values import Keywords, shifted
from tests.proof.workers import outcomes

APIS = specs.names()


@pytest.mark.parametrize("api", APIS)
def test_liars_of_every_kind_are_caught_and_the_honest_acquitted(api: str) -> None:
    kinds = {claim.kind for claim in specs.load(api).claims if claim.strength == "documented"} - {"webhook"}
    chosen = jobs(Choice((api,), (*sorted(kinds), "variant"), sample=2, seed=5))
    assert {job.kind for job in chosen} == kinds | {"variant"}
    # The one kind of variant that waits for events is judged with the events, below.
    chosen = [job for job in chosen if job.name != "the mock itself"]
    assert [outcome for outcome in outcomes(chosen, seed=0, threads=6) if outcome.failed] == []


def test_events_that_are_sent_always_are_caught() -> None:
    chosen = [job for job in jobs(Choice(kinds=("webhook",))) if job.name.endswith("(always)")]
    assert len(chosen) > 1
    assert [outcome for outcome in outcomes(chosen, seed=0, narrow=True, threads=2) if outcome.failed] == []


def test_a_claim_can_be_judged_alone() -> None:
    claim = "updateInterview/response/200/body/data/id:required"
    chosen = jobs(Choice(claims=(claim,)))
    assert {outcome.broken for outcome in outcomes(chosen, seed=0, narrow=True)} == {(claim,)}


@pytest.mark.parametrize("api", APIS)
def test_every_documented_claim_has_a_liar_or_a_reason_for_none(api: str) -> None:
    loaded = specs.load(api)
    for claim in loaded.claims:
        if claim.strength == "documented":
            made = list(liars.of_claim(loaded, claim))
            assert made, claim.id
            assert all(isinstance(one, Liar) or one.reason for one in made)
            names = [one.id for one in made if isinstance(one, Liar)]
            assert len(names) == len(set(names))


@pytest.mark.parametrize("api", APIS)
def test_variants_have_names_of_their_own_and_can_be_built(api: str) -> None:
    loaded = specs.load(api)
    made = list(honest.variants(loaded))
    assert len({variant.name for variant in made}) == len(made) > 20
    for variant in made:
        variant.target.build(loaded)


def test_a_sample_is_the_same_for_the_same_seed() -> None:
    first, second, other = (jobs(Choice(("kombo",), sample=1, seed=seed)) for seed in (1, 1, 2))
    assert first == second
    assert first != other


def test_a_value_is_changed_at_the_first_place_that_is_meant() -> None:
    body = {"a": [{"b": 1}, {"b": 2}], "c": {"d": 3}}
    assert changed(body, "/a/*/b", lambda _: 7) == {"a": [{"b": 7}, {"b": 2}], "c": {"d": 3}}
    assert changed(body, "/c/d", lambda _: NOTHING) == {"a": [{"b": 1}, {"b": 2}], "c": {}}
    assert changed(body, "/x/y", lambda _: 7) == body
    assert body == {"a": [{"b": 1}, {"b": 2}], "c": {"d": 3}}
    assert [at for at, _ in matches(body, "/a/*/b")] == ["/a/0/b", "/a/1/b"]
    assert find(body, "/c/x") is NOTHING


def test_a_lie_about_a_format_keeps_the_type_and_one_about_a_pattern_keeps_the_format() -> None:
    api = specs.load("driver_interviews")
    claims = {claim.id: claim for claim in api.claims}
    keywords, place = Keywords(api), "createInterview/response/200/body/interview/start_at"
    value = "2025-11-20T08:13:05.000Z"
    for broken, kept in (("format", ("type", "pattern")), ("pattern", ("type", "format"))):
        lie = keywords.breaking(claims[f"{place}:{broken}"], value)
        assert not keywords.keeps(claims[f"{place}:{broken}"], lie)
        assert all(keywords.keeps(claims[f"{place}:{word}"], lie) for word in kept)
    assert shifted(value) == "2025-11-20T09:13:05.000Z"


def ask(app: App, asked: Asked) -> Answered:
    """What an app answers, without a socket."""
    scope = {
        "type": "http",
        "method": asked.method,
        "path": asked.path,
        "raw_path": asked.path.encode(),
        "query_string": asked.query,
        "headers": [*asked.headers, (b"content-length", str(len(asked.body)).encode())],
        "extensions": {},
    }
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": asked.body, "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    async def exchange() -> None:
        await app(scope, receive, send)

    asyncio.run(exchange())
    return Answered(sent[0]["status"], tuple(sent[0]["headers"]), b"".join(m.get("body", b"") for m in sent[1:]))


def documented_update(api: specs.Api) -> Asked:
    fixture = next(f for f in api.fixtures if f.name == "update_interview")
    assert fixture.request is not None
    shown = {**fixture.request.headers, "Authorization": f"Bearer {TOKEN}"}
    headers = tuple((name.lower().encode(), value.encode()) for name, value in shown.items())
    asked = Asked(fixture.request.method, fixture.request.path, b"", headers, b"").with_json(fixture.request.body)
    return Routes(api).named(asked)


def test_a_layer_keeps_the_length_and_the_digest_of_what_it_changed() -> None:
    api = specs.load("driver_interviews")

    async def turn(asked: Asked, behind: Ask) -> Answered:
        answered = await behind(asked)
        return answered.with_json({**answered.json, "more": 1})

    app = layered(api, create_app(api, MockOptions(tokens=(TOKEN,))), turn)
    answered = ask(app, documented_update(api))
    assert answered.json["more"] == 1
    assert answered.header("content-length") == str(len(answered.body))
    assert answered.header("etag") == f'W/"{hashlib.sha256(answered.body).hexdigest()[:32]}"'


@pytest.mark.parametrize("api", APIS)
def test_a_liar_answers_otherwise_than_the_mock(api: str) -> None:
    loaded = specs.load(api)
    asked = documented_update(loaded)
    honest_answer = ask(Target().build(loaded), asked)
    assert honest_answer.succeeded
    mine = [claim for claim in loaded.claims if claim.operation == asked.operation.id]  # type: ignore[union-attr]
    for claim in mine:
        if claim.kind == "response-schema" and claim.status == "200" and claim.keyword in ("required", "const"):
            for liar in liars.of_claim(loaded, claim):
                assert isinstance(liar, Liar)
                answered = ask(liar.target.build(loaded), asked)
                assert answered.succeeded
                assert answered.json != honest_answer.json, liar.id


def test_what_nothing_shows_has_no_liar_but_a_reason() -> None:
    api = specs.load("kombo")
    hidden = next(claim for claim in api.claims if claim.kind == "effect")
    assert list(liars.of_claim(api, hidden)) == [Unmade(hidden, "no answer shows the resource")]


def test_states_name_the_seeded_resources() -> None:
    api = specs.load("jobhive")
    assert states(api)["an interview in status completed"] == {"id": "int_completed01"}
    assert "an interview" in states(api, others=True)


def outcome(name: str, *broken: str, cited: bool = False, part: str = "liar", detail: str = "") -> Outcome:
    return Outcome(Job("api", part, name, "effect", "claim"), broken, cited, detail)  # type: ignore[arg-type]


def test_a_liar_that_gets_away_or_is_mistaken_fails_and_so_does_a_blamed_variant() -> None:
    assert outcome("missed").failed
    assert outcome("mistaken", "other").failed
    assert not outcome("cited", "claim", cited=True).failed
    assert outcome("blamed", "claim", part="variant").failed
    assert not outcome("acquitted", part="variant").failed
    assert outcome("not judged", part="variant", detail="could not run: gone").failed


def test_the_table_counts_and_lists_what_was_missed() -> None:
    found = [
        outcome("missed", detail="the claim is kept"),
        outcome("cited", "claim", cited=True),
        outcome("none", part="unmade", detail="nothing shows it"),
        outcome("blamed", "claim", part="variant"),
    ]
    (row,) = rows(found)
    assert (row.claims, row.liars, row.caught, row.cited, row.unmade) == (1, 2, 1, 1, 1)
    console = Console(width=100, record=True, quiet=False, file=None)
    with console.capture() as captured:
        print_outcomes(console, found, 1.0)
    text = captured.get()
    assert "2 liars: 50% (1) caught, 50% (1) cited. 1 honest variants: 1 false alarms." in text
    for told in ("missed", "the claim is kept", "nothing shows it", "blamed"):
        assert told in text


def test_the_command_says_so_when_nothing_is_chosen(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--claim", "nothing"]) == 2
    assert "No claim is chosen" in capsys.readouterr().err
