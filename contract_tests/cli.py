"""`contract-tests`: asks a live implementation whether it keeps what its documentation promises."""

from __future__ import annotations

import os
import traceback
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import click

import contract_tests
import specs
from contract_tests import command_options as options
from contract_tests import merging, parameters, states_file, terminal, waivers
from contract_tests.gates import COULD_NOT_RUN, Gate
from contract_tests.options import RunOptions
from contract_tests.redaction import redacted
from contract_tests.reports import UnreadableReport, View, read, write_all
from contract_tests.results import Report
from contract_tests.user_files import WrongFile

_OF_THE_USER = (specs.SpecError, WrongFile, UnreadableReport, merging.CannotMerge, OSError)


class _Group(click.Group):
    """Tells errors in a sentence, and exits with 2 for all of them: 1 is for broken claims alone."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit):
            raise
        except _OF_THE_USER as error:
            click.echo(f"contract-tests: {error}", err=True)
        except (KeyboardInterrupt, click.Abort):
            click.echo("contract-tests: interrupted", err=True)
        except Exception as error:  # a fault of ours is no verdict on the target
            if os.environ.get("UNDERSTUDY_DEBUG"):
                traceback.print_exc()
            told = f"a fault of contract-tests itself: {type(error).__name__}: {error}"
            click.echo(f"contract-tests: {told}\n  UNDERSTUDY_DEBUG=1 shows where; please report it.", err=True)
        raise click.exceptions.Exit(COULD_NOT_RUN)


@click.group(
    cls=_Group,
    epilog="""\b
Examples:
  contract-tests run jobhive --url http://localhost:3000
  contract-tests run jobhive --url https://staging.example.com/v1 --report-dir out
  contract-tests states jobhive > states.yaml
  contract-tests merge shard-*/report.json --report-dir out
  contract-tests report out/report.json --format markdown
\b
Exit codes: 0 kept, 1 broken, 2 could not run.""",
)
@click.version_option(package_name="understudy", prog_name="contract-tests")
def main() -> None:
    """Asks a live implementation whether it keeps what its documentation promises."""


@main.command(
    epilog="""\b
Examples:
  contract-tests run jobhive --url http://localhost:4010
      an origin alone: the documented base path is kept
  contract-tests run jobhive --url https://staging.example.com/api/v1 --states states.yaml
      a URL with a path: it stands in for the documented server URL
  UNDERSTUDY_TOKEN=... contract-tests run kombo --url https://staging.example.com
      the token is sent, and never reported
  contract-tests run my-api/openapi.yaml --url http://localhost:3000 --profile thorough
  contract-tests run jobhive --url ... --only 'updateInterview/request/body/duration_minutes:*'
      a failure again, alone
  contract-tests run jobhive --url ... --shard 2/4 --report-dir shard-2
  contract-tests run jobhive --url ... --strict --min-tested 95% --waivers waivers.yaml
\b
Exit codes: 0 kept, 1 broken, 2 could not run."""
)
@click.argument("api", metavar="API|SPEC")
@options.of_a_run
@options.of_a_gate
@options.of_an_output
def run(api: str, only: tuple[str, ...], state_file: Path | None, **given: Any) -> None:
    """Judges every claim of API (a bundled name, or the path of an OpenAPI document) at a target."""
    loaded = specs.load(api)
    try:
        claims = parameters.chosen(loaded, only)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--only") from None
    asked = RunOptions(
        url=given["url"],
        token=given["token"] or None,
        states=states_file.load(state_file, loaded) if state_file else {},
        setup=given["setup"],
        setup_token=given["setup_token"] or None,
        seed=given["seed"],
        profile=given["profile"],
        safe=given["safe"],
        shard=given["shard"],
        only=claims,
        timeout=given["timeout"],
        headers=dict(given["headers"]),
        listen=given["listen"],
        schemathesis=not given["no_schemathesis"],
        report_dir=given["report_dir"],
    )
    finish = _finishing(**given)
    with terminal.progress() as told:
        try:
            judged = contract_tests.run(loaded, replace(asked, progress=told))
        except contract_tests.Interrupted as interrupted:
            judged = interrupted.report
    report = redacted(judged, loaded, asked)
    finish(replace(report, options={**report.options, **_recorded(api, only, state_file, given)}))


@main.command(epilog="\b\nExample:\n  contract-tests states jobhive > states.yaml")
@click.argument("api", metavar="API|SPEC")
def states(api: str) -> None:
    """Prints a states file to fill in: the states that checks of API need, with documented values."""
    click.echo(states_file.template(specs.load(api)), nl=False)


@main.command(
    epilog="""\b
