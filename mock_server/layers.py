"""The protocol of ASGI, in names."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
FIELDS = "mock.fields"
"""Where the outermost layer puts, into the scope, a request's headers by name in lower case."""

RAW = "mock.raw"
"""Where a server of ours puts the bytes of a request that came at once."""

App = Callable[[Scope, Receive, Send], Awaitable[None]]
