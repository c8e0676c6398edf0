"""`mock-server proxy`: what it prints, refuses, and how it ends."""

from __future__ import annotations

import re
import signal
import subprocess
import sys

import httpx
import pytest
from click.testing import CliRunner

from contract_tests.reports.json import read
from mock_server.cli import main
from tests.targets import serve

from .conftest import AUTHORIZED, GONE, INTERVIEW

SLOW = 30.0


def proxied(url, *arguments, body):
    """The code, the output and the errors of a run in which one update is sent."""
    command = [
        sys.executable,
        "-m",
        "mock_server.cli",
        "proxy",
        "jobhive",
        "--upstream",
        url,
        "--port",
        "0",
        *arguments,
    ]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        first = process.stdout.readline()
        where = re.search(r"http://127\S+", first)[0]
        while not process.stdout.readline().startswith("Ctrl-C"):
            pass
        httpx.patch(where + INTERVIEW, json=body, headers=AUTHORIZED, timeout=SLOW, trust_env=False)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=SLOW)
    finally:
        process.kill()
        process.communicate()
    return process.returncode, out, err


def test_it_ends_well_where_nothing_was_broken_and_writes_a_report(tmp_path):
    with serve("jobhive") as target:
        code, out, err = proxied(target.url, "--report-dir", str(tmp_path / "new"), body={"position": "Developer"})

    assert (code, err) == (0, "")
    assert re.search(r"1 exchanges? with 1 of 1 operations; \d+ documented claims: \d+ kept, 0 broken", out)
    assert read(tmp_path / "new" / "report.json").broken == ()


def test_it_ends_with_1_where_a_documented_claim_was_broken(tmp_path):
    with serve("jobhive", fault="no_id") as target:
        code, out, err = proxied(target.url, "--report-dir", str(tmp_path), body={"position": "Developer"})

    assert code == 1
    assert "upstream broke updateInterview/response/200/body/data/id:required" in err
    assert "003_1268dbac8b877aa1.txt" in err
    assert [judgement.claim.id for judgement in read(tmp_path / "report.json").broken] == [
        "updateInterview/response/200/body/data/id:required"
    ]
    assert "some-token" not in out + err + (tmp_path / "report.json").read_text()


def test_it_traces_what_passes(collector, monkeypatch):
    pytest.importorskip("opentelemetry.sdk", reason="the extra 'opentelemetry' is not installed")
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url)
    with serve("jobhive") as target:
        code, _, err = proxied(target.url, "--traces", body={"position": "Developer"})

    assert (code, err) == (0, "")
    (spans,) = ExportTraceServiceRequest.FromString(collector.received[0]).resource_spans
    (span,) = spans.scope_spans[0].spans
    assert span.name == "PATCH /v1/interviews/{id}"
    assert {each.key: each.value.string_value for each in span.attributes}["mock.operation"] == "updateInterview"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["jobhive", "--upstream", "nowhere"], "is no URL"),
        (["jobhive", "--upstream", GONE, "--mock", "nothing"], "There is no operation 'nothing'"),
        (["nobody", "--upstream", GONE], "nobody"),
        (["jobhive"], "--upstream"),
        (["jobhive", "--upstream", GONE, "--clock", "soon"], "soon"),
    ],
)
def test_what_cannot_be_done_is_refused_with_a_sentence(arguments, said):
    result = CliRunner().invoke(main, ["proxy", *arguments, "--port", "0"])

    assert result.exit_code == 2
    assert said in result.output
    assert "Traceback" not in result.output


def test_its_help_tells_of_it():
    assert "--upstream" in CliRunner().invoke(main, ["proxy", "--help"]).output
    assert "mock-server proxy" in CliRunner().invoke(main, ["--help"]).output
