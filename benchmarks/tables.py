"""Tables of results: as Markdown for people, as JSON for programs."""

from __future__ import annotations

import dataclasses
import json
import os
import platform
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

BEGIN, END = "<!-- results: written by python -m benchmarks -->", "<!-- end of results -->"


@dataclass(frozen=True, slots=True)
class Table:
    """One table: a column per heading, a row per thing measured; `goals` say what was aimed at."""

    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    goals: tuple[Goal, ...] = ()
    notes: tuple[str, ...] = ()

    def markdown(self) -> str:
        """The table under its title, goals and notes below."""
        lines = [f"### {self.title}", "", _row(self.headings), _row(["---"] * len(self.headings))]
        lines += [_row(row) for row in self.rows]
        if self.goals:
            lines += ["", *(f"- {goal.text}" for goal in self.goals)]
        if self.notes:
            lines += ["", *self.notes]
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class Goal:
    """What was aimed at: `measured` is to be at most `limit`; neither is ever asserted, only told."""

    what: str
    measured: float
    limit: float
    unit: str = ""

    @property
    def met(self) -> bool:
        """Whether it was reached."""
        return self.measured <= self.limit

    @property
    def text(self) -> str:
        """One line."""
        verdict = "met" if self.met else "**not met**"
        return f"{self.what}: {number(self.measured)}{self.unit}, goal {number(self.limit)}{self.unit}: {verdict}"


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def number(value: float) -> str:
    """A number with as many digits as mean something."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def machine() -> str:
    """What was measured on, without saying where."""
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    parts = [
        f"{os.cpu_count()} cores",
        f"{platform.system()} {platform.machine()}",
        f"{platform.python_implementation()} {platform.python_version()}",
        *(version for program in ("node", "java") if (version := _version(program))),
        f"load average {load:.1f} at the end",
    ]
    return ", ".join(parts)


def _version(program: str) -> str:
    if shutil.which(program) is None:
        return ""
    said = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=30, check=False)
    return f"{program} {said.stdout.split()[1] if program == 'java' else said.stdout.strip().lstrip('v')}"


def as_json(tables: Sequence[Table]) -> str:
    """All tables and what was measured on."""
    found = [{**dataclasses.asdict(table), "met": [goal.met for goal in table.goals]} for table in tables]
    return json.dumps({"machine": machine(), "tables": found}, indent=1, ensure_ascii=False) + "\n"


def as_markdown(tables: Sequence[Table], command: str) -> str:
    """All tables under a line that says how and on what they were measured."""
    return "\n\n".join([f"Measured by `{command}` on {machine()}.", *(table.markdown() for table in tables)]) + "\n"


def put_into(page: Path, results: str) -> None:
    """Put the results between the marks of a page, in place of others. Raises ValueError where there are no marks."""
    text = page.read_text("utf-8")
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{page}: the lines {BEGIN!r} and {END!r} are not both there")
    page.write_text(f"{before}{begin}\n\n{results}\n{end}{after}", "utf-8")
