"""Who is measured: how each server is started, and what it does for an answer."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
NODE_MODULES = HERE / "node_modules"

MOCK = (sys.executable, "-m", "mock_server.cli")


@dataclass(frozen=True, slots=True)
class Contestant:
    """A server: its command (`{port}` stands for the port), what it does, and why it cannot be measured, if so.

    What it prints goes into a file unless `keep_log` is off. `patience` is in seconds.
    """

    name: str
    command: tuple[str, ...]
    does: str
    missing: str = ""
    patience: float = 60.0
    keep_log: bool = True


def mock(name: str, documents: tuple[str, ...], *options: str, does: str) -> Contestant:
    """The mock server, with documents (or names of bundled APIs) and options."""
    return Contestant(name, (*MOCK, *documents, "--port", "{port}", *options), does)


def bare(name: str, *options: str, does: str) -> Contestant:
    """The bare app."""
    return Contestant(name, (sys.executable, "-m", "benchmarks.bare", "--port", "{port}", *options), does)


def prism(name: str, document: Path, *options: str, does: str) -> Contestant:
    """Prism, with an OpenAPI 3.1 document."""
    program = NODE_MODULES / "@stoplight" / "prism-cli" / "dist" / "index.js"
    command = ("node", str(program), "mock", str(document), "--port", "{port}", "--host", "127.0.0.1", *options)
    return Contestant(name, command, does, _missing("node", program))


def openapi_backend(name: str, document: Path, *options: str, does: str) -> Contestant:
    """openapi-backend behind Node's own HTTP server."""
    command = ("node", str(HERE / "peers" / "openapi_backend.cjs"), str(document), "{port}", *options)
    return Contestant(name, command, does, _missing("node", NODE_MODULES / "openapi-backend"))


def mockoon(name: str, document: Path, *, does: str) -> Contestant:
    """Mockoon's command-line server."""
    program = NODE_MODULES / "@mockoon" / "cli" / "bin" / "run.js"
    command = ("node", str(program), "start", "--data", str(document), "--port", "{port}", "--disable-log-to-file")
    return Contestant(name, command, does, _missing("node", program))


def wiremock(name: str, root: Path, *, does: str) -> Contestant:
    """WireMock, with the mappings below `root`."""
    jars = sorted((NODE_MODULES / "wiremock" / "build").glob("*.jar"))
    jar = jars[-1] if jars else NODE_MODULES / "wiremock" / "build" / "wiremock-standalone.jar"
    options = ("--bind-address", "127.0.0.1", "--no-request-journal", "--disable-banner")
    command = ("java", "-jar", str(jar), "--port", "{port}", "--root-dir", str(root), *options)
    return Contestant(name, command, does, _missing("java", jar))


def stock_connexion(name: str, document: Path, *, does: str, patience: float = 60.0) -> Contestant:
    """Connexion as it comes, with an OpenAPI 3.0 document."""
    command = (sys.executable, "-m", "benchmarks.peers.stock_connexion", str(document), "{port}")
    return Contestant(name, command, does, patience=patience)


def _missing(program: str, file: Path) -> str:
    if shutil.which(program) is None:
        return f"{program} is not installed"
    return "" if file.exists() else f"{file.relative_to(HERE)} is not there: npm has not installed it"


def install_peers() -> str:
    """Have npm install the peers beside this file where they are not; why it could not, else an empty text."""
    if NODE_MODULES.is_dir():
        return ""
    if shutil.which("npm") is None:
        return "npm is not installed"
    command = ["npm", "install", "--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    try:
        done = subprocess.run(command, cwd=HERE, capture_output=True, text=True, timeout=600, check=False)
    except subprocess.TimeoutExpired:
        return "npm install took longer than ten minutes"
    return "" if done.returncode == 0 else "npm install failed"
