"""The options of `mock-server` that say how it behaves: state, worlds, the control API, faults."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from specs import Fixture

Command = Callable[..., Any]

_OPTIONS: tuple[Callable[[Command], Command], ...] = (
    click.option(
        "--state",
        metavar="FILE",
        type=click.Path(path_type=Path, exists=True, dir_okay=False),
        help="Begin with the states of this file, by the names of APIs, in place of the documented ones.",
    ),
    click.option(
        "--fixtures",
        "recordings",
        metavar="DIR",
        type=click.Path(path_type=Path, exists=True, file_okay=False),
        help="Answer requests that were recorded (mock-server proxy --record DIR) as they were then.",
    ),
    click.option(
        "--scenario",
        "faults",
        metavar="FILE",
        type=click.Path(path_type=Path, exists=True, dir_okay=False),
        help="Let go wrong, from the start, what this file says.",
    ),
    click.option(
        "--store",
        metavar="URL",
        envvar="MOCK_STORE",
        help="Keep states in a database: sqlite:///file.db or postgresql://user@host/database.",
    ),
    click.option(
        "--journal",
        default=1000,
        show_default=True,
        type=click.IntRange(0),
        metavar="NUMBER",
        help="How many exchanges the journal keeps (of each world); 0 keeps none.",
    ),
    click.option(
        "--webhook",
        "webhooks",
        multiple=True,
        metavar="URL",
        help="Send the documented events to this URL (repeatable), signed as Standard Webhooks.",
    ),
    click.option(
        "--allow-callbacks",
        multiple=True,
        metavar="ORIGIN",
        help="Send callbacks to URLs of this origin, too (repeatable), e.g. http://127.0.0.1:8000; the port * is any.",
    ),
    click.option(
        "--webhook-secret",
        metavar="SECRET",
        envvar="MOCK_WEBHOOK_SECRET",
        help="Sign events and callbacks with this secret (whsec_...); else with one that the control API shows.",
    ),
    click.option(
        "--webhook-attempts",
        default=6,
        show_default=True,
        type=click.IntRange(1),
        metavar="NUMBER",
        help="How often the delivery of an event is tried.",
    ),
    click.option(
        "--webhook-backoff",
        default=1.0,
        show_default=True,
        type=click.FloatRange(0),
        metavar="SECONDS",
        help="Pause before the second attempt; each further one is twice as long.",
    ),
    click.option("--metrics", is_flag=True, help="Count requests, for Prometheus, at /_mock/metrics."),
    click.option(
        "--control-token",
        metavar="TOKEN",
        envvar="MOCK_CONTROL_TOKEN",
        help="Ask callers of the control API for this token; else only this machine is answered.",
    ),
    click.option(
        "--world-limit",
        default=1000,
        show_default=True,
        type=click.IntRange(1),
        help="How many worlds (X-Mock-World) are kept.",
    ),
    click.option(
        "--world-age",
        default=3600.0,
        show_default=True,
        type=click.FloatRange(1),
        metavar="SECONDS",
        help="After which time an unused world is forgotten.",
    ),
)


traces_option = click.option(
    "--traces", is_flag=True, help="Export a span of OpenTelemetry for each request, as the OTEL_* variables say."
)


def behaviour_options(command: Command) -> Command:
    """Give a command these options; their values come as keywords, for `behaviour`."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def behaviour(given: Mapping[str, Any]) -> dict[str, Any]:
    """The members of `MockOptions` that were given on the command line; files are read.

    Raises SpecError, BadState and BadFault for files that say something else than they should.
    """
    from mock_server.faults.scenario import read_scenario
    from mock_server.states import read_states

    members = dict(given)
    if members["state"] is not None:
        members["state"] = read_states(members["state"])
    members["recordings"] = () if members["recordings"] is None else _recordings(members["recordings"])
    members["faults"] = () if members["faults"] is None else read_scenario(members["faults"])
    return members


def _recordings(folder: Path) -> tuple[Fixture, ...]:
    import specs  # reads documents, which takes its time to import

    return specs.recordings(folder)
