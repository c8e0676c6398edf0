"""JSON pointers (RFC 6901): reading and writing places in a JSON value."""

from __future__ import annotations

from typing import Any


def escape(token: str) -> str:
    """A member's name as a pointer token."""
    return token.replace("~", "~0").replace("/", "~1") if "/" in token or "~" in token else token


def join(pointer: str, *tokens: str | int) -> str:
    """The pointer of a place below `pointer`."""
    for token in tokens:
        pointer = f"{pointer}/{escape(token if isinstance(token, str) else str(token))}"
    return pointer


def split(pointer: str) -> list[str]:
    """The unescaped tokens of a pointer; the empty pointer has none."""
    return [token.replace("~1", "/").replace("~0", "~") for token in pointer.split("/")[1:]]


def resolve(value: Any, pointer: str) -> Any:
    """The value at `pointer`. Raises KeyError, with the pointer as its message, where there is none."""
    for token in split(pointer):
        try:
            value = value[int(token)] if isinstance(value, list) else value[token]
        except (KeyError, IndexError, ValueError, TypeError):
            raise KeyError(pointer) from None
    return value


def has(value: Any, pointer: str) -> bool:
    """Whether there is a value at `pointer`."""
    try:
        resolve(value, pointer)
    except KeyError:
        return False
    return True
