"""Which documented answer a request gets: status, media type, example; as the client prefers, as far as documented."""