Examples:
  contract-tests merge shard-1 shard-2 shard-3 shard-4
  contract-tests merge downloaded-artifacts --report-dir out --min-tested 95%
\b
Exit codes: 0 kept, 1 broken, 2 could not run (a shard is missing)."""
)
@click.argument("paths", metavar="DIR|FILE...", nargs=-1, required=True, type=options.FILE)
@options.of_a_gate
@options.of_an_output
def merge(paths: tuple[Path, ...], **given: Any) -> None:
    """Unites the JSON reports of several runs against one API, shards above all, into one verdict."""
    finish = _finishing(**given)
    finish(merging.merge([read(file) for file in merging.found(paths)]))


@main.command(
    epilog="""\b
Examples:
  contract-tests report out/report.json
  contract-tests report out/report.json --format html > report.html
  contract-tests report out/report.json --format junit --strict"""
)
@click.argument("file", type=options.FILE)
@options.of_a_gate
@options.of_an_output
def report(file: Path, **given: Any) -> None:
    """Shows a JSON report again: in any format, through any gate. Exits with 0 if it can be shown."""
    found = read(file)
    if given["waiver_file"]:
        found = waivers.apply(found, waivers.load(given["waiver_file"]), given["today"] or date.today())
    view = _view(found, given)
    if given["report_dir"]:
        write_all(view, given["report_dir"])
    terminal.show(view, given["format_"])


def _finishing(
    *, waiver_file: Path | None, today: date | None, report_dir: Path | None, format_: str | None, **given: Any
) -> Callable[[Report], None]:
    """What is done with a report: waive, write, show, exit. What can go wrong before a run does so at once."""
    known = waivers.load(waiver_file) if waiver_file else ()
    if report_dir:
        report_dir.mkdir(parents=True, exist_ok=True)

    def finish(found: Report) -> None:
        if waiver_file:
            found = waivers.apply(found, known, today or date.today())
        view = _view(found, given)
        if report_dir:
            write_all(view, report_dir)
        terminal.add_step_summary(view)
        terminal.show(view, format_)
        if format_ and view.decision.code == COULD_NOT_RUN:
            click.echo(f"contract-tests: {view.decision.sentence}", err=True)
        click.get_current_context().exit(view.decision.code)

    return finish


def _view(found: Report, given: Mapping[str, Any]) -> View:
    fail_on = specs.Strength.INFERRED if given["strict"] else specs.Strength(given["fail_on"])
    return View(found, Gate(fail_on, given["min_tested"]), given["pages"])


def _recorded(api: str, only: tuple[str, ...], state_file: Path | None, given: Mapping[str, Any]) -> dict[str, Any]:
    """The options that reproduce a run, as the report keeps them: nothing secret."""
    number, of = given["shard"]
    host, port = given["listen"] or ("", 0)
    recorded = {
        "api": api,
        "states": str(state_file) if state_file else None,
        # A query may carry a secret.
        "setup": (given["setup"] or "").partition("?")[0] or None,
        "safe": given["safe"],
        "shard": f"{number}/{of}",
        "only": list(only),
        "listen": f"{host}:{port}" if host else None,
        "timeout": given["timeout"],
        "schemathesis": not given["no_schemathesis"],
    }
    return {name: value for name, value in recorded.items() if value not in (None, [], False) or name == "schemathesis"}
