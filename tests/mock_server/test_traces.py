"""A span for each request, as OpenTelemetry wants it."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time

import httpx
import pytest
from click.testing import CliRunner

from mock_server import create_app
from mock_server.access_log import logged
from mock_server.cli import main
from mock_server.edge import edge
from tests.mock_server.conftest import TOKEN, asking

pytest.importorskip("opentelemetry.sdk", reason="the extra 'opentelemetry' is not installed")

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode, format_span_id, format_trace_id

from mock_server.threads import RunningMock
from mock_server.traces import Traces, exporters, open_traces

PATH = "/v1/interviews/int_abc123def456"
TRACE, PARENT = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"


@pytest.fixture(autouse=True)
def _nothing_is_set(monkeypatch):
    for name in [name for name in os.environ if name.startswith("OTEL_")]:
        monkeypatch.delenv(name)


@pytest.fixture
def memory():
    return InMemorySpanExporter()


@pytest.fixture
def traces(memory):
    provider = TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(memory))
    return Traces(provider)


@pytest.fixture
def ask(traces):
    return asking(logged(create_app("jobhive"), traces))


def test_a_request_is_one_span_with_its_operation(ask, memory):
    ask("PATCH", f"{PATH}?key=secret", json={}, headers=TOKEN)

    (span,) = memory.get_finished_spans()
    assert (span.name, span.kind, span.parent) == ("PATCH /v1/interviews/{id}", SpanKind.SERVER, None)
    assert dict(span.attributes) == {
        "http.request.method": "PATCH",
        "http.response.status_code": 200,
        "http.route": "/v1/interviews/{id}",
        "mock.api": "jobhive",
        "mock.operation": "updateInterview",
        "mock.world": "common",
        "url.path": PATH,
        "url.scheme": "http",
    }
    assert 0 < span.end_time - span.start_time < 60e9


@pytest.mark.parametrize(
    ("path", "headers"), [(PATH, {"X-Mock-World": "mine"}), (f"/_world/mine{PATH}", {})], ids=["header", "path"]
)
def test_a_span_names_the_world_of_its_request(ask, memory, path, headers):
    ask("PATCH", path, json={}, headers={**TOKEN, **headers})

    (span,) = memory.get_finished_spans()
    assert (span.attributes["mock.world"], span.attributes["url.path"]) == ("mine", PATH)


def test_a_span_is_below_the_one_that_the_request_names(ask, memory):
    ask("PATCH", PATH, json={}, headers={**TOKEN, "traceparent": f"00-{TRACE}-{PARENT}-01"})

    (span,) = memory.get_finished_spans()
    assert format_trace_id(span.context.trace_id) == TRACE
    assert format_span_id(span.parent.span_id) == PARENT


def test_what_has_no_operation_has_no_route(ask, memory):
    ask("GET", "/nothing")
    ask("BREW", "/nothing")

    spans = memory.get_finished_spans()
    assert [(span.name, span.attributes["http.request.method"]) for span in spans] == [
        ("GET", "GET"),
        ("HTTP", "_OTHER"),
    ]
    for span in spans:
        assert span.attributes["http.response.status_code"] == 404
        assert "http.route" not in span.attributes
        assert "mock.operation" not in span.attributes


def test_only_a_fault_of_the_server_is_an_error(ask, traces, memory):
    async def broken(scope, receive, send):
        raise ZeroDivisionError

    ask("PATCH", PATH, json={}, headers={**TOKEN, "Prefer": "code=404"})
    asking(logged(edge(broken), traces))("GET", "/")

    client, server = memory.get_finished_spans()
    assert (client.status.status_code, client.attributes.get("error.type")) == (StatusCode.UNSET, None)
    assert (server.status.status_code, server.attributes["error.type"]) == (StatusCode.ERROR, "500")


def test_an_answer_on_the_wire_has_a_span_and_a_lost_one_is_an_error(traces, memory):
    mock = RunningMock(logged(create_app("jobhive"), traces))
    try:
        httpx.patch(mock.url + PATH, json={}, headers=TOKEN)
        with pytest.raises(httpx.TransportError):
            httpx.patch(mock.url + PATH, json={}, headers={**TOKEN, "Prefer": "fault=reset"})
    finally:
        mock.close()

    answered, lost = memory.get_finished_spans()
    assert answered.attributes["http.response.status_code"] == 200
    assert "http.response.status_code" not in lost.attributes
    assert (lost.status.status_code, lost.attributes["error.type"]) == (StatusCode.ERROR, "no_answer")


def test_spans_are_exported_as_the_environment_says(collector, monkeypatch):
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url)
    monkeypatch.setenv("OTEL_SERVICE_NAME", "stand-in")
    traces = open_traces()
    asking(logged(create_app("jobhive"), traces))("PATCH", PATH, json={}, headers=TOKEN)
    traces.flush()

    (spans,) = ExportTraceServiceRequest.FromString(collector.received[0]).resource_spans
    of = {each.key: each.value.string_value for each in spans.resource.attributes}
    assert of["service.name"] == "stand-in"
    assert [span.name for span in spans.scope_spans[0].spans] == ["PATCH /v1/interviews/{id}"]


def test_a_mock_that_nobody_named_is_called_mock_server(collector, monkeypatch):
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", collector.url)
    traces = open_traces()
    asking(logged(create_app("jobhive"), traces))("GET", "/nothing")
    traces.flush()

    (spans,) = ExportTraceServiceRequest.FromString(collector.received[0]).resource_spans
    assert "mock-server" in {each.value.string_value for each in spans.resource.attributes}


def test_the_end_does_not_wait_for_a_collector_that_does_not_answer(collector, monkeypatch):
    collector.answering.clear()
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url)
    traces = open_traces()
    asking(logged(create_app("jobhive"), traces))("GET", "/nothing")
    began = time.monotonic()
    traces.flush()
    took = time.monotonic() - began
    collector.answering.set()

    assert took < 2
    for thread in threading.enumerate():
        if thread.name == "traces":
            thread.join()


def test_several_exporters_may_be_named_or_none(monkeypatch):
    monkeypatch.setenv("OTEL_TRACES_EXPORTER", "otlp, console")
    assert [each.__name__ for each in exporters()] == ["OTLPSpanExporter", "ConsoleSpanExporter"]
    monkeypatch.setenv("OTEL_TRACES_EXPORTER", "none")
    assert exporters() == []


@pytest.mark.parametrize(
    ("variable", "value"), [("OTEL_TRACES_EXPORTER", "pigeon"), ("OTEL_EXPORTER_OTLP_PROTOCOL", "pigeon")]
)
def test_an_exporter_that_is_not_installed_is_told_in_a_sentence(monkeypatch, variable, value):
    monkeypatch.setenv(variable, value)
    result = CliRunner().invoke(main, ["jobhive", "--port", "0", "--traces"])

    assert result.exit_code == 2
    assert "OTEL_TRACES_EXPORTER" in result.output
    assert "console, none, otlp" in result.output
    assert "Mock server on" not in result.output


def test_without_the_extra_it_is_told_what_to_install(monkeypatch):
    for name in ("mock_server.traces", "opentelemetry.propagate"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.setitem(sys.modules, "opentelemetry", None)
    result = CliRunner().invoke(main, ["jobhive", "--port", "0", "--traces"])

    assert result.exit_code == 2
    assert result.output == "Error: --traces needs OpenTelemetry: pip install 'understudy[opentelemetry]'.\n"


def test_opentelemetry_is_not_imported_unless_traces_are_asked_for():
    code = (
        "import sys; from mock_server import create_app; import mock_server.cli, mock_server.running;"
        "create_app('jobhive'); print([name for name in sys.modules if name.startswith('opentelemetry')])"
    )
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)

    assert printed.stdout.strip() == "[]"
