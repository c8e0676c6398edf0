"""The words of the command line as values. What cannot be read is told in a sentence that shows the right form."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from difflib import get_close_matches
from fnmatch import fnmatchcase
from typing import Any, TypeVar
from urllib.parse import urlsplit

import click

from specs import Api, Strength

T = TypeVar("T")


class Parsed(click.ParamType[T]):
    """A click type from a function that raises ValueError with a sentence."""

    def __init__(self, name: str, parse: Callable[[str], T]) -> None:
        self.name, self._parse = name, parse

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> T:
        """The parsed value; what is no text is a default, and stays as it is."""
        if not isinstance(value, str):
            return value  # type: ignore[no-any-return]
        try:
            return self._parse(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


def target(text: str) -> str:
    """The URL of a target: http or https, with a host, without credentials, query and fragment."""
    try:
        url = urlsplit(text)
        _ = url.port
    except ValueError as error:
        raise ValueError(f"{text!r} is no URL: {error}") from None
    if url.scheme not in ("http", "https") or not url.hostname:
        raise ValueError(f"{text!r} is no URL of a target: it has to look like http://localhost:3000")
    if url.username is not None or url.password is not None:
        raise ValueError("credentials have no place in the URL: use --token or --header")
    if url.query or url.fragment:
        raise ValueError(f"{text!r} has a query or a fragment: give the part that all paths have in common")
    return text


def setup(text: str) -> str:
    """The URL that is asked for states: http or https, with a host, without credentials."""
    target(text.partition("?")[0])
    return text


def shard(text: str) -> tuple[int, int]:
    """`2/4` as (2, 4)."""
    number, slash, of = text.partition("/")
    if not (slash and number.isdecimal() and of.isdecimal() and 1 <= int(number) <= int(of)):
        raise ValueError(f"{text!r} is no shard: it has to look like 2/4, the second of four")
    return int(number), int(of)


def share(text: str) -> float:
    """`95%` as 0.95."""
    try:
        percent = float(text.strip().removesuffix("%"))
    except ValueError:
        percent = -1.0
    if not 0 <= percent <= 100:
        raise ValueError(f"{text!r} is no share: it has to look like 95%")
    return percent / 100


def address(text: str) -> tuple[str, int]:
    """`127.0.0.1:8099` as ("127.0.0.1", 8099); `:8099` listens on this machine alone."""
    host, colon, port = text.rpartition(":")
    if not (colon and port.isdecimal() and int(port) <= 65535):
        raise ValueError(f"{text!r} is no address to listen on: it has to look like 127.0.0.1:8099")
    return host.strip("[]") or "127.0.0.1", int(port)


def header(text: str) -> tuple[str, str]:
    """`X-Tenant: 7` as ("X-Tenant", "7")."""
    name, colon, value = text.partition(":")
    if not (colon and name.strip() and name.strip().isascii() and not any(c.isspace() for c in name.strip())):
        raise ValueError("a header has to look like 'X-Tenant: 7'")
    if not (value.isprintable() or value.replace("\t", "").isprintable()):
        raise ValueError(f"the value of the header {name.strip()} has characters that no header can have")
    return name.strip(), value.strip()


def day(text: str) -> date:
    """`2027-03-31` as a date."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text!r} is no day: it has to look like 2027-03-31") from None


def chosen(api: Api, patterns: Sequence[str]) -> tuple[str, ...]:
    """The ids of the claims that ids or patterns (`*`, `?`) name, in the order of the document. Raises ValueError."""
    ids = {claim.id: claim for claim in api.claims}
    found: set[str] = set()
    for pattern in patterns:
        matching = {id_ for id_ in ids if id_ == pattern or fnmatchcase(id_, pattern)}
        if not matching:
            close = get_close_matches(pattern, ids, n=3, cutoff=0.5)
            guess = f"; close to it are: {', '.join(close)}" if close else ""
            raise ValueError(f"{pattern!r} is no claim of {api.name}{guess} (`api-specs show` lists them)")
        found |= matching
    judged = [id_ for id_ in ids if id_ in found and ids[id_].strength is not Strength.ASSUMED]
    if found and not judged:
        raise ValueError(
            f"{', '.join(sorted(found))}: the documentation is silent there (assumed), so it is never judged"
        )
    return tuple(judged)
