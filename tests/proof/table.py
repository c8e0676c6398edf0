"""The table of the proof, and what was missed."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from tests.proof.outcome import Outcome, Row, rows

_LISTED = 60
"""So many misses are listed in full."""


def print_outcomes(console: Console, outcomes: Sequence[Outcome], seconds: float, *, narrow: bool = False) -> None:
    """Print the table, the claims without a liar, and what the suite missed or blamed wrongly."""
    console.print(_table(outcomes))
    _print_list(console, "No liar can be made", [o for o in outcomes if o.job.part == "unmade"])
    liars = [outcome for outcome in outcomes if outcome.job.part == "liar"]
    variants = [outcome for outcome in outcomes if outcome.job.part == "variant"]
    _print_list(console, "Not caught", [o for o in liars if not o.caught])
    _print_list(console, "Caught, but another claim is cited", [o for o in liars if o.caught and not o.cited])
    _print_list(console, "False alarms", [o for o in variants if o.failed])
    caught, cited = sum(o.caught for o in liars), sum(o.cited for o in liars)
    alarms = sum(outcome.failed for outcome in variants)
    mode = "Liars in runs of their one claim" if narrow else "Full runs"
    console.print(
        f"{len(liars)} liars: {_percent(caught, len(liars))} caught, {_percent(cited, len(liars))} cited. "
        f"{len(variants)} honest variants: {alarms} false alarms. {mode}, without Schemathesis, {seconds:.0f} s."
    )


def _table(outcomes: Sequence[Outcome]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("API", no_wrap=True)
    table.add_column("kind", no_wrap=True)
    for name in ("claims", "liars", "caught", "cited", "no liar", "alarms"):
        table.add_column(name, justify="right")
    found = rows(outcomes)
    for api in dict.fromkeys(outcome.job.api for outcome in outcomes):
        for row in found:
            if row.api == api:
                table.add_row(*_cells(row))
        variants = [o for o in outcomes if o.job.part == "variant" and o.job.api == api]
        if variants:
            alarms = sum(outcome.failed for outcome in variants)
            table.add_row(api, f"({len(variants)} honest)", "", "", "", "", "", str(alarms))
    return table


def _cells(row: Row) -> list[str]:
    numbers = (row.claims, row.liars, row.caught, row.cited, row.unmade)
    return [row.api, row.kind, *map(str, numbers), ""]


def _print_list(console: Console, title: str, outcomes: Sequence[Outcome]) -> None:
    if not outcomes:
        return
    console.print(f"\n{title} ({len(outcomes)})", style="bold")
    for outcome in outcomes[:_LISTED]:
        console.print(f"  {outcome.job.api} {outcome.job.name}", markup=False, highlight=False)
        told = "; ".join(part for part in (outcome.detail, _also(outcome)) if part)
        if told:
            console.print(f"      {told}", markup=False, highlight=False)
    if len(outcomes) > _LISTED:
        console.print(f"  and {len(outcomes) - _LISTED} more (--to FILE has them all)")


def _also(outcome: Outcome) -> str:
    rest = outcome.broken[1:4]
    return f"also broken: {', '.join(rest)}" if rest else ""


def _percent(part: int, whole: int) -> str:
    """How many, and how many of a hundred, rounded down: one that is missed is not lost in rounding."""
    return f"{1000 * part // whole / 10:g}% ({part})" if whole else "0"
