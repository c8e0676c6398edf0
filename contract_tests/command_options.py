"""The options of the commands, in three groups: of a run, of a gate, of what is written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from contract_tests import parameters
from contract_tests.parameters import Parsed
from contract_tests.reports import FORMATS

F = TypeVar("F", bound=Callable[..., Any])

FILE = click.Path(path_type=Path)
"""A path, as it was given; whether it can be read is found out, and told, by who reads it."""


def _stacked(*options: Callable[[F], F]) -> Callable[[F], F]:
    def decorate(command: F) -> F:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


of_a_gate = _stacked(
    click.option("--strict", is_flag=True, help="Let broken inferred claims fail too (as --fail-on inferred)."),
    click.option(
        "--fail-on",
        type=click.Choice(["documented", "inferred"]),
        default="documented",
        show_default=True,
        help="The weakest claims that fail when broken; weaker ones are warnings.",
    ),
    click.option(
        "--min-tested",
        type=Parsed("SHARE", parameters.share),
        default=0.0,
        metavar="95%",
        help="Fail if less than this share of the claims could be tested.",
    ),
    click.option(
        "--waivers", "waiver_file", type=FILE, metavar="FILE", help="Known failures: claim, reason, owner, expiry."
    ),
    click.option(
        "--today", type=Parsed("DAY", parameters.day), metavar="YYYY-MM-DD", help="The day for the waivers' expiry."
    ),
)
of_an_output = _stacked(
    click.option("--report-dir", type=FILE, metavar="DIR", help="Write the report in every format into this folder."),
    click.option("--format", "format_", type=click.Choice(FORMATS), help="Print the whole report in this format."),
    click.option(
        "--pages", default="", metavar="PATH|URL", help="Where the documentation pages are, for links to them."
    ),
)
of_a_run = _stacked(
    click.option("--url", required=True, type=Parsed("URL", parameters.target), help="The target."),
    click.option("--token", envvar="UNDERSTUDY_TOKEN", metavar="T", help="Its credential; rather in UNDERSTUDY_TOKEN."),
    click.option(
        "--header",
        "headers",
        multiple=True,
        type=Parsed("HEADER", parameters.header),
        metavar="'N: v'",
        help="Sent with every request.",
    ),
    click.option(
        "--states",
        "state_file",
        type=FILE,
        metavar="FILE",
        help="What stands at the target for the states needed (see `states`).",
    ),
    click.option(
        "--setup",
        type=Parsed("URL", parameters.setup),
        metavar="URL",
        help="Asked, by POST, to bring the target into a state.",
    ),
    click.option(
        "--setup-token",
        envvar="UNDERSTUDY_SETUP_TOKEN",
        metavar="T",
        help="The bearer token that --setup asks for; rather in UNDERSTUDY_SETUP_TOKEN.",
    ),
    click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Decides everything random."),
    click.option(
        "--profile",
        type=click.Choice(["gate", "thorough"]),
        default="gate",
        show_default=True,
        help="Seconds, or minutes and more volume.",
    ),
    click.option("--safe", is_flag=True, help="Send nothing that could change data."),
    click.option(
        "--shard",
        type=Parsed("SHARD", parameters.shard),
        default=(1, 1),
        metavar="2/4",
        help="Judge one part of the claims.",
    ),
    click.option("--only", multiple=True, metavar="CLAIM_ID", help="Judge these claims alone; * and ? are understood."),
    click.option(
        "--listen",
        type=Parsed("ADDRESS", parameters.address),
        metavar="HOST:PORT",
        help="Await the target's webhooks here.",
    ),
    click.option(
        "--timeout",
        type=click.FloatRange(min=0, min_open=True),
        default=10.0,
        show_default=True,
        metavar="S",
        help="Seconds for one answer.",
    ),
    click.option("--no-schemathesis", is_flag=True, help="Leave out the generated requests."),
)
