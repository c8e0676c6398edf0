"""Who a call says it is, and what of that must never be reported."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import overload

from contract_tests.calls import Call
from specs import Api, SecurityScheme

HIDDEN = "$TOKEN"
GARBAGE = "understudy-is-not-a-token"
FALLBACK = "understudy"


@dataclass(frozen=True)
class Credentials:
    """The token of a run, and the schemes it is shown by. `token` is the given one, else the documented one of the
    operation (`documented`, by operation id), else a made-up one.
    """

    schemes: Mapping[str, SecurityScheme]
    token: str | None
    documented: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, api: Api, token: str | None) -> Credentials:
        """The credentials of a run against `api`."""
        shown = {
            fixture.operation: value.partition(" ")[2].strip()
            for fixture in api.fixtures
            if fixture.request is not None
            for name, value in fixture.request.headers.items()
            if name.lower() == "authorization"
        }
        return cls(api.security_schemes, token, shown)

    def applied(self, call: Call) -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
        """Headers, query and cookies of a call, with the credential that `call.who` asks for."""
        headers = {name: str(value) for name, value in call.headers.items()}
        query = {name: _as_text(value) for name, value in call.query.items()}
        cookies: dict[str, str] = {}
        if call.who == "nobody":
            return headers, query, cookies
        if call.who == "other-scheme":
            other = "Bearer " + GARBAGE if self._shows_basic(call) else "Basic " + _basic("understudy:understudy")
            return {**headers, "Authorization": other}, query, cookies
        token = GARBAGE if call.who == "garbage" else self._token(call)
        for name in next((list(alternative) for alternative in call.operation.security), []):
            scheme = self.schemes.get(name)
            if scheme is None:
                continue
            if scheme.kind == "apiKey":
                {"header": headers, "query": query}.get(scheme.location, cookies)[scheme.parameter] = token
            elif scheme.scheme == "basic":
                headers["Authorization"] = "Basic " + _basic(token if ":" in token else f"{token}:{token}")
            else:
                headers["Authorization"] = f"Bearer {token}"
        return headers, query, cookies

    def _token(self, call: Call) -> str:
        return self.token or self.documented.get(call.operation.id) or next(iter(self.documented.values()), FALLBACK)

    def _shows_basic(self, call: Call) -> bool:
        names = [name for alternative in call.operation.security for name in alternative]
        return any(self.schemes[name].scheme == "basic" for name in names if name in self.schemes)


def _basic(pair: str) -> str:
    return base64.b64encode(pair.encode()).decode()


def _as_text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


@dataclass(frozen=True)
class Secrets:
    """The texts that are replaced wherever something is recorded."""

    texts: tuple[str, ...]

    @classmethod
    def of(cls, credentials: Credentials, headers: Mapping[str, str]) -> Secrets:
        """The tokens of a run, in every form in which they are sent, and the values of headers that carry one."""
        tokens = {credentials.token or "", *credentials.documented.values()}
        tokens |= {value.rpartition(" ")[2] for name, value in headers.items() if _carries_secret(name)}
        tokens |= {_basic(token if ":" in token else f"{token}:{token}") for token in tokens if token}
        return cls(tuple(sorted((token for token in tokens if len(token) > 3), key=len, reverse=True)))

    @overload
    def hidden(self, text: str) -> str: ...
    @overload
    def hidden(self, text: bytes) -> bytes: ...
    def hidden(self, text: str | bytes) -> str | bytes:
        """The text without secrets."""
        for secret in self.texts:
            if isinstance(text, str):
                text = text.replace(secret, HIDDEN)
            else:
                text = text.replace(secret.encode(), HIDDEN.encode())
        return text


def _carries_secret(name: str) -> bool:
    return any(word in name.lower() for word in ("authorization", "cookie", "token", "key", "secret", "password"))
