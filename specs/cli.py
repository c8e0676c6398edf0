"""`api-specs`: what is in the kit, what a spec promises, what is wrong with one."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import click

from specs.errors import SpecError
from specs.lint import lint
from specs.loading import load, names
from specs.model import Api
from specs.provenance import Strength

STRENGTHS = (Strength.DOCUMENTED, Strength.INFERRED, Strength.ASSUMED)


class _Group(click.Group):
    """Shows a SpecError as its sentence; exits with 2."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except SpecError as error:
            click.echo(f"api-specs: {error}", err=True)
            ctx.exit(2)


@click.group(
    cls=_Group,
    epilog="""\b
Examples:
  api-specs list
  api-specs show jobhive
  api-specs show jobhive --claims --strength documented
  api-specs lint                         every bundled API
  api-specs lint my-api/openapi.yaml""",
)
def main() -> None:
    """Looks into specs: what they promise, where that was read, and what is wrong with them."""


@main.command("list")
def list_apis() -> None:
    """Lists the bundled APIs, one a line: name, operations, claims, title."""
    for name in names():
        api = load(name)
        documented = sum(claim.strength is Strength.DOCUMENTED for claim in api.claims)
        click.echo(
            f"{name:<20} {len(api.operations)} operations, {len(api.claims)} claims "
            f"({documented} documented)  {api.title}"
        )


@main.command(
    epilog="""\b
Examples:
  api-specs show jobhive
  api-specs show jobhive --claims
  api-specs show kombo --claims --strength inferred
  api-specs show kombo --json | jq '.claims[].id'
  api-specs show kombo --document > kombo.json"""
)
@click.argument("api")
@click.option("--claims", is_flag=True, help="List every claim: id, strength, source, text.")
@click.option("--strength", type=click.Choice([str(s) for s in STRENGTHS]), help="Only claims of this strength.")
@click.option("--json", "as_json", is_flag=True, help="The same as JSON.")
@click.option("--document", is_flag=True, help="The OpenAPI document as one file, fixtures included, as JSON.")
@click.option("--allow-outside", is_flag=True, help="Follow references out of the folder of the spec.")
@click.option("--allow-remote", is_flag=True, help="Follow references to the network.")
def show(
    api: str,
    claims: bool,
    strength: str | None,
    as_json: bool,
    document: bool,
    allow_outside: bool,
    allow_remote: bool,
) -> None:
    """Shows operations, claims by strength, and sources of API (a name, or the path of a document)."""
    loaded = load(api, allow_outside=allow_outside, allow_remote=allow_remote)
    if document:
        click.echo(json.dumps(loaded.document, ensure_ascii=False, indent=2))
        return
    if as_json:
        click.echo(json.dumps(_as_json(loaded, strength), ensure_ascii=False, indent=2))
        return
    click.echo(f"{loaded.title} ({loaded.name}), {loaded.servers[0] if loaded.servers else 'no server'}")
    for warning in loaded.warnings:
        click.echo(f"  warning: {warning}")
    click.echo("\nOperations")
    for operation in loaded.operations:
        click.echo(f"  {operation.method:<6} {operation.full_path:<48} {operation.id:<24} {operation.source}")
    for webhook in loaded.webhooks:
        click.echo(f"  event  {webhook.name:<48} {'':<24} {webhook.operation.source}")
    chosen = [claim for claim in loaded.claims if strength is None or claim.strength == strength]
    if claims:
        click.echo("\nClaims")
        for claim in chosen:
            click.echo(f"  {claim.id}\n      {claim.strength}: {claim.text}\n      {claim.source}")
    click.echo(f"\n{_counts(loaded)}")
    pages = Counter(claim.source.page for claim in loaded.claims)
    click.echo("Sources: " + ", ".join(f"{page} ({count} claims)" for page, count in sorted(pages.items())))


def _counts(api: Api) -> str:
    counts = Counter(claim.strength for claim in api.claims)
    parts = ", ".join(f"{counts[strength]} {strength}" for strength in STRENGTHS)
    return f"{len(api.claims)} claims: {parts}"


def _as_json(api: Api, strength: str | None) -> dict[str, object]:
    return {
        "name": api.name,
        "title": api.title,
        "servers": list(api.servers),
        "operations": [
            {"id": o.id, "method": o.method, "path": o.full_path, "source": str(o.source)} for o in api.operations
        ],
        "claims": [
            {
                "id": claim.id,
                "kind": claim.kind,
                "text": claim.text,
                "strength": str(claim.strength),
                "page": claim.source.page,
                "section": claim.source.section,
                "line": claim.source.line,
                "pointer": claim.pointer,
            }
            for claim in api.claims
            if strength is None or claim.strength == strength
        ],
    }


@main.command(
    "lint",
    epilog="""\b
Exit codes: 0 nothing is wrong, 1 something is, 2 wrong use.

Examples:
  api-specs lint
  api-specs lint jobhive my-api/openapi.yaml
  api-specs lint --pages pages/          the pages named are there, and have these lines""",
)
@click.argument("apis", nargs=-1, metavar="[API|FILE]...")
@click.option("--pages", type=click.Path(exists=True, file_okay=False, path_type=Path), help="Folder of the doc pages.")
@click.option("--strict", is_flag=True, help="Warnings fail as well.")
@click.option("--allow-outside", is_flag=True, help="Follow references out of the folder of the spec.")
@click.option("--allow-remote", is_flag=True, help="Read documents and references from URLs, too.")
@click.pass_context
def lint_command(
    ctx: click.Context, apis: tuple[str, ...], pages: Path | None, strict: bool, allow_outside: bool, allow_remote: bool
) -> None:
    """Says what is wrong with specs, rules and fixtures (all bundled ones by default), with file and line."""
    wrong = 0
    for name in apis or names():
        if name not in names() and not Path(name).exists():
            load(name, allow_remote=allow_remote)  # says which names there are
        findings = lint(name, pages=pages, allow_outside=allow_outside, allow_remote=allow_remote)
        for finding in findings:
            click.echo(str(finding))
        errors = sum(finding.level == "error" or strict for finding in findings)
        wrong += errors
        click.echo(f"{name}: " + (f"{errors} errors" if errors else "ok"), err=True)
    ctx.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
