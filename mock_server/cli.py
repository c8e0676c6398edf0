"""The command `mock-server`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import click

from mock_server.command_options import behaviour, behaviour_options, traces_option
from mock_server.options import BODY_LIMIT, MockOptions, Mode, ServeBy

if TYPE_CHECKING:
    from mock_server.access_log import LogFormat
    from mock_server.serving import Tls


class Refused(click.ClickException):
    """What the user can mend: one sentence, exit code 2."""

    exit_code = 2


class WithProxy(click.Command):
    """A command whose first argument `proxy` makes it another one: `mock-server proxy`."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """The context of the command that the arguments are for."""
        if args[:1] != ["proxy"]:
            return super().make_context(info_name, args, parent, **extra)
        from mock_server.proxy.cli import proxy

        return proxy.make_context(f"{info_name} proxy", args[1:], parent, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command that the context is of."""
        return super().invoke(ctx) if ctx.command is self else ctx.command.invoke(ctx)


@click.command(
    cls=WithProxy,
    epilog="mock-server proxy API --upstream URL checks a real implementation: see mock-server proxy --help.",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.argument("apis", nargs=-1, metavar="[API|FILE]...")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port",
    default=4010,
    show_default=True,
    type=click.IntRange(0, 65535),
    help="Port to listen on; 0 takes a free one.",
)
@click.option(
    "--mode",
    default="simulation",
    show_default=True,
    type=click.Choice(get_args(Mode)),
    help="simulation keeps a state; examples always gives a documented example; dynamic invents every answer.",
)
@click.option("--clock", metavar="TIME", help="Stand still at this time, e.g. 2024-01-15T16:45:00Z.")
@click.option("--seed", default=0, show_default=True, type=int, help="Decides everything that is random.")
@click.option(
    "--token",
    "tokens",
    multiple=True,
    metavar="TOKEN",
    help="Accept only this token (repeatable); else any is accepted.",
)
@click.option("--no-auth", is_flag=True, help="Ask for no credentials.")
@click.option("--base-path", metavar="PATH", help="Serve below this path, in place of the documented one.")
@click.option(
    "--serve-by",
    default="path",
    show_default=True,
    type=click.Choice(get_args(ServeBy)),
    help="How several APIs share the port; those that have a path in common are served below their names.",
)
@click.option(
    "--strict/--lenient",
    default=True,
    show_default=True,
    help="Whether examples that contradict their schema are left out.",
)
@click.option("--no-cors", is_flag=True, help="Give browsers of other origins no leave.")
@click.option(
    "--body-limit",
    default=BODY_LIMIT,
    show_default=True,
    type=click.IntRange(1),
    metavar="BYTES",
    help="Longest request body.",
)
@behaviour_options
@click.option(
    "--workers",
    default=1,
    show_default=True,
    type=click.IntRange(1, 64),
    help="Processes that serve; more than one need a --store, which they share.",
)
@click.option("--tls-cert", type=click.Path(path_type=Path), help="Certificate (PEM): serve HTTPS.")
@click.option("--tls-key", type=click.Path(path_type=Path), help="The certificate's key (PEM).")
@click.option("--allow-remote", is_flag=True, help="Read documents and references from URLs, too.")
@click.option("--allow-outside", is_flag=True, help="Follow references out of the folder of the document.")
@click.option("--no-reload", is_flag=True, help="Do not read files again when they change.")
@click.option(
    "--dump",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write every documented answer into this folder, and exit.",
)
@click.option(
    "--log-format",
    default="text",
    show_default=True,
    type=click.Choice(["text", "json"]),
    help="Form of the access log.",
)
@traces_option
@click.option("--quiet", is_flag=True, help="Print nothing but errors.")
def main(  # noqa: PLR0917  (the options are the parameters)
    apis: tuple[str, ...],
    host: str,
    port: int,
    mode: Mode,
    clock: str | None,
    seed: int,
    tokens: tuple[str, ...],
    no_auth: bool,
    base_path: str | None,
    serve_by: ServeBy,
    strict: bool,
    no_cors: bool,
    body_limit: int,
    workers: int,
    tls_cert: Path | None,
    tls_key: Path | None,
    allow_remote: bool,
    allow_outside: bool,
    no_reload: bool,
    dump: Path | None,
    log_format: LogFormat,
    traces: bool,
    quiet: bool,
    **behaves: Any,
) -> None:
    """Answer as documented APIs would.

    API is the name of a bundled API, FILE an OpenAPI document; without any, all bundled APIs are served.
    """
    from mock_server import running

    with running.explained(Refused):
        options = MockOptions(
            mode=mode,
            auth=not no_auth,
            tokens=tokens,
            clock=clock,
            seed=seed,
            cors=not no_cors,
            body_limit=body_limit,
            base_path=_checked_base_path(base_path),
            serve_by=serve_by,
            lenient=not strict,
            **behaviour(behaves),
        )
        documents = running.Documents(apis, allow_outside, allow_remote)
        if dump is not None:
            running.dump(documents, options, dump, quiet=quiet)
            return
        job = running.Job(
            documents,
            options,
            _tls(tls_cert, tls_key),
            log_format=log_format,
            quiet=quiet,
            reload=not no_reload,
            traces=traces,
        )
        running.run(job, running.Address(host, port), workers)


def _checked_base_path(path: str | None) -> str | None:
    if path is None or path in {"", "/"}:
        return None if path is None else ""
    if not path.startswith("/"):
        raise Refused(f"--base-path has to begin with a slash: /{path}")
    return path.rstrip("/")


def _tls(certificate: Path | None, key: Path | None) -> Tls | None:
    from mock_server.serving import Tls

    if certificate is None:
        if key is not None:
            raise Refused("--tls-key needs --tls-cert.")
        return None
    for path in (certificate, key):
        if path is not None and not path.is_file():
            raise Refused(f"There is no file {path}.")
    return Tls(certificate, key)


if __name__ == "__main__":
    sys.exit(main())
