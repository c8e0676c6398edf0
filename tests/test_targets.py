"""The reference implementations are what they say: the plain ones honest, the faulty ones not."""

from __future__ import annotations

import json
import re
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

import pytest
import yaml
from click.testing import CliRunner

from tests.targets import APIS, FAULTS, VARIANTS, UnknownTarget, Variant, app, ask, build, moments, serve
from tests.targets.__main__ import main
from tests.targets.messages import Answer, Call, Json, Request, write_json
from tests.targets.variants.probes import PROBES

FIXTURES = Path(__file__).parent.parent / "fixtures"
EXCHANGES = sorted(
    f"{file.parent.name}/{file.stem}"
    for file in FIXTURES.glob("*/*.yaml")
    if file.parent.name in APIS and "request" in yaml.safe_load(file.read_text())
)
NOW = "2024-01-15T16:45:00Z"
TOKEN = "the-token"
FRESH = {"x-request-id", "x-runtime"}
GOOD: dict[str, tuple[str, str, Json]] = {
    "jobhive": ("PATCH", "/v1/interviews/{id}", {"company_name": "Example Holding"}),
    "driver_interviews": ("PATCH", "/api/v1/interviews/{id}", {"interview": {"location": "Elsewhere"}}),
    "kombo": (
        "PATCH",
        "/v1/ats/applications/{application_id}/interviews",
        {
            "interview_id": "{id}",
            "title": "Second interview",
            "start_time": "2025-03-04T09:00:00Z",
            "end_time": "2025-03-04T10:00:00Z",
            "interviewer_user_ids": ["user-1"],
            "organizer_user_id": "user-3",
            "location": {"type": "VIRTUAL"},
        },
    ),
}
"""A request per API that is good at any honest target, with places for the ids of its state."""


def asked(api: str, calls: tuple[Call, ...], **made: Any) -> list[object]:
    """What a fresh target answers and tells, everything random or timed being the same each time."""
    told: list[object] = []
    target = build(
        api,
        token=TOKEN,
        clock=moments.ticking(NOW, step=7),
        listener=lambda event, _: told.append(event),
        **made,
    )
    variant = VARIANTS[f"{api}/{made['variant']}"] if "variant" in made else None
    running = app(target, title_case=variant is not None and variant.header_names == "title-case")
    for call in calls:
        answer = ask(running, call.request(TOKEN, target.usual_headers))
        told.append((answer.status, list(answer.headers.items()), answer.body))
    return told


def handled(api: str, calls: tuple[Call, ...], **made: Any) -> list[object]:
    """The same as `asked`, without the app around the target."""
    told: list[object] = []
    clock = moments.ticking(NOW, step=7)
    target = build(api, token=TOKEN, clock=clock, listener=lambda event, _: told.append(event), **made)
    told.extend(target.handle(call.request(TOKEN, target.usual_headers)) for call in calls)
    return told


def shows(variant: Variant) -> bool:
    """Whether a variant can be told from the plain target without a server and a watch."""
    return variant.clock == "wall" and not variant.change.settings.keys() & {"delay", "event_delay"}


@contextmanager
def received() -> Iterator[tuple[str, list[str]]]:
    """A listener for events: its address, and the names of the events that came in."""
    names: list[str] = []

    class Listener(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            names.append(json.loads(self.rfile.read(int(self.headers["content-length"])))["event"])
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Listener) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", names
        finally:
            server.shutdown()
            thread.join()


def sent(url: str, body: Json) -> tuple[int, Json]:
    """Status and body of the answer to an update over HTTP."""
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
    request = urllib.request.Request(url, json.dumps(body).encode(), headers, method="PATCH")
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return answer.status, json.load(answer)
    except HTTPError as error:
        with error:
            return error.code, json.load(error)


@pytest.mark.parametrize("name", EXCHANGES)
def test_the_documented_requests_get_the_documented_responses(name: str) -> None:
    api = name.partition("/")[0]
    page = yaml.safe_load((FIXTURES / f"{name}.yaml").read_text())
    shown, given = page["request"], page["response"]
    headers = {key.lower(): value for key, value in shown["headers"].items()}
    target = app(build(api, clock=moments.ticking(NOW, step=0)))

    answer = ask(target, Request(shown["method"], shown["path"], headers, json.dumps(shown["body"]["value"]).encode()))

    assert json.loads(answer.body) == given["body"]["value"]
    assert answer.status == given.get("status", 200 if "not_found" not in name else 404)
    if api == "driver_interviews":
        assert answer.body == write_json(given["body"]["value"])
        assert list(answer.headers) == list(given["headers"])
        assert without_fresh(answer) == {key: value for key, value in given["headers"].items() if key not in FRESH}


