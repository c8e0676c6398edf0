"""Facts about runs against targets over HTTP: faults are named, honest targets pass, runs can be divided."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

import specs
from contract_tests import Report, RunOptions, Verdict, run
from contract_tests.results import ANOTHER_SHARD, NOT_CHOSEN
from tests.targets import APIS, FAULTS, VARIANTS, serve

TOKEN = "tok-of-the-test"


def judged(api: str, fault: str | None = None, variant: str | None = None, **options: Any) -> Report:
    """A run without the volume of Schemathesis against a fresh target."""
    with serve(api, fault=fault, variant=variant, token=TOKEN) as target:
        given = {"token": TOKEN, "states": target.states, "schemathesis": False, **options}
        return run(specs.load(api), RunOptions(url=target.url, **given))


def verdicts(report: Report) -> list[tuple[str, Verdict, str | None]]:
    return [(judgement.claim.id, judgement.verdict, judgement.caused_by) for judgement in report.judgements]


def sample(catalogue: Any, count: int) -> list[str]:
    """Some names of each API, always the same ones."""
    chosen: list[str] = []
    for api in APIS:
        names = sorted(
            name for name, entry in catalogue.items() if entry.api == api and not getattr(entry, "needs", ())
        )
        chosen += random.Random(7).sample(names, min(count, len(names)))
    return chosen


@pytest.mark.parametrize("api", APIS)
def test_a_target_that_keeps_its_word_breaks_nothing_and_nearly_everything_is_tested(api: str) -> None:
    report = judged(api)
    assert report.could_not_run is None
    assert [j.claim.id for j in report.of(Verdict.BROKEN)] == []
    left = [j.claim for j in report.of(Verdict.NOT_TESTED) if j.claim.strength == "documented"]
    assert {claim.kind for claim in left} <= {"webhook"}


@pytest.mark.parametrize("name", sample(FAULTS, 12))
def test_a_fault_is_found(name: str) -> None:
    fault = FAULTS[name]
    report = judged(fault.api, fault=fault.name)
    strengths = {judgement.claim.strength.value for judgement in report.broken}
    assert fault.strength in strengths or (fault.strength == "inferred" and report.of(Verdict.NOT_TESTED))
    assert all(judgement.failure and judgement.failure.curl for judgement in report.broken)


@pytest.mark.parametrize("name", sorted(VARIANTS))
def test_an_honest_target_is_not_blamed(name: str) -> None:
    variant = VARIANTS[name]
    report = judged(variant.api, variant=variant.name)
    assert [j.claim.id for j in report.of(Verdict.BROKEN) if j.claim.strength == "documented"] == []


def test_one_fault_of_a_shared_schema_is_one_failure() -> None:
    report = judged("driver_interviews", fault="no_status_on_update")
    roots = [judgement.claim.id for judgement in report.broken]
    assert roots == ["updateInterview/response/200/body/interview/status:required"]
    assert len(report.of(Verdict.BROKEN)) > 1


def test_a_target_that_checks_nothing_has_few_failures() -> None:
    report = judged("kombo", fault="invalid_answers_success")
    assert len(report.broken) <= 2
    assert len(report.of(Verdict.BROKEN)) > 10


def test_the_same_seed_gives_the_same_verdicts() -> None:
    assert verdicts(judged("jobhive", fault="no_meta", seed=4)) == verdicts(judged("jobhive", fault="no_meta", seed=4))


def test_a_second_run_against_the_same_target_finds_it_as_the_first_did() -> None:
    with serve("jobhive") as target:
        options = RunOptions(url=target.url, states=target.states, schemathesis=False)
        first, second = run(specs.load("jobhive"), options), run(specs.load("jobhive"), options)
    assert verdicts(first) == verdicts(second)


def test_shards_divide_the_claims_and_agree_with_the_whole() -> None:
    whole = judged("driver_interviews", fault="no_status_on_update")
    shards = [judged("driver_interviews", fault="no_status_on_update", shard=(number, 3)) for number in (1, 2, 3)]
    for index, judgement in enumerate(whole.judgements):
        mine = [shard.judgements[index] for shard in shards if shard.judgements[index].reason != ANOTHER_SHARD]
        if judgement.claim.strength == "assumed":
            continue
        assert [found.verdict for found in mine] == [judgement.verdict], judgement.claim.id


def test_one_claim_can_be_judged_alone() -> None:
    claim = "updateInterview/request/body/duration_minutes:maximum"
    report = judged("jobhive", fault="minutes_91_accepted", only=(claim,))
    assert [judgement.claim.id for judgement in report.broken] == [claim]
    others = [j for j in report.judgements if j.claim.id != claim and j.claim.strength != "assumed"]
    assert {judgement.reason for judgement in others} == {NOT_CHOSEN}
    assert report.requests < judged("jobhive").requests / 2


def test_a_safe_run_sends_nothing_that_could_change_data() -> None:
    report = judged("driver_interviews", safe=True)
    assert report.requests == 0
    reasons = {j.reason for j in report.judgements if j.claim.strength != "assumed"}
    assert all("--safe" in reason for reason in reasons)


def test_nobody_at_the_url_is_told_as_such() -> None:
    report = run(specs.load("kombo"), RunOptions(url="http://127.0.0.1:9"))
    assert report.could_not_run is not None
    assert "Cannot reach the target" in report.could_not_run
    assert report.of(Verdict.BROKEN) == ()


def test_a_token_that_is_not_accepted_is_told_as_such() -> None:
    report = judged("jobhive", token="another")
    assert report.could_not_run is not None
    assert "--token" in report.could_not_run


def test_what_was_found_before_the_target_went_is_kept() -> None:
    with breaking_off(after=20) as url:
        report = run(specs.load("kombo"), RunOptions(url=url, schemathesis=False))
    assert report.could_not_run is not None
    assert report.broken
    assert any(judgement.reason == "the run ended before" for judgement in report.of(Verdict.NOT_TESTED))


@contextmanager
def breaking_off(after: int) -> Iterator[str]:
    """A target that accepts everything with a wrong body, and after some requests breaks every connection."""
    count = 0

    class Handler(BaseHTTPRequestHandler):
        def do_PATCH(self) -> None:
            nonlocal count
            count += 1
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if count > after:
                self.close_connection = True
                return
            body = b'{"status": "success"}'
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_no_answer_is_trusted_with_a_secret() -> None:
    report = judged("jobhive", fault="no_meta")
    texts = [str(judgement.failure) for judgement in report.of(Verdict.BROKEN)]
    assert texts
    assert not any(TOKEN in text for text in texts)
