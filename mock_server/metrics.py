"""What was answered, in numbers, in the text format of Prometheus; several workers are one mock, and are summed up."""

from __future__ import annotations

import asyncio
from bisect import bisect_left
from collections.abc import Iterable, Mapping, MutableMapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from mock_server.refusals import Refusal

if TYPE_CHECKING:
    from mock_server.stores import Stores
    from mock_server.stores.records import Records

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

_BOUNDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_PAUSE = 2.0
"""Seconds after which the other workers know what this one has counted."""

_REQUESTS = "mock_requests_total"
_SECONDS = "mock_request_duration_seconds"
_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "QUERY"}
Counts = MutableMapping[str, float]
Series = tuple[str, str, str, int]
"""API, operation and method (each "" where there is none), and status."""


class Metrics:
    """Counts requests by API, operation, method and status, and how long the operations took."""

    def __init__(self, stores: Stores) -> None:
        self._requests: dict[Series, int] = {}
        self._buckets: dict[tuple[str, str], list[int]] = {}
        self._seconds: dict[tuple[str, str], float] = {}
        self._records: Records | None = stores.records("/metrics") if stores.shared else None
        self._thread = stores.thread
        self._number, self._awaited = 0, False

    def note(self, scope: Mapping[str, Any], status: int, seconds: float) -> None:
        """Count one answer."""
        place, method = scope.get("mock.place"), scope["method"]
        api, operation = (place.served.api.name, place.operation.id) if place else ("", "")
        series = api, operation, method if method in _METHODS else "", status
        self._requests[series] = self._requests.get(series, 0) + 1
        if place:
            timed = api, operation
            buckets = self._buckets.get(timed)
            if buckets is None:
                buckets = self._buckets[timed] = [0] * (len(_BOUNDS) + 1)
            buckets[bisect_left(_BOUNDS, seconds)] += 1
            self._seconds[timed] = self._seconds.get(timed, 0.0) + seconds
        if self._records is not None and not self._awaited:
            self._awaited = True
            asyncio.get_running_loop().call_later(_PAUSE, self._share)

    def flush(self) -> None:
        """Let the other workers know; where the store does not answer, they are told the next time."""
        if self._records is not None:
            self._keep(self._counts())

    def _share(self) -> None:
        """Let the other workers know, in the thread in which the store is used."""
        self._awaited = False
        with suppress(RuntimeError):  # the server stops, and has flushed
            asyncio.get_running_loop().run_in_executor(self._thread, self._keep, self._counts())

    def _keep(self, counts: Counts) -> None:
        if self._records is None:
            return
        with suppress(Refusal):
            if not self._number or not self._records.replace(self._number, counts):
                self._number = self._records.add(counts)

    def text(self) -> str:
        """The metrics of all workers, as Prometheus reads them. Raises Refusal where the store does not answer."""
        total, by = self._counts(), ""
        if self._records is not None:
            by = " by any process on this store"
            for number, counts in self._records.all():
                if number != self._number:
                    for name, value in counts.items():
                        total[name] = total.get(name, 0) + value
        lines = [
            f"# HELP {_REQUESTS} Requests that were answered{by}; operation is empty where none is at the path.",
            f"# TYPE {_REQUESTS} counter",
            *_lines(total, _REQUESTS),
            f"# HELP {_SECONDS} Time from the arrival of a request to its answer.",
            f"# TYPE {_SECONDS} histogram",
            *_lines(total, _SECONDS),
        ]
        return "\n".join(lines) + "\n"

    def _counts(self) -> Counts:
        counts: Counts = {}
        for (api, operation, method, status), count in sorted(self._requests.items()):
            of = f"{_labels(api, operation)},method={_quoted(method)},status={_quoted(str(status))}"
            counts[f"{_REQUESTS}{{{of}}}"] = count
        for timed, buckets in sorted(self._buckets.items()):
            labels, so_far = _labels(*timed), 0
            for bound, count in zip((*map(str, _BOUNDS), "+Inf"), buckets, strict=True):
                so_far += count
                counts[f"{_SECONDS}_bucket{{{labels},le={_quoted(bound)}}}"] = so_far
            counts[f"{_SECONDS}_sum{{{labels}}}"] = round(self._seconds[timed], 6)
            counts[f"{_SECONDS}_count{{{labels}}}"] = so_far
        return counts


def _lines(counts: Mapping[str, float], name: str) -> Iterable[str]:
    return (f"{series} {value}" for series, value in counts.items() if series.startswith(name))


def _labels(api: str, operation: str) -> str:
    return f"api={_quoted(api)},operation={_quoted(operation)}"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
