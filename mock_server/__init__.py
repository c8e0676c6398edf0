"""A server that stands in for documented APIs.

`create_app("jobhive")` gives an ASGI app; the command is `mock-server`; tests use the fixture `understudy_mock`.
"""

from mock_server.creation import create_app
from mock_server.options import MockOptions
from mock_server.table import CannotServe

__all__ = ["CannotServe", "MockOptions", "create_app"]
