"""The command: what it prints, what it refuses and how, and how it ends."""

from __future__ import annotations

import json
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner

import specs
from mock_server.cli import main

SLOW = 30.0


class Command:
    """`mock-server` in a process of its own; `lines` are what it printed until it was ready."""

    def __init__(self, *arguments: str) -> None:
        command = [sys.executable, "-m", "mock_server.cli", "--port", "0", *arguments]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.lines: list[str] = []
        while not self.lines or not self.lines[-1].startswith("Ctrl-C"):
            line = self.process.stdout.readline()
            assert line, self.process.stderr.read()
            self.lines.append(line.rstrip("\n"))
        self.url = re.search(r"http\S+", self.lines[0])[0]

    def stop(self, number=signal.SIGINT) -> tuple[str, str]:
        self.process.send_signal(number)
        out, err = self.process.communicate(timeout=SLOW)
        return out, err


@pytest.fixture
def command():
    started: list[Command] = []

    def start(*arguments: str) -> Command:
        started.append(Command(*arguments))
        return started[-1]

    yield start
    for each in started:
        if each.process.poll() is None:
            each.process.kill()
            each.process.communicate()


def when_up(url: str) -> None:
    deadline = time.monotonic() + SLOW
    while time.monotonic() < deadline:
        try:
            httpx.get(f"{url}/_mock/health")
        except httpx.TransportError:
            time.sleep(0.02)
        else:
            return
    raise AssertionError(f"{url} did not answer")


def refused(*arguments: str) -> str:
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 2, result.output
    assert "Traceback" not in result.output
    return result.output


def test_all_bundled_apis_are_served_and_listed_with_a_curl_each(command):
    served = command()

    listed = "\n".join(served.lines)
    for name in specs.names():
        for operation in specs.load(name).operations:
            assert re.search(
                rf"{operation.id}\s+{operation.method}\s+{re.escape(served.url + operation.full_path)}", listed
            )
    assert len([line for line in served.lines if line.strip().startswith("curl ")]) == len(specs.names())


def test_each_curl_works_as_printed_and_is_logged(command):
    served = command()
    when_up(served.url)

    for line in served.lines:
        if line.strip().startswith("curl "):
            answer = subprocess.run(
                f"{line} -s", shell=True, capture_output=True, text=True, timeout=SLOW, check=False
            ).stdout
            assert answer.startswith("HTTP/1.1 200"), f"{line}\n{answer}"
    out, _ = served.stop()

    assert len([line for line in out.splitlines() if " 200 " in line and "updateInterview" in line]) >= 1


def test_quiet_is_quiet_but_for_errors(tmp_path):
    file = tmp_path / "things.yaml"
    document = "openapi: 3.1.0\npaths: {/things: {get: {responses: {%s: {}}}}}\n"  # with warnings: it has no info
    file.write_text(document % "200")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    command = [sys.executable, "-m", "mock_server.cli", str(file), "--quiet", "--port", url.rpartition(":")[2]]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            when_up(url)
            deadline = time.monotonic() + SLOW
            while httpx.get(f"{url}/things").status_code != 201:  # written until the files are watched
                assert time.monotonic() < deadline
                file.write_text(document % "201")
                time.sleep(0.3)
            file.write_text("openapi: 3.1.0\npaths: [}\n")
            assert f"{file}:2" in process.stderr.readline()
            process.send_signal(signal.SIGTERM)
            assert process.communicate(timeout=SLOW) == ("", "")
        finally:
            process.kill()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_cleanly_when_told_to(command, number):
    served = command("jobhive")
    when_up(served.url)

    _, err = served.stop(number)

    assert (served.process.returncode, err) == (0, "")


def test_the_log_can_be_json_and_holds_no_secrets(command):
    served = command("jobhive", "--log-format", "json")
    when_up(served.url)
    path = "/v1/interviews/int_abc123def456"
    httpx.patch(f"{served.url}{path}?key=geheim", json={}, headers={"Authorization": "Bearer geheim"})

    out, _ = served.stop()

    entries = [json.loads(line) for line in out.splitlines()]
    entry = next(entry for entry in entries if entry["path"] == path)
    assert (entry["method"], entry["status"], entry["operation"]) == ("PATCH", 200, "updateInterview")
    assert "geheim" not in out


def test_tokens_are_not_printed(command):
    served = command("jobhive", "--token", "geheim")

    assert "geheim" not in "\n".join(served.lines)
    assert "$TOKEN" in "\n".join(served.lines)


def test_a_port_in_use_is_told_with_the_way_out():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        assert f"Port {port} of 127.0.0.1 is in use; --port takes another" in refused("--port", str(port))


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["nobody"], "there is no API and no file 'nobody'"),
        (["missing.yaml"], "there is no API and no file 'missing.yaml'"),
        (["--clock", "noon"], "'noon' is no time: write it like 2024-01-15T16:45:00Z"),
        (["--base-path", "v1"], "--base-path has to begin with a slash: /v1"),
        (["--tls-key", "key.pem"], "--tls-key needs --tls-cert"),
        (["--tls-cert", "missing.pem"], "There is no file missing.pem"),
        (["--port", "70000"], "70000 is not in the range"),
        (["--host", "no.such.host.invalid", "--port", "0"], "'no.such.host.invalid' is no address of this machine"),
        (["https://example.invalid/openapi.yaml"], "--allow-remote"),
    ],
)
def test_what_cannot_be_served_is_told_in_a_sentence(arguments, told):
    assert told in refused(*arguments)


