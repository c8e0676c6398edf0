"""A server that stands in for documented APIs.

`create_app("jobhive")` gives an ASGI app; the command is `mock-server`; tests use the fixture `understudy_mock`.
What the door gives is imported when it is asked for: every pytest run imports this package, by its plugin.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mock_server.creation import create_app
    from mock_server.options import MockOptions
    from mock_server.table import CannotServe

__all__ = ["CannotServe", "MockOptions", "create_app"]

_ROOMS = {"create_app": "creation", "MockOptions": "options", "CannotServe": "table"}


def __getattr__(name: str) -> Any:
    if name not in _ROOMS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_ROOMS[name]}"), name)
