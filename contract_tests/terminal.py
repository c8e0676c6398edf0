"""What a run shows while it runs and when it is over: progress on stderr, the verdict on stdout."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from contract_tests.reports import View, render
from contract_tests.reports import text as screen_text

Told = Callable[[str, int, int], None]

_STYLES = {"bad": "bold red", "warn": "yellow", "good": "bold green", "strong": "bold", "quiet": "dim", "": ""}


@contextmanager
def progress() -> Iterator[Told | None]:
    """A function that shows a stage (sentence, done, total) on stderr; None where nobody is watching."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        tasks: dict[str, TaskID] = {}

        def told(sentence: str, done: int, total: int) -> None:
            if sentence not in tasks:
                for earlier in tasks.values():
                    bar.update(earlier, visible=False)
                tasks[sentence] = bar.add_task(sentence, total=total or None)
            bar.update(tasks[sentence], completed=done, total=total or None)

        yield told


def show(view: View, format_: str | None) -> None:
    """The report on stdout: in a format, or, for None, as one screen, with annotations under GitHub Actions."""
    if format_:
        _write(render(view, format_))
        return
    size = shutil.get_terminal_size((100, 24))
    lines = screen_text.screen(view, width=size.columns, height=size.lines)
    if sys.stdout.isatty():
        from rich.console import Console
        from rich.text import Text

        console = Console()
        for style, line in lines:
            console.print(Text(line, style=_STYLES[style]), soft_wrap=True)
    else:
        _write("".join(f"{line}\n" for _, line in lines))
    if os.environ.get("GITHUB_ACTIONS") == "true":
        _write(render(view, "github"))


def add_step_summary(view: View) -> None:
    """Appends the Markdown report to the step summary, where a CI system asks for one. Raises OSError."""
    file = os.environ.get("GITHUB_STEP_SUMMARY")
    if file:
        with Path(file).open("a", encoding="utf-8") as summary:
            summary.write(render(view, "markdown") + "\n")


def _write(text: str) -> None:
    """Text to stdout, whatever its encoding can say; nobody has to read it to the end."""
    encoding = sys.stdout.encoding or "utf-8"
    try:
        sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding))
        sys.stdout.flush()
    except BrokenPipeError:
        # The interpreter flushes once more at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
