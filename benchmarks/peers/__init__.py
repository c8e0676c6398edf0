"""The peers: servers by others that answer from the same document, as far as each can."""
