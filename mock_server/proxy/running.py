"""What `mock-server proxy` does: serve until told to stop, then say what was found."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mock_server.access_log import AccessLog, logged
from mock_server.app import no_route, wire
from mock_server.checking import Finding
from mock_server.control import fallback
from mock_server.creation import make_table
from mock_server.edge import edge
from mock_server.options import MockOptions
from mock_server.proxy.app import Proxy
from mock_server.proxy.session import Answerer, Session, begin
from mock_server.proxy.upstream import Upstream
from mock_server.running import Address, Documents, check_traces, warn
from mock_server.serving import bind, origin, serve
from mock_server.table import CannotServe

if TYPE_CHECKING:
    from mock_server.access_log import LogFormat
    from mock_server.layers import App
    from mock_server.table import Table


@dataclass(frozen=True, slots=True)
class ProxyOptions:
    """What a proxy is told.

    `answerers` are those of operations (`session.ALL` for every one). `record` is the folder for fixtures, `report_dir`
    the one for the report; `strict` makes broken inferred claims fail, too.
    """

    upstream: str
    answerers: Mapping[str, Answerer]
    seconds: float = 30.0
    insecure: bool = False
    record: Path | None = None
    report_dir: Path | None = None
    strict: bool = False
    quiet: bool = False
    log_format: LogFormat = "text"
    traces: bool = False


def make_proxy(table: Table, options: ProxyOptions) -> tuple[App, Session]:
    """The proxy in front of an upstream, as an ASGI app with all layers, and its session.

    Raises NoUpstream, UnknownOperation, and CannotServe where recordings cannot be written.
    """
    upstream = Upstream(options.upstream, seconds=options.seconds, insecure=options.insecure)
    session = Session(table.apis, upstream.url, strict=options.strict)
    session.switch(options.answerers)
    begin(table.worlds, session)
    recorder = None
    if options.record is not None:
        from mock_server.proxy.recording import Recorder

        try:
            recorder = Recorder(options.record, upstream.url)
        except OSError as fault:
            raise CannotServe(f"{options.record} cannot be written: {fault.strerror}.") from None
    mock = wire(table, fallback(table, no_route))
    told = None if options.quiet else _tell
    proxy = Proxy(table, mock, upstream, session, recorder=recorder, told=told)
    own = table.worlds.options
    return edge(proxy, allow_origins=own.cors, control_token=own.control_token), session


def run(name: str, mock_options: MockOptions, options: ProxyOptions, address: Address) -> int:
    """Serve until told to stop; gives the exit code: 1 where claims were broken that must not be, else 0.

    Raises SpecError, CannotServe, NoUpstream and UnknownOperation before anything is served.
    """
    if options.traces:
        check_traces()
    apis = Documents([name]).read()
    table = make_table(apis, mock_options)
    app, session = make_proxy(table, options)
    if options.report_dir is not None:
        _folder(options.report_dir)
    bound = bind(address.host, address.port)
    bound.listen(1024)  # clients that read where it is may come before it serves
    if not options.quiet:
        warn(table)
        where = origin(bound)
        text = f"Proxy on {where} for {session.upstream}, checked against {apis[0].title} ({apis[0].name})"
        print(text, f"What was found so far: {where}/_mock/api/coverage", sep="\n")  # noqa: T201
        print("Ctrl-C ends it.", flush=True)  # noqa: T201
        app = logged(app, AccessLog(options.log_format))
    if options.traces:
        from mock_server.traces import open_traces

        app = logged(app, open_traces())
    serve(app, bound)
    return finish(session, options)


def finish(session: Session, options: ProxyOptions) -> int:
    """Write the report, say what was found, and give the exit code."""
    for name in session.ledgers:
        report = session.report(name)
        if options.report_dir is not None:
            file = options.report_dir / ("report.json" if len(session.ledgers) == 1 else f"{name}.json")
            text = json.dumps(report, indent=2, ensure_ascii=False) + "\n"
            file.write_text(text, encoding="utf-8", errors="backslashreplace")  # half a surrogate pair stays an escape
        if not options.quiet:
            print(report["decision"]["sentence"])  # noqa: T201
    return int(session.fails)


def _folder(path: Path) -> None:
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise CannotServe(f"{path} cannot be written: {fault.strerror}.") from None


def _tell(finding: Finding) -> None:
    violation, claim = finding.violation, finding.claim
    if violation is not None and claim is not None:
        text = f"{violation.strength}: {finding.side} broke {claim.id}: expected {violation.expected}"
        print(f"{text}, got {violation.got}; {violation.source}", file=sys.stderr, flush=True)  # noqa: T201
