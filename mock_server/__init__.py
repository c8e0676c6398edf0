"""A server that stands in for documented APIs.

`create_app("jobhive")` gives an ASGI app; `serve` runs one on a socket; the command is `mock-server`.
"""

from __future__ import annotations

from mock_server.creation import create_app
from mock_server.options import MockOptions
from mock_server.table import CannotServe

__all__ = ["CannotServe", "MockOptions", "create_app"]
