"""Whether a request shows who it is, as the document asks: compiled once per operation."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from mock_server.refusals import Refusal
from mock_server.requests import Request
from mock_server.styles import parse_cookies

if TYPE_CHECKING:
    from mock_server.options import MockOptions
    from specs import Operation, SecurityScheme

Check = Callable[[Request], bool]
Guard = Callable[[Request], None]

_KEPT = 1000
_MEMBER = re.compile(rb'(?<![a-zA-Z])([a-zA-Z]++)\s*=\s*(?:"[^"]*"|[^",\s]+)')
_OPAQUE = {"oauth2", "openIdConnect"}


def compile_guard(operation: Operation, schemes: Mapping[str, SecurityScheme], options: MockOptions) -> Guard | None:
    """What lets only those through who show who they are; None where nothing is asked for.

    The guard raises Refusal `unauthenticated`, with a challenge for each way in.
    """
    if not options.auth or not operation.security or any(not alternative for alternative in operation.security):
        return None
    alternatives = [
        [_compile_check(schemes[name], options.tokens) for name in alternative if name in schemes]
        for alternative in operation.security
    ]
    challenges = _challenges([schemes[name] for option in operation.security for name in option if name in schemes])
    refusal = _refusal_text(operation.security, schemes)
    if len(alternatives) == 1 and len(alternatives[0]) == 1:
        return _single(alternatives[0][0], refusal, challenges)

    def guard(request: Request) -> None:
        if not any(all(check(request) for check in checks) for checks in alternatives):
            raise Refusal("unauthenticated", refusal, headers=challenges)

    return guard


def credential(request: Request, schemes: Mapping[str, SecurityScheme]) -> bytes:
    """What a request shows of who sends it, accepted or not: the same in all requests of a client; b"" for nothing."""
    given = request.fields.get(b"authorization", b"")
    if given[:7].lower() == b"digest ":  # all but the name is another in each request
        named = [member for member in _MEMBER.finditer(given) if member[1].lower() == b"username"]
        given = named[0][0] if named else given
    keys = [_key_reader(scheme)(request) for scheme in schemes.values() if scheme.kind == "apiKey"]
    return b" ".join(key for key in (given, *keys) if key)


def _single(check: Check, text: str, challenges: Sequence[tuple[bytes, bytes]]) -> Guard:
    def guard(request: Request) -> None:
        if not check(request):
            raise Refusal("unauthenticated", text, headers=challenges)

    return guard


def _compile_check(scheme: SecurityScheme, tokens: tuple[str, ...]) -> Check:
    accepted = frozenset(token.encode() for token in tokens)
    if scheme.kind == "apiKey":
        return _api_key(scheme, accepted)
    if scheme.kind in _OPAQUE or (scheme.kind == "http" and scheme.scheme == "bearer"):
        return _http(b"bearer", accepted, lambda credentials: credentials)
    if scheme.kind == "http" and scheme.scheme == "basic":
        return _http(b"basic", accepted, _user_and_password)
    if scheme.kind == "http" and scheme.scheme == "digest":
        return _http(b"digest", frozenset(), _digest)
    if scheme.kind == "http":
        return _http(scheme.scheme.encode(), frozenset(), lambda credentials: credentials)
    return lambda _request: True  # mutualTLS is settled below HTTP


def _http(name: bytes, accepted: frozenset[bytes], read: Callable[[bytes], bytes | None]) -> Check:
    known: set[bytes] = set()  # headers that were accepted before: most clients send one and the same

    def check(request: Request) -> bool:
        header = request.fields.get(b"authorization", b"")
        if header in known:
            return True
        scheme, _, credentials = header.partition(b" ")
        shown = read(credentials.strip()) if scheme.lower() == name else None
        if not shown or (accepted and shown not in accepted):
            return False
        if len(known) < _KEPT:
            known.add(header)
        return True

    return check


def _user_and_password(credentials: bytes) -> bytes | None:
    try:
        shown = base64.b64decode(credentials, validate=True)
    except (binascii.Error, ValueError):
        return None
    return shown if b":" in shown else None


def _digest(credentials: bytes) -> bytes | None:
    """The credentials, where they have the members without which there is no digest (RFC 7616)."""
    given = {name.lower() for name in _MEMBER.findall(credentials)}
    return credentials if given >= {b"username", b"realm", b"nonce", b"uri", b"response"} else None


def _api_key(scheme: SecurityScheme, accepted: frozenset[bytes]) -> Check:
    shown = _key_reader(scheme)

    def check(request: Request) -> bool:
        key = shown(request)
        return bool(key) and (not accepted or key in accepted)

    return check


def _key_reader(scheme: SecurityScheme) -> Callable[[Request], bytes]:
    """What reads the key of a scheme; b"" where a request shows none."""
    name = scheme.parameter
    header = name.lower().encode("latin-1", "replace")

    def shown(request: Request) -> bytes:
        if scheme.location == "header":
            given: bytes = request.fields.get(header, b"")
            return given.strip()
        if scheme.location == "query":
            return dict(parse_qsl(request.query.decode("latin-1"))).get(name, "").encode()
        return _cookie(request.fields.get(b"cookie", b""), name)

    return shown


def _cookie(header: bytes, name: str) -> bytes:
    return parse_cookies([header.decode("latin-1")]).get(name, [""])[0].encode("latin-1")


def _challenges(schemes: Sequence[SecurityScheme]) -> tuple[tuple[bytes, bytes], ...]:
    asked = [scheme for scheme in schemes if scheme.kind != "apiKey"]  # keys have no registered challenge
    challenges = dict.fromkeys(_challenge(scheme) for scheme in asked or schemes)
    return ((b"www-authenticate", ",".join(challenges).encode("latin-1", "replace")),) if challenges else ()


def _challenge(scheme: SecurityScheme) -> str:
    if scheme.kind == "apiKey":
        return f'ApiKey in="{scheme.location}", name="{scheme.parameter}"'
    if scheme.kind == "http" and scheme.scheme == "basic":
        return 'Basic realm="*"'
    if scheme.kind == "http" and scheme.scheme == "digest":
        return 'Digest realm="*", nonce="abc123"'
    if scheme.kind == "http" and scheme.scheme != "bearer":
        return scheme.scheme.capitalize()
    return "Bearer"


def _refusal_text(security: Sequence[Mapping[str, Sequence[str]]], schemes: Mapping[str, SecurityScheme]) -> str:
    ways = [" and ".join(_way(schemes[name]) for name in option if name in schemes) for option in security]
    return f"The request has to show who it is: {', or '.join(way for way in ways if way)}."


def _way(scheme: SecurityScheme) -> str:
    if scheme.kind == "apiKey":
        return f"a key in the {scheme.location} parameter {scheme.parameter!r}".replace("header parameter", "header")
    kind = scheme.scheme if scheme.kind == "http" else "bearer"
    return f"'Authorization: {kind.capitalize()} ...' with accepted credentials"
