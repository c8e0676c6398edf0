"""Servers as processes: started, waited for, weighed (CPU time and memory, from /proc), and stopped."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

PAGE = os.sysconf("SC_PAGE_SIZE")


class DidNotStart(Exception):
    """A server that gave no 2xx answer in time; the message says what it said."""


@dataclass(slots=True)
class Server:
    """A running server.

    `first_answer` is the time in seconds from its start to its first 2xx answer, `first_cpu` the CPU time until then.
    """

    name: str
    port: int
    process: subprocess.Popen[bytes]
    log: IO[bytes]
    first_answer: float = 0.0
    first_cpu: float = 0.0

    def pids(self) -> list[int]:
        """The process and everything it started."""
        children: dict[int, list[int]] = {}
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                with contextlib.suppress(OSError, IndexError, ValueError):
                    parent = int(_fields(int(entry.name))[1])
                    children.setdefault(parent, []).append(int(entry.name))
        found, pending = [], [self.process.pid]
        while pending:
            pid = pending.pop()
            found.append(pid)
            pending.extend(children.get(pid, ()))
        return found

    def cpu_seconds(self) -> float:
        """The time that its threads, and those of its children, have been on a processor."""
        nanoseconds = 0
        for pid in self.pids():
            with contextlib.suppress(OSError):
                for task in Path(f"/proc/{pid}/task").iterdir():
                    nanoseconds += int((task / "schedstat").read_text("ascii").split()[0])
        return nanoseconds / 1e9

    def memory(self) -> int:
        """Resident memory now, in bytes."""
        total = 0
        for pid in self.pids():
            with contextlib.suppress(OSError):
                total += int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1]) * PAGE
        return total

    def stop(self) -> None:
        """End it and what it started."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGTERM)
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(5)
        self.log.close()


def _fields(pid: int) -> list[str]:
    """The fields of /proc/<pid>/stat behind the command's name: state, parent, ..."""
    return Path(f"/proc/{pid}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()


def free_port(begin: int) -> int:
    """The first port from `begin` on at which nothing listens."""
    for port in range(begin, begin + 100):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            with contextlib.suppress(OSError):
                probe.bind(("127.0.0.1", port))
                return port
    raise DidNotStart(f"all ports from {begin} to {begin + 99} are in use; --port takes another beginning")


def start(
    name: str,
    command: Sequence[str],
    first_port: int,
    request: bytes,
    log_file: Path,
    *,
    patience: float = 60.0,
) -> Server:
    """Start a server (`{port}` in the command is its port) and wait for its first 2xx answer to `request`.

    Raises DidNotStart when that takes longer than `patience` seconds, or the process ends before.
    """
    port = free_port(first_port)
    log = log_file.open("w+b")
    compiled = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    begin = time.perf_counter()
    process = subprocess.Popen(
        [part.replace("{port}", str(port)) for part in command],
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        env=compiled,  # what is installed is compiled: here, the first start does it, which does not count
    )
    server = Server(name, port, process, log)
    last = "nothing listens"
    while time.perf_counter() - begin < patience:
        if process.poll() is not None:
            last = f"it ended with {process.returncode}"
            break
        last = _ask(port, request) or last
        if last.startswith("2"):
            server.first_answer = time.perf_counter() - begin
            server.first_cpu = server.cpu_seconds()
            return server
        time.sleep(0.004)
    server_log = _tail(log)
    server.stop()
    raise DidNotStart(f"{last}; it said: {server_log}" if server_log else last)


def _ask(port: int, request: bytes) -> str:
    """The status and the beginning of the answer to one request, empty where there is none yet."""
    try:
        with socket.create_connection(("127.0.0.1", port), 0.2) as connection:
            connection.settimeout(30)
            connection.sendall(request)
            return connection.recv(65536)[9:300].decode("latin-1")
    except OSError:
        return ""


def _tail(log: IO[bytes]) -> str:
    log.flush()
    log.seek(0)
    lines = log.read().decode("utf-8", "replace").strip().splitlines()
    return " / ".join(line.strip() for line in lines[-3:])[:300]
