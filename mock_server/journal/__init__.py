"""What was received and answered in a world: kept within bounds, filtered, watched, verified."""

from mock_server.journal.journal import Journal
from mock_server.journal.noted import Noted, Refused

__all__ = ["Journal", "Noted", "Refused"]
