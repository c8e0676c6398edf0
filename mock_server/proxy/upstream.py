"""The real implementation: requests are sent to it as they came, and its answers taken as they are."""

from __future__ import annotations

import zlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx

Headers = Sequence[tuple[bytes, bytes]]
LONGEST = 8 * 1024 * 1024
"""How many bytes of an answer are read before it is passed on; longer ones are passed on unread."""

_OF_THE_CONNECTION = frozenset(
    (
        b"connection",
        b"keep-alive",
        b"proxy-authenticate",
        b"proxy-authorization",
        b"proxy-connection",
        b"te",
        b"trailer",
        b"transfer-encoding",
        b"upgrade",
    )
)
_VIA = (b"via", b"1.1 mock-server")
_READABLE = (b"gzip", b"deflate", b"identity")


class Down(Exception):
    """Upstream cannot answer now; the message says why."""


class NoUpstream(ValueError):
    """What is given as upstream is no URL of one; the message says why."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer of upstream. `raw` is its body as it came, `body` the same without compression; None for one that
    could not be read. An answer that is too long to be read, or never ends, goes on in `rest`.
    """

    status: int
    headers: list[tuple[bytes, bytes]]
    raw: bytes
    body: bytes | None
    rest: AsyncIterator[bytes] | None = None
    response: httpx.Response | None = None

    async def close(self) -> None:
        """Give up what was not read."""
        if self.response is not None:
            await self.response.aclose()


class Upstream:
    """Sends requests to the implementation at a URL. One with a path stands in for the documented base path."""

    def __init__(self, url: str, *, seconds: float = 30.0, insecure: bool = False) -> None:
        """`seconds` is how long an answer may take; `insecure` takes any certificate. Raises NoUpstream."""
        self._origin, self._base = _read_url(url)
        self.url = url.rstrip("/")
        limits = httpx.Limits(max_connections=1000, max_keepalive_connections=100, keepalive_expiry=20)
        # the transport, not a client: that would keep the cookies of one user and send them for another
        self._transport = httpx.AsyncHTTPTransport(verify=not insecure, limits=limits)
        self._timeout = httpx.Timeout(seconds).as_dict()

    def path(self, raw_path: bytes, base_path: str) -> bytes:
        """The path at upstream of a path at the proxy."""
        documented = base_path.rstrip("/").encode()
        if not self._base or not (raw_path + b"/").startswith(documented + b"/"):
            return raw_path
        return self._base.encode() + raw_path[len(documented) :]

    async def fetch(self, method: str, target: bytes, headers: Headers, body: bytes) -> Fetched:
        """Send a request; `target` is the path with its query. Raises Down."""
        extensions = {"timeout": self._timeout, "target": target}  # as it came: a URL would be put in order
        request = httpx.Request(
            method, self._origin, headers=_forwarded(headers), content=body or None, extensions=extensions
        )
        try:
            response = await self._transport.handle_async_request(request)
            return await _read(response)
        except httpx.TimeoutException:
            raise Down("it did not answer in time") from None
        except httpx.TransportError as error:
            raise Down(str(error) or type(error).__name__) from None

    async def close(self) -> None:
        """Close all connections."""
        await self._transport.aclose()


def _read_url(url: str) -> tuple[httpx.URL, str]:
    """The origin of a URL, and its path without a slash at its end. Raises NoUpstream."""
    try:
        parts = urlsplit(url)
        origin = httpx.URL(f"{parts.scheme}://{parts.netloc}")
        fits = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except (ValueError, httpx.InvalidURL):
        fits = False
    if not fits or any(character <= " " for character in url):
        raise NoUpstream(f"{url!r} is no URL of an implementation; it looks like https://api.example.com")
    if parts.username is not None:
        raise NoUpstream("Credentials have no place in the URL of upstream: what clients send is passed on.")
    if parts.query or parts.fragment:
        raise NoUpstream(f"{url!r} has a query or a fragment: give the part that all paths have in common.")
    return origin, parts.path.rstrip("/")


def _forwarded(headers: Headers) -> list[tuple[bytes, bytes]]:
    """The headers of a request that are for upstream; compressions that cannot be read again are not asked for."""
    kept = []
    for name, value in _end_to_end(headers):
        if name in {b"host", b"content-length"}:
            continue
        kept.append((name, _readable(value) if name == b"accept-encoding" else value))
    if not any(name == b"accept-encoding" for name, _ in kept):
        kept.append((b"accept-encoding", b"identity"))
    return [*kept, _VIA]


def _readable(asked: bytes) -> bytes:
    """Of the compressions that are asked for, those that can be read."""
    parts = [part.strip() for part in asked.split(b",")]
    return b", ".join(part for part in parts if part.partition(b";")[0] in _READABLE) or b"identity"


def _end_to_end(headers: Headers) -> list[tuple[bytes, bytes]]:
    named = {
        part.strip().lower() for name, value in headers if name.lower() == b"connection" for part in value.split(b",")
    }
    return [(name.lower(), value) for name, value in headers if name.lower() not in _OF_THE_CONNECTION | named]


async def _read(response: httpx.Response) -> Fetched:
    headers = [*_end_to_end(response.headers.raw), _VIA]
    fields = dict(headers)
    stream = response.aiter_raw()
    raw = b""
    endless = fields.get(b"content-type", b"").lower().startswith(b"text/event-stream")
    if not endless:
        async for chunk in stream:
            raw += chunk
            if len(raw) > LONGEST:
                endless = True
                break
    if endless:
        return Fetched(response.status_code, headers, raw, None, stream, response)
    await response.aclose()
    return Fetched(response.status_code, headers, raw, _plain(raw, fields.get(b"content-encoding", b"")))


def _plain(raw: bytes, encoding: bytes) -> bytes | None:
    """A body without its compression; None where it has one that cannot be read, or would become too long."""
    encoding = encoding.strip().lower()
    if encoding in {b"", b"identity"} or not raw:
        return raw
    if encoding not in {b"gzip", b"x-gzip", b"deflate"}:
        return None
    for window in (zlib.MAX_WBITS | 32, -zlib.MAX_WBITS):  # with the headers of gzip and zlib, and without any
        reader = zlib.decompressobj(window)
        try:
            plain = reader.decompress(raw, LONGEST)
        except zlib.error:
            continue
        return plain if reader.eof else None
    return None
