"""A request as a command that a person can paste; the token stands as `$TOKEN`."""

from __future__ import annotations

import shlex
from collections.abc import Mapping

LEFT_TO_CURL = frozenset({"user-agent", "accept-encoding", "connection", "content-length", "host"})
LONGEST_BODY = 4000


def command(method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> str:
    """The curl command of a request whose secrets are hidden already."""
    parts = ["curl", "-i", "-X", method, shlex.quote(url)]
    for name, value in headers.items():
        if name.lower() not in LEFT_TO_CURL:
            parts += ["-H", _quoted(f"{name}: {value}")]
    if body is not None and "content-type" not in {name.lower() for name in headers}:
        parts += ["-H", "'Content-Type:'"]
    if body is not None:
        text = body.decode("utf-8", "replace")
        parts += ["--data-binary", _quoted(text if len(text) <= LONGEST_BODY else text[:LONGEST_BODY] + "…")]
    return " ".join(parts)


def _quoted(text: str) -> str:
    """Quoted for a shell; `$TOKEN` stays a variable."""
    if "$TOKEN" not in text:
        return shlex.quote(text)
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("`", "\\`")
    return f'"{escaped}"'