def test_a_broken_document_is_told_with_file_and_line(tmp_path):
    file = tmp_path / "broken.yaml"
    file.write_text("openapi: 3.1.0\ninfo: {title: [}\n")

    assert f"{file}:2" in refused(str(file))


def test_references_leave_the_folder_with_leave(tmp_path):
    (tmp_path / "shared.yaml").write_text("example: 5\n")
    file = tmp_path / "inner" / "a.yaml"
    file.parent.mkdir()
    response = "{description: ok, content: {a/json: {$ref: ../shared.yaml}}}"
    file.write_text(f"openapi: 3.2.0\npaths: {{/a: {{get: {{responses: {{200: {response}}}}}}}}}\n")
    dump = [str(file), "--dump", str(tmp_path / "answers")]

    refused = CliRunner().invoke(main, dump)
    assert (refused.exit_code, "--allow-outside" in refused.output) == (2, True)
    assert CliRunner().invoke(main, [*dump, "--allow-outside"]).exit_code == 0
    assert [path.read_bytes() for path in (tmp_path / "answers").rglob("200*")] == [b"5"]


def test_every_answer_can_be_written_to_files(tmp_path: Path):
    result = CliRunner().invoke(main, ["jobhive", "kombo", "--dump", str(tmp_path / "out")])

    assert result.exit_code == 0, result.output
    index = json.loads((tmp_path / "out" / "index.json").read_text())
    by_file = {entry["file"]: entry for entry in index}
    entry = by_file["jobhive/updateInterview/404-documented.json"]
    assert (entry["status"], entry["path"]) == (404, "/v1/interviews/{id}")
    assert json.loads((tmp_path / "out" / entry["file"]).read_text())["error"]["code"] == "INTERVIEW_NOT_FOUND"
    assert all((tmp_path / "out" / file).is_file() for file in by_file)
    assert f"{len(index)} answers" in result.output


def test_no_answer_is_written_over_another(tmp_path: Path):
    content = {kind: {"example": kind} for kind in ("application/json", "text/json", "application/a+json")}
    responses = {"200": {"description": "ok", "content": content}}
    document = {"openapi": "3.1.0", "paths": {"/a": {"get": {"operationId": "a" * 300, "responses": responses}}}}
    file = tmp_path / "long.json"
    file.write_text(json.dumps(document))
    out = tmp_path / "out"

    assert CliRunner().invoke(main, [str(file), "--dump", str(out)]).exit_code == 0
    written = {
        entry["headers"]["content-type"]: entry["file"] for entry in json.loads((out / "index.json").read_text())
    }
    assert {kind: json.loads((out / path).read_text()) for kind, path in written.items()} == {
        kind: kind for kind in content
    }
    assert [Path(path).name for path in written.values()] == [
        "200-default.json",
        "200-default-json.json",
        "200-default-a_json.json",
    ]


@pytest.fixture
def certificate(tmp_path):
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("there is no openssl to make a certificate with")
    key, certificate = tmp_path / "key.pem", tmp_path / "cert.pem"
    made = [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    names = ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run([*made, *names], check=True, capture_output=True)
    return certificate, key


def test_https_is_served_with_a_certificate(command, certificate):
    file, key = certificate
    served = command("jobhive", "--tls-cert", str(file), "--tls-key", str(key))
    context = ssl.create_default_context(cafile=str(file))

    assert served.url.startswith("https://")
    with httpx.Client(verify=context, transport=httpx.HTTPTransport(verify=context, retries=20)) as client:
        assert client.get(f"{served.url}/_mock/health").json()["status"] == "ok"
    served.stop()


def test_a_certificate_that_is_none_is_told(tmp_path):
    (tmp_path / "cert.pem").write_text("nothing")

    assert "The certificate and its key cannot be used" in refused(
        "--port", "0", "--tls-cert", str(tmp_path / "cert.pem")
    )


def test_a_certificate_without_its_key_is_told_before_anything_is_announced(certificate):
    file, key = certificate

    for arguments in (["--tls-cert", str(file)], ["--tls-cert", str(key), "--tls-key", str(file)]):
        result = CliRunner().invoke(main, ["jobhive", "--port", "0", *arguments])
        assert (result.exit_code, "Mock server on" in result.output) == (2, False)
        assert "The certificate and its key cannot be used" in result.output


def test_who_cannot_wait_ends_it_at_once_and_sees_no_traceback(command):
    served = command("jobhive")
    when_up(served.url)
    with ThreadPoolExecutor() as pool:
        headers = {"Authorization": "Bearer x", "Prefer": "wait=30"}
        path = f"{served.url}/v1/interviews/int_abc123def456"
        waiting = pool.submit(httpx.patch, path, json={}, headers=headers, timeout=SLOW)
        time.sleep(0.4)
        served.process.send_signal(signal.SIGINT)
        time.sleep(0.4)
        begun = time.monotonic()
        _, err = served.stop()

        assert (time.monotonic() - begun < 2, "Traceback" in err) == (True, False)
        assert waiting.result().status_code == 503


def test_requests_in_flight_are_finished_when_it_is_told_to_end(command):
    served = command("jobhive")
    when_up(served.url)
    path = f"{served.url}/v1/interviews/int_abc123def456"
    with ThreadPoolExecutor() as pool:
        headers = {"Authorization": "Bearer x", "Prefer": "wait=1"}
        waiting = pool.submit(httpx.patch, path, json={}, headers=headers, timeout=SLOW)
        time.sleep(0.4)
        served.stop()

        assert waiting.result().status_code == 200
    assert served.process.returncode == 0
