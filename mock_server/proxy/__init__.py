"""A proxy that stands in front of a real implementation and holds what passes against the claims of its API."""
