"""A corpus of requests and the answers that a mock owes them, as pure data, and what holds the mock to it."""
