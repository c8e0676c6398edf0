"""Values made up for a schema: always valid, plausible to a person, and the same for the same seed and key."""

from mock_server.generation.generator import CannotGenerate, Generator

__all__ = ["CannotGenerate", "Generator"]
