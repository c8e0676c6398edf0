"""What was answered, as spans of OpenTelemetry: one for each request; the only room that imports it.

A span is made when its answer has been sent: most requests are answered outside of any task, where a span could not be
the current one for as long as it lasts. Nothing of the mock has spans of its own below it.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from http import HTTPMethod
from importlib.metadata import entry_points
from typing import cast

from opentelemetry.propagate import extract
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from opentelemetry.semconv.attributes import error_attributes, http_attributes, service_attributes, url_attributes
from opentelemetry.trace import SpanKind, StatusCode
from opentelemetry.util.types import AttributeValue

from mock_server.layers import FIELDS, Scope
from mock_server.table import CannotServe
from mock_server.worlds import COMMON, HEADER

PATIENCE = 1.0
"""Seconds that the last export may take: nobody waits for a collector that does not answer."""

_GROUP = "opentelemetry_traces_exporter"
_METHODS = frozenset(HTTPMethod) | {"QUERY"}
_OTHER = "_OTHER"
"""What the conventions of OpenTelemetry call a method that is none of these."""


class Traces:
    """Makes a server span of each answer, below the span that the request names, if any. The query is left out."""

    def __init__(self, provider: TracerProvider) -> None:
        """`provider` exports the spans, and is shut down by `flush`."""
        self._provider, self._tracer = provider, provider.get_tracer("mock_server")

    def note(self, scope: Scope, status: int, seconds: float) -> None:
        """Make the span of an answer that took so long until now; 0 is the status of a request that got none."""
        ended, fields, place = time.time_ns(), scope[FIELDS], scope.get("mock.place")
        method = scope["method"] if scope["method"] in _METHODS else _OTHER
        attributes: dict[str, AttributeValue] = {
            http_attributes.HTTP_REQUEST_METHOD: method,
            url_attributes.URL_PATH: scope["path"],
            url_attributes.URL_SCHEME: scope["scheme"],
            "mock.world": fields.get(HEADER, COMMON.encode()).decode("latin-1"),
        }
        if status:
            attributes[http_attributes.HTTP_RESPONSE_STATUS_CODE] = status
        if place:
            attributes[http_attributes.HTTP_ROUTE] = place.path
            attributes["mock.api"], attributes["mock.operation"] = place.served.api.name, place.operation.id
        name = "HTTP" if method == _OTHER else method
        span = self._tracer.start_span(
            f"{name} {place.path}" if place else name,
            extract({key.decode("latin-1"): value.decode("latin-1") for key, value in fields.items()}),
            SpanKind.SERVER,
            attributes,
            start_time=ended - int(seconds * 1e9),
        )
        if not status or status >= 500:
            span.set_attribute(error_attributes.ERROR_TYPE, str(status) if status else "no_answer")
            span.set_status(StatusCode.ERROR)
        span.end(ended)

    def flush(self) -> None:
        """Export what has not been exported yet, as far as that takes not long; nothing more comes."""
        closing = threading.Thread(target=self._provider.shutdown, name="traces", daemon=True)
        closing.start()
        closing.join(PATIENCE)


def exporters() -> list[type[SpanExporter]]:
    """The exporters that OTEL_TRACES_EXPORTER names; that of OTLP where it names none. Raises CannotServe."""
    return list(_exporters(os.environ.get("OTEL_TRACES_EXPORTER") or "otlp"))


def _exporters(names: str) -> Iterator[type[SpanExporter]]:
    for name in map(str.strip, names.split(",")):
        if name == "none":
            continue
        found = entry_points(group=_GROUP, name=_otlp() if name == "otlp" else name)
        if not found:
            known = ", ".join(sorted({"none", "otlp", *entry_points(group=_GROUP).names}))
            raise CannotServe(
                f"No exporter {name!r} of OTEL_TRACES_EXPORTER is installed for the protocol that is asked for; "
                f"there are: {known}."
            )
        yield cast("type[SpanExporter]", next(iter(found)).load())


def _otlp() -> str:
    variables = ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL")
    protocol = next((given for each in variables if (given := os.environ.get(each))), "http/protobuf")
    return "otlp_proto_http" if protocol == "http/protobuf" else f"otlp_proto_{protocol}"


def open_traces() -> Traces:
    """Spans that go where the standard environment variables (OTEL_*) say. Raises CannotServe."""
    resource = Resource.create()
    if str(resource.attributes[service_attributes.SERVICE_NAME]).startswith("unknown_service"):
        resource = resource.merge(Resource({service_attributes.SERVICE_NAME: "mock-server"}))
    provider = TracerProvider(resource=resource, shutdown_on_exit=False)
    for exporter in exporters():
        provider.add_span_processor(BatchSpanProcessor(exporter()))
    return Traces(provider)
