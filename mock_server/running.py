"""What the command does: read the APIs, say what is served, serve."""

from __future__ import annotations

import gc
import socket
import ssl
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mock_server.options import MockOptions
from mock_server.serving import Tls, bind, origin, serve
from mock_server.table import CannotServe

if TYPE_CHECKING:
    from mock_server.access_log import LogFormat
    from mock_server.table import Table
    from specs import Api


MOST_WARNINGS = 20


@dataclass(frozen=True, slots=True)
class Address:
    """Where to listen."""

    host: str
    port: int


@contextmanager
def explained(error: type[Exception]) -> Iterator[None]:
    """Turn what a user can mend into `error`, with the sentence that explains it."""
    from mock_server.simulation.clock import BadTime
    from specs import SpecError

    try:
        yield
    except (SpecError, CannotServe, BadTime) as fault:
        raise error(str(fault)) from fault
    except ssl.SSLError as fault:
        raise error(f"The certificate and its key cannot be used: {fault.reason or fault}.") from fault


@dataclass(frozen=True, slots=True)
class Documents:
    """What is to be read: names of APIs, paths and URLs (all bundled APIs where there are none), with what leave."""

    names: Sequence[str] = ()
    allow_outside: bool = False
    allow_remote: bool = False

    def read(self) -> list[Api]:
        """The APIs. Raises SpecError."""
        import specs

        return [
            specs.load(name, allow_outside=self.allow_outside, allow_remote=self.allow_remote)
            for name in self.names or specs.names()
        ]


@dataclass(frozen=True, slots=True)
class Job:
    """What a process serves, and what it prints of it."""

    documents: Documents
    options: MockOptions
    tls: Tls | None = None
    log_format: LogFormat = "text"
    quiet: bool = False
    reload: bool = True
    traces: bool = False

    def table(self) -> Table:
        """What is served where. Raises SpecError, CannotServe, BadTime, BadState, BadFault and StoreError."""
        from mock_server.creation import make_table

        return make_table(self.documents.read(), self.options)

    def serve(self, bound: socket.socket, table: Table | None = None) -> None:
        """Serve on a socket until told to stop."""
        from mock_server.access_log import AccessLog, logged
        from mock_server.creation import assemble

        table = table or self.table()
        app = assemble(table)
        if self.reload:
            from mock_server.reloading import Reloading

            app = Reloading(app, table, self.documents.read, self.options, quiet=self.quiet)
        if not self.quiet:
            app = logged(app, AccessLog(self.log_format))
        if self.traces:
            from mock_server.traces import open_traces

            app = logged(app, open_traces())
        gc.freeze()  # what was made lives as long as the server: it need not be looked at again and again
        gc.enable()
        serve(app, bound, self.tls)


def run(job: Job, address: Address, workers: int = 1) -> None:
    """Serve until told to stop; by several processes where there are `workers`.

    Raises SpecError, CannotServe, BadTime, BadState, BadFault and StoreError before anything is served.
    """
    if workers > 1 and job.options.store is None:
        raise CannotServe(
            f"{workers} workers need a store that they share: --store sqlite:///mock.db, or --store postgresql://..."
        )
    if job.traces:
        check_traces()
    if job.tls is not None:
        job.tls.check()
    gc.disable()  # while everything is being made, nothing becomes garbage
    table = job.table()
    bound = bind(address.host, address.port)
    if not job.quiet:
        warn(table)
        _announce(table, origin(bound, job.tls))
    if workers == 1:
        job.serve(bound, table)
        return
    from mock_server.workers import Workers

    gc.enable()
    table.worlds.close()
    Workers(workers, job.serve, bound).run()


def check_traces() -> None:
    """Raise CannotServe where spans cannot be exported as the environment says."""
    try:
        from mock_server.traces import exporters
    except ModuleNotFoundError as missing:
        if not (missing.name or "").startswith("opentelemetry"):
            raise
        raise CannotServe("--traces needs OpenTelemetry: pip install 'understudy[opentelemetry]'.") from None
    exporters()


def warn(table: Table) -> None:
    """Say on stderr what is wrong with the documents and could be served all the same, and what could not."""
    warnings = [*table.warnings] + [
        f"{served.api.name}: {warning}" for served in table.apis for warning in served.api.warnings
    ]
    served = [each.api.name for each in table.apis]
    unused = [name for name in table.worlds.options.state or () if name not in served]
    warnings += [f"the state of {name!r} is not used; served are: {', '.join(served)}" for name in unused]
    if table.worlds.options.recordings:
        from mock_server.recordings import left_out

        warnings += left_out(table.apis)
    if len(warnings) > MOST_WARNINGS:
        rest = f"... and {len(warnings) - MOST_WARNINGS + 1} more; api-specs lint tells them all"
        warnings = [*warnings[: MOST_WARNINGS - 1], rest]
    for warning in warnings:
        print(f"warning: {warning}", file=sys.stderr)  # noqa: T201


def dump(documents: Documents, options: MockOptions, folder: Path, *, quiet: bool = False) -> None:
    """Write every documented answer below `folder`. Raises SpecError and CannotServe."""
    from mock_server.creation import make_table
    from mock_server.dumping import write_answers

    table = make_table(documents.read(), options)
    if not quiet:
        warn(table)
    try:
        count = write_answers(table, folder)
    except OSError as fault:
        raise CannotServe(f"{folder} cannot be written: {fault.strerror}.") from None
    if not quiet:
        print(f"{count} answers of {len(table.apis)} APIs are in {folder}")  # noqa: T201


def _announce(table: Table, where: str) -> None:
    from mock_server.samples import listing

    text = "\n".join([f"Mock server on {where}   (what is served: {where}/_mock/)", "", *listing(table, where)])
    print(text, "Ctrl-C ends it.", sep="\n", flush=True)  # noqa: T201
