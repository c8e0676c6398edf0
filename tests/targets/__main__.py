"""`python -m tests.targets API [--fault NAME | --variant NAME]`: one target, until Ctrl-C."""

from __future__ import annotations

import json
import threading
from contextlib import suppress

import click

from tests.targets import APIS, FAULTS, VARIANTS, Fault, UnknownTarget, Variant, serve


@click.command()
@click.argument("api", type=click.Choice(APIS))
@click.option("--fault", help="The fault that the target has.")
@click.option("--variant", help="The honest variant that the target is.")
@click.option("--token", help="The only bearer token that is accepted.")
@click.option("--webhook-url", help="Where events are sent.")
@click.option("--port", type=int, default=0, show_default="any free one")
@click.option("--list", "listed", is_flag=True, help="Show the faults and variants of this API, and end.")
def main(
    api: str,
    fault: str | None,
    variant: str | None,
    token: str | None,
    webhook_url: str | None,
    port: int,
    listed: bool,
) -> None:
    """Run one target, until Ctrl-C."""
    if listed:
        entries: list[Fault | Variant] = [*FAULTS.values(), *VARIANTS.values()]
        for entry in entries:
            if entry.api == api:
                click.echo(f"{type(entry).__name__.lower():8} {entry.name:48} {entry.description}")
        return
    with suppress(KeyboardInterrupt):
        try:
            with serve(api, fault=fault, variant=variant, token=token, webhook_url=webhook_url, port=port) as target:
                click.echo(f"{target.url}  {json.dumps(target.states)}")
                threading.Event().wait()
        except (UnknownTarget, OSError) as error:
            raise click.ClickException(str(error)) from None


if __name__ == "__main__":
    main()
