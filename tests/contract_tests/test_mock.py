"""Facts about the judge and the mock, which share no reading: each API's mock keeps every claim, over HTTP."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import uvicorn

import specs
from contract_tests import RunOptions, Verdict, run
from mock_server import MockOptions, create_app
from specs import Strength

THINGS = Path(__file__).parent / "data" / "things.yaml"


@contextmanager
def mocking(spec: str | Path, **options: Any) -> Iterator[str]:
    """The mock of a spec on a free port."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        app = create_app(spec, MockOptions(**options))
        config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="on")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        while not server.started and thread.is_alive():
            thread.join(0.01)
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


@pytest.mark.parametrize("api", specs.names())
def test_the_mock_keeps_every_claim(api: str) -> None:
    with mocking(api) as url:
        report = run(specs.load(api), RunOptions(url=url, seed=1))
    assert report.could_not_run is None
    assert [judgement.claim.id for judgement in report.of(Verdict.BROKEN)] == []
    assert any("Schemathesis sent" in note for note in report.notes)


NOBODY_KNOWS = {"jobhive": {"resources": {"interview": [{"id": "int_of_ours", "status": "scheduled"}]}}}
"""A state in which none of the documented resources is."""


def test_states_are_brought_about_by_the_control_api() -> None:
    jobhive, asked = specs.load("jobhive"), {"schemathesis": False, "token": "accepted"}
    with mocking("jobhive", state=NOBODY_KNOWS, tokens=("accepted",), control_token="of-control") as url:
        asked |= {"url": url, "setup": f"{url}/_mock/api/states"}
        refused = run(jobhive, RunOptions(**asked))
        helped = run(jobhive, RunOptions(**asked, setup_token="of-control"))

    permits = {c.id for c in jobhive.claims if c.kind == "permit" and c.strength is Strength.DOCUMENTED}
    kept = [{judgement.claim.id for judgement in report.of(Verdict.KEPT)} for report in (refused, helped)]
    assert (kept[0] & permits, kept[1] & permits) == (set(), permits)
    assert helped.of(Verdict.BROKEN) == ()
    state = "an interview in status completed"
    assert f"The setup URL could not bring about {state!r}: it answered with 401" in refused.notes
    assert [note for note in helped.notes if "setup" in note] == []


def test_a_document_without_examples_is_judged_by_made_up_requests() -> None:
    with mocking(THINGS) as url:
        report = run(specs.load(THINGS), RunOptions(url=url))
    assert [judgement.claim.id for judgement in report.of(Verdict.BROKEN)] == []
    kept = {judgement.claim.id for judgement in report.of(Verdict.KEPT)}
    assert {"makeThing/request/body/size:maximum", "makeThing/request/body/name:required"} <= kept
    assert {"listThings/request/query/limit:minimum", "getThing/request/security:missing"} <= kept


def test_a_document_is_judged_by_another_that_promises_more(tmp_path: Path) -> None:
    stricter = tmp_path / "stricter.yaml"
    stricter.write_text(THINGS.read_text("utf-8").replace("maximum: 9", "maximum: 8"), encoding="utf-8")
    with mocking(THINGS) as url:
        report = run(specs.load(stricter), RunOptions(url=url))
    assert [judgement.claim.id for judgement in report.broken] == ["makeThing/request/body/size:maximum"]
