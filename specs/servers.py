"""Where a document says that it is served: the URLs of its servers, and the path of the first."""

from __future__ import annotations

import urllib.parse
from collections.abc import Mapping
from typing import Any


def base_path(servers: list[Any]) -> str:
    """The path of the first server's URL, variables at their defaults, without a slash at its end."""
    first = next(iter(servers), None)
    if not isinstance(first, Mapping):
        return ""
    try:
        path = urllib.parse.urlsplit(server_url(first)).path.rstrip("/")
    except ValueError:  # not a URL
        return ""
    return path if path.startswith("/") or not path else f"/{path.lstrip('./')}".rstrip("/")


def server_urls(servers: list[Any]) -> tuple[str, ...]:
    """The URLs of a list of servers."""
    return tuple(server_url(server) for server in servers if isinstance(server, Mapping))


def server_url(server: Mapping[str, Any]) -> str:
    """A server's URL with its variables at their defaults."""
    url = str(server.get("url") or "")
    variables = server.get("variables")
    for name, variable in variables.items() if isinstance(variables, Mapping) else ():
        default = variable.get("default", "") if isinstance(variable, Mapping) else ""
        url = url.replace("{" + name + "}", str(default))
    return url