def without_fresh(answer: Answer) -> dict[str, str]:
    return {name: value for name, value in answer.headers.items() if name not in FRESH}


@pytest.mark.parametrize("name", sorted(FAULTS))
def test_every_fault_makes_a_difference(name: str) -> None:
    fault = FAULTS[name]

    assert asked(fault.api, fault.evidence, fault=fault.name) != asked(fault.api, fault.evidence)


def test_every_fault_says_what_it_breaks() -> None:
    for fault in FAULTS.values():
        assert fault.description
        assert fault.claim
        assert re.fullmatch(r"00\d_[0-9a-f]{16}\.txt \(.+\)", fault.breaks), fault.name


@pytest.mark.parametrize("name", sorted(VARIANTS))
def test_every_variant_serves_a_good_request_and_asks_for_a_token(name: str) -> None:
    variant = VARIANTS[name]
    target = build(variant.api, variant=variant.name, token=TOKEN)
    ids = target.states["an interview"]
    method, path, body = GOOD[variant.api]
    body = {key: ids["id"] if value == "{id}" else value for key, value in body.items()}
    call = Call(method, path.format(**ids), body)
    running = app(target)

    answer = ask(running, call.request(TOKEN, target.usual_headers))
    refused = ask(running, call.request("another-token", target.usual_headers))

    assert answer.status in (200, 201, 202)
    assert isinstance(json.loads(answer.body), dict)
    assert refused.status in (400, 401, 403)


@pytest.mark.parametrize("name", sorted(name for name, variant in VARIANTS.items() if shows(variant)))
def test_every_variant_makes_a_difference(name: str) -> None:
    variant = VARIANTS[name]
    probes = PROBES[variant.api]

    assert asked(variant.api, probes, variant=variant.name) != asked(variant.api, probes)


def test_a_served_target_answers_and_tells_its_events() -> None:
    with received() as (url, events), serve("jobhive", token=TOKEN, webhook_url=url) as target:
        status, body = sent(f"{target.url}/v1/interviews/int_abc123def456", {"position": "Editor"})
        assert target.states["an interview"] == {"id": "int_abc123def456"}

    assert status == 200
    assert body["data"]["position"] == "Editor"
    assert events == ["interview.updated", "candidate.notified"]


def test_a_served_fault_is_that_fault() -> None:
    with serve("jobhive", fault="no_meta") as target:
        _, body = sent(f"{target.url}/v1/interviews/int_abc123def456", {"position": "Editor"})

    assert body.keys() == {"success", "data"}


def test_a_served_target_refuses_a_token_that_it_does_not_expect() -> None:
    with serve("kombo", token="another-token") as target:
        status, body = sent(f"{target.url}/v1/ats/applications/application-1/interviews", {})

    assert status == 401
    assert body["status"] == "error"


def test_an_unknown_fault_is_refused_with_the_names_of_the_known_ones() -> None:
    with pytest.raises(UnknownTarget, match=r"has no fault 'nonsense'; it has .*auth_not_checked"):
        build("jobhive", fault="nonsense")


def test_the_command_refuses_an_unknown_variant() -> None:
    result = CliRunner().invoke(main, ["kombo", "--variant", "nonsense"])

    assert result.exit_code == 1
    assert "has no variant 'nonsense'" in result.output


def test_the_command_lists_faults_and_variants() -> None:
    result = CliRunner().invoke(main, ["kombo", "--list"])

    assert result.exit_code == 0
    assert "fault    status_ok" in result.output
    assert "variant  codes_null" in result.output


@pytest.mark.parametrize("api", APIS)
def test_no_fault_is_taken_for_a_variant(api: str) -> None:
    variants = [variant.name for variant in VARIANTS.values() if variant.api == api]
    honest: dict[str, list[list[object]]] = {}

    for fault in (fault for fault in FAULTS.values() if fault.api == api):
        calls = fault.evidence
        if repr(calls) not in honest:
            honest[repr(calls)] = [handled(api, calls, variant=name) for name in variants]
        assert handled(api, calls, fault=fault.name) not in honest[repr(calls)], fault.name
