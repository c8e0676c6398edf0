"""Facts about what the command writes where: to terminals, pipes, and readers who leave early."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from contract_tests.reports import View, write_all
from tests.contract_tests.made import broken, report

# What the environment of the outer pytest says of terminals and CI plays no part.
PLAIN = {"PATH": os.environ["PATH"], "TERM": "xterm", "PYTHONUTF8": "1"}
COMMAND = (sys.executable, "-c", "from contract_tests.cli import main; main()")
ROOT = Path(__file__).parents[2]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A JSON report with many failures."""
    write_all(View(report(*(broken(f"n{n}", text=f"☃ {n}") for n in range(500)))), tmp_path)
    return tmp_path / "report.json"


def on_a_terminal(*words: str, stream: str, **environment: str) -> tuple[str, str]:
    """What one stream of the command shows on a terminal, and the other one in a pipe."""
    ours, theirs = pty.openpty()
    piped = "stderr" if stream == "stdout" else "stdout"
    streams = {stream: theirs, piped: subprocess.PIPE}
    with subprocess.Popen([*COMMAND, *words], cwd=ROOT, env={**PLAIN, **environment}, **streams) as process:  # type: ignore[call-overload]
        os.close(theirs)
        shown = b""
        while chunk := _read(ours):
            shown += chunk
        other = process.stderr if stream == "stdout" else process.stdout
        rest = other.read()
    os.close(ours)
    return shown.decode(), rest.decode()


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # the other end was closed
        return b""


def test_a_terminal_sees_colours(file: Path) -> None:
    shown, _ = on_a_terminal("report", str(file), stream="stdout")
    assert "\x1b[1;31m" in shown


def test_no_colours_are_shown_where_they_are_not_wanted(file: Path) -> None:
    shown, _ = on_a_terminal("report", str(file), stream="stdout", NO_COLOR="1")
    assert "BROKEN" in shown
    assert "31m" not in shown


def test_progress_is_shown_on_a_terminal_and_the_pipe_has_the_report_alone() -> None:
    words = ("run", "jobhive", "--url", "http://127.0.0.1:9", "--no-schemathesis", "--timeout", "2")
    shown, piped = on_a_terminal(*words, stream="stderr")
    assert "\x1b[" in shown
    assert "\x1b[" not in piped
    assert piped.startswith("JobHive at http://127.0.0.1:9\n")


def test_a_reader_who_leaves_early_is_no_error(file: Path) -> None:
    words = [*COMMAND, "report", str(file), "--format", "text"]
    with subprocess.Popen(words, cwd=ROOT, env=PLAIN, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(10)
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0


def test_an_encoding_that_lacks_a_character_is_no_error(file: Path) -> None:
    environment = {**PLAIN, "PYTHONUTF8": "0", "PYTHONIOENCODING": "ascii"}
    words = [*COMMAND, "report", str(file), "--format", "text"]
    done = subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, check=True)
    assert b"BROKEN \\u2603 0" in done.stdout
