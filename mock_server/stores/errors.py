"""What can be wrong with a store."""

from __future__ import annotations

from mock_server.table import CannotServe


class StoreError(CannotServe):
    """A store that cannot be used; the message says why, and what to do. It never holds a password."""
