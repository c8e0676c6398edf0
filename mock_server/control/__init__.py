"""What the mock says of itself, and how it is told to behave, below `/_mock/`."""

from mock_server.control.pages import fallback

__all__ = ["fallback"]
