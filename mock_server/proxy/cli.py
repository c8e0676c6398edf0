"""The command `mock-server proxy`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mock_server.command_options import behaviour, behaviour_options, traces_option
from mock_server.options import MockOptions

if TYPE_CHECKING:
    from mock_server.access_log import LogFormat
    from mock_server.proxy.session import Answerer

_OPERATIONS = "OPERATION|all"


class Refused(click.ClickException):
    """What the user can mend: one sentence, exit code 2."""

    exit_code = 2


@click.command(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.argument("api", metavar="API|FILE")
@click.option(
    "--upstream", required=True, metavar="URL", help="The real implementation; a path replaces the base path."
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=4010, show_default=True, type=click.IntRange(0, 65535), help="0 takes a free one.")
@click.option(
    "--fall-back",
    multiple=True,
    metavar=_OPERATIONS,
    help="Let the mock answer where upstream has no route or is down (repeatable).",
)
@click.option("--mock", multiple=True, metavar=_OPERATIONS, help="Let the mock answer always (repeatable).")
@click.option("--record", type=click.Path(path_type=Path, file_okay=False), help="Write exchanges as fixtures here.")
@click.option(
    "--report-dir", type=click.Path(path_type=Path, file_okay=False), help="Write report.json here at the end."
)
@click.option("--strict", is_flag=True, help="Let broken inferred claims fail, too.")
@click.option("--timeout", default=30.0, show_default=True, type=click.FloatRange(0.1), help="Seconds for an answer.")
@click.option("--insecure", is_flag=True, help="Take any certificate of upstream.")
@click.option("--no-cors", is_flag=True, help="Leave what browsers of other origins may do to upstream.")
@click.option(
    "--body-limit",
    default=16 * 1024 * 1024,
    show_default=True,
    type=click.IntRange(1),
    metavar="BYTES",
    help="Longest request body.",
)
@click.option("--clock", metavar="TIME", help="The time of the mock, where that answers.")
@click.option("--seed", default=0, show_default=True, type=int, help="Decides what is random where the mock answers.")
@behaviour_options
@click.option(
    "--log-format",
    default="text",
    show_default=True,
    type=click.Choice(["text", "json"]),
    help="Form of the access log.",
)
@traces_option
@click.option("--quiet", is_flag=True, help="Print nothing but errors.")
def proxy(  # noqa: PLR0917  (the options are the parameters)
    api: str,
    upstream: str,
    host: str,
    port: int,
    fall_back: tuple[str, ...],
    mock: tuple[str, ...],
    record: Path | None,
    report_dir: Path | None,
    strict: bool,
    timeout: float,
    insecure: bool,
    no_cors: bool,
    body_limit: int,
    clock: str | None,
    seed: int,
    log_format: LogFormat,
    traces: bool,
    quiet: bool,
    **behaves: Any,
) -> None:
    """Forward to a real implementation, and hold every exchange against what is documented.

    What is not as documented is told in the header mock-violations, in the journal (/_mock/api/journal), on stderr, in
    the report, and by the exit code: 1 where a documented claim was broken.
    """
    from mock_server import running
    from mock_server.proxy.running import ProxyOptions, run
    from mock_server.proxy.session import UnknownOperation
    from mock_server.proxy.upstream import NoUpstream

    answerers: dict[str, Answerer] = {**dict.fromkeys(fall_back, "fallback"), **dict.fromkeys(mock, "mock")}
    options = ProxyOptions(
        upstream,
        answerers,
        timeout,
        insecure,
        record,
        report_dir,
        strict=strict,
        quiet=quiet,
        log_format=log_format,
        traces=traces,
    )
    with running.explained(Refused):
        mock_options = MockOptions(
            clock=clock, seed=seed, cors=not no_cors, body_limit=body_limit, **behaviour(behaves)
        )
        try:
            code = run(api, mock_options, options, running.Address(host, port))
        except (NoUpstream, UnknownOperation) as error:
            raise Refused(str(error)) from None
    click.get_current_context().exit(code)
