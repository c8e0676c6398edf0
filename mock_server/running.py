"""What the command does: read the APIs, say what is served, serve."""

from __future__ import annotations

import gc
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


@dataclass(frozen=True, slots=True)
class Socket:
    """Where to listen."""

    host: str
    port: int
    tls: Tls | None = None


@contextmanager
def explained(error: type[Exception]) -> Iterator[None]:
    """Turn what a user can mend into `error`, with the sentence that explains it."""
    from mock_server.simulation.clock import BadTime
    from mock_server.states import BadState
    from specs import SpecError

    try:
        yield
    except (SpecError, CannotServe, BadTime, BadState) as fault:
        raise error(str(fault)) from fault
    except ssl.SSLError as fault:
        raise error(f"The certificate and its key cannot be used: {fault.reason or fault}.") from fault


def read(names: Sequence[str], *, allow_remote: bool = False) -> list[Api]:
    """The named APIs; all bundled ones where none is named. Raises SpecError."""
    import specs

    return [specs.load(name, allow_remote=allow_remote) for name in names or specs.names()]


def run(
    names: Sequence[str],
    options: MockOptions,
    socket: Socket,
    *,
    log_format: LogFormat = "text",
    quiet: bool = False,
    reload: bool = True,
    allow_remote: bool = False,
) -> None:
    """Serve until told to stop. Raises SpecError, CannotServe and BadTime before anything is served."""
    from mock_server.access_log import AccessLog, logged
    from mock_server.creation import assemble, make_table

    gc.disable()  # while everything is being made, nothing becomes garbage
    apis = read(names, allow_remote=allow_remote)
    table = make_table(apis, options)
    bound = bind(socket.host, socket.port)
    app = assemble(table)
    if reload and not allow_remote:
        from mock_server.reloading import Reloading

        app = Reloading(app, table, names, options)
    warn(apis)
    if not quiet:
        _announce(table, origin(bound, socket.tls))
        app = logged(app, AccessLog(log_format))
    gc.freeze()  # what was made lives as long as the server: it need not be looked at again and again
    gc.enable()
    serve(app, bound, socket.tls)


def warn(apis: Sequence[Api]) -> None:
    """Say on stderr what is wrong with the documents and could be served all the same."""
    for api in apis:
        for warning in api.warnings:
            print(f"warning: {api.name}: {warning}", file=sys.stderr)  # noqa: T201


def dump(names: Sequence[str], options: MockOptions, folder: Path, *, allow_remote: bool = False) -> None:
    """Write every documented answer below `folder`. Raises SpecError and CannotServe."""
    from mock_server.creation import make_table
    from mock_server.dumping import write_answers

    apis = read(names, allow_remote=allow_remote)
    warn(apis)
    try:
        count = write_answers(make_table(apis, options), folder)
    except OSError as fault:
        raise CannotServe(f"{folder} cannot be written: {fault.strerror}.") from None
    print(f"{count} answers of {len(apis)} APIs are in {folder}")  # noqa: T201


def _announce(table: Table, where: str) -> None:
    from mock_server.samples import listing

    text = "\n".join([f"Mock server on {where}   (what is served: {where}/_mock/)", "", *listing(table, where)])
    print(text, "Ctrl-C ends it.", sep="\n", flush=True)  # noqa: T201
