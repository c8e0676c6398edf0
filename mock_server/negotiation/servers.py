"""The server that a client says it means (`__server`): one of those that the document has for the operation."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from mock_server.refusals import Refusal
from specs import pointers

if TYPE_CHECKING:
    from specs import Operation

Json = Any

_VARIABLE = re.compile(r"\{([^{}]+)\}")


def check_server(url: str, operation: Operation, document: Json) -> None:
    """Raises Refusal `no_route` where the document has no such server for the operation."""
    servers = list(_servers(operation, document))
    if not any(_matches(server, url) for server in servers):
        known = ", ".join(str(server["url"]) for server in servers) or "none"
        raise Refusal("no_route", f"{url} is none of the servers of this operation; documented are: {known}.")


def _servers(operation: Operation, document: Json) -> Iterable[Mapping[str, Json]]:
    """The servers of the operation, else of its path, else of the document."""
    item = operation.pointer.rpartition("/")[0]
    owners = (pointers.resolve(document, pointer) for pointer in (operation.pointer, item, ""))
    given = next((owner["servers"] for owner in owners if isinstance(owner, Mapping) and owner.get("servers")), ())
    return (server for server in given if isinstance(server, Mapping) and isinstance(server.get("url"), str))


def _matches(server: Mapping[str, Json], url: str) -> bool:
    variables = server.get("variables") or {}
    parts = _VARIABLE.split(server["url"].rstrip("/"))  # text and names of variables in turn
    pattern = "".join(_values(variables.get(part)) if at % 2 else re.escape(part) for at, part in enumerate(parts))
    return re.fullmatch(pattern, url.rstrip("/")) is not None


def _values(variable: Json) -> str:
    """A pattern of the values of a variable."""
    allowed = variable.get("enum") if isinstance(variable, Mapping) else None
    return f"(?:{'|'.join(re.escape(str(value)) for value in allowed)})" if allowed else "[^?#]*"
