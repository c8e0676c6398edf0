"""Facts about whole runs of the command, over HTTP, with nothing replaced."""

from __future__ import annotations

import base64
import json
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner

from contract_tests.cli import main
from contract_tests.reports import FILES, FORMATS
from tests.targets import serve

TOKEN, KEY = "tok-3b1f9c77e2", "key-88c1d0aa4f"


class Echo(BaseHTTPRequestHandler):
    """A target that answers every request with its headers and body: the worst that a secret can meet."""

    def _answer(self) -> None:
        sent = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode("utf-8", "replace")
        body = json.dumps({"headers": dict(self.headers), "sent": sent, "auth": self.headers.get("Authorization")})
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("X-Echo", self.headers.get("Authorization") or "")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body.encode())

    do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = do_HEAD = do_OPTIONS = _answer  # noqa: N815 (the names of http.server)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the name of http.server)
        """Says nothing."""


@pytest.fixture
def echo() -> Iterator[str]:
    """The URL of an `Echo`."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Echo) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_a_secret_stands_in_no_report_even_if_the_target_echoes_it(echo: str, tmp_path: Path) -> None:
    words = ("run", "jobhive", "--url", echo, "--no-schemathesis", "--report-dir", str(tmp_path))
    result = CliRunner().invoke(main, [*words, "--token", TOKEN, "--header", f"X-Api-Key: {KEY}"])
    assert result.exit_code == 1
    texts = {"stdout": result.stdout, "stderr": result.stderr}
    texts |= {name: (tmp_path / name).read_text(encoding="utf-8") for name in FILES.values()}
    for name in FORMATS:
        texts[name] = CliRunner().invoke(main, ["report", str(tmp_path / "report.json"), "--format", name]).stdout
    assert [name for name, text in texts.items() if TOKEN in text or KEY in text] == []
    assert "curl" in texts["text"]


def test_the_cassettes_of_generated_requests_are_kept_without_secrets(tmp_path: Path) -> None:
    with serve("kombo", token=TOKEN) as target:
        words = ("run", "kombo", "--url", target.url, "--report-dir", str(tmp_path))
        result = CliRunner().invoke(main, [*words, "--token", TOKEN, "--header", f"X-Api-Key: {KEY}"])
    assert result.exit_code == 0
    cassettes = sorted(set(tmp_path.iterdir()) - {tmp_path / name for name in FILES.values()})
    assert [cassette.name for cassette in cassettes] == ["schemathesis.har", "schemathesis.yaml"]
    for cassette in cassettes:
        text = cassette.read_text(encoding="utf-8")
        assert target.url in text
        assert TOKEN not in text
        assert KEY not in text
        assert base64.b64encode(TOKEN.encode()).decode().rstrip("=")[:-1] not in text


def test_the_documented_token_stands_in_no_report_either(echo: str, tmp_path: Path) -> None:
    only = ("--no-schemathesis", "--only", "updateInterview/fixture/*")
    words = ("run", "driver_interviews", "--url", echo, "--report-dir", str(tmp_path), *only)
    assert CliRunner().invoke(main, words).exit_code == 1
    assert "eyJhbGciOiJIUzI1NiJ9" not in (tmp_path / "report.json").read_text(encoding="utf-8")


def test_an_unreachable_target_is_2_and_leaves_a_report(tmp_path: Path) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"
        result = CliRunner().invoke(main, ["run", "jobhive", "--url", url, "--report-dir", str(tmp_path)])
    assert result.exit_code == 2
    assert "could not run: " in result.stdout
    assert json.loads((tmp_path / "report.json").read_text())["could_not_run"]


def test_what_was_found_before_a_run_was_interrupted_is_reported(tmp_path: Path) -> None:
    """Ctrl-C comes while the answer to a request is waited for."""
    asked = 0

    class Interrupting(Echo):
        def handle_one_request(self) -> None:
            nonlocal asked
            asked += 1
            if asked == 60:
                running.send_signal(signal.SIGINT)
                self.close_connection = True
            else:
                super().handle_one_request()

    with ThreadingHTTPServer(("127.0.0.1", 0), Interrupting) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        url = f"http://127.0.0.1:{server.server_port}"
        words = ("run", "jobhive", "--url", url, "--no-schemathesis", "--report-dir", str(tmp_path))
        running = subprocess.Popen(
            [sys.executable, "-c", "from contract_tests.cli import main; main()", *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        printed, told = running.communicate(timeout=120)
        server.shutdown()
        thread.join()

    written = json.loads((tmp_path / FILES["json"]).read_text(encoding="utf-8"))
    assert (running.returncode, told) == (1, b"")  # what is broken is broken, whatever else there is
    assert b"It was interrupted" in printed
    assert "It was interrupted" in written["could_not_run"]
