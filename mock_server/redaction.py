"""Secrets taken out of what is kept or shown of an exchange: credentials, cookies, and what is named like them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus, unquote, unquote_plus

if TYPE_CHECKING:
    from specs import Api

Headers = Sequence[tuple[bytes, bytes]]
HIDDEN = "[redacted]"
_NAME = re.compile(
    r"passw|secret|token|credential|authorization|cookie|session|signature|(api|private|access)[-_]?key", re.IGNORECASE
)
_NO_SECRET = re.compile(r"page|next|cursor|continuation", re.IGNORECASE)
_LEAST = 6
"""Shorter credentials are not looked for elsewhere: they would be found in every text."""

_JSON_MEMBER = re.compile(r'"([^"\\]*)"(\s*:\s*)("(?:[^"\\]|\\.)*"?|-?[0-9][^,\s}\]]*)')
_XML_ELEMENT = re.compile(r"<([\w:.-]++)([^<>]*+)>([^<]++)(?=</)")
_LINE = r"[^\r\n]{0,4000}+\r\n"
_FORM_PART = re.compile(rf'(name="([^"\r\n]*+)"{_LINE}(?:(?!\r\n){_LINE}){{0,50}}+\r\n)(.*?)(?=\r\n--|\Z)', re.DOTALL)
_FIELD = re.compile(r"(^|&)([^=&]*)=([^&]*)")


class Redactor:
    """Takes the secrets out of the texts of one exchange.

    Hidden are the values of headers, query parameters, form fields and members that are named like a secret, or by one
    of `names` (in lower case); and the credentials that came with the request, wherever they are repeated.
    """

    def __init__(self, names: frozenset[str], headers: Headers, query: bytes) -> None:
        self._names = names
        found = {secret for name, value in headers for secret in self._credentials(name, value)}
        for _, name, value in _FIELD.findall(query.decode("latin-1")):
            if self._is_secret(unquote_plus(name)):
                found |= {value, unquote_plus(value)}
        forms = {form for secret in found for form in (secret, quote(secret, safe=""), quote_plus(secret))}
        self._secrets = sorted((secret for secret in forms if len(secret) >= _LEAST), key=len, reverse=True)

    def headers(self, headers: Headers) -> list[tuple[str, str]]:
        """Headers as texts; of credentials only their scheme stays, of cookies their names."""
        return [(name.decode("latin-1"), self._header(name, value)) for name, value in headers]

    def target(self, text: str) -> str:
        """A path with its query."""
        path, mark, query = text.partition("?")
        return self.text(path) + mark + self.text(self._fields(query))

    def body(self, body: bytes, content_type: str) -> str | None:
        """A body as text; None for what is no text."""
        try:
            text = body.decode()
        except UnicodeDecodeError as error:
            if error.start < len(body) - 3:
                return None
            text = body[: error.start].decode()  # a text that was cut off within a letter
        kind = content_type.partition(";")[0].strip().lower()
        if kind == "application/x-www-form-urlencoded":
            text = self._fields(text)
        elif kind.startswith("multipart/"):
            text = _FORM_PART.sub(self._part, text)
        elif kind.endswith("xml"):
            text = _XML_ELEMENT.sub(self._element, text)
        else:
            text = _JSON_MEMBER.sub(self._member, text)
        return self.text(text)

    def value(self, name: str, text: str) -> str:
        """The value of what has a name: a header, a parameter, a member."""
        return HIDDEN if self._is_secret(name) else self.text(text)

    def text(self, text: str) -> str:
        """Any text, without the credentials of the request."""
        for secret in self._secrets:
            text = text.replace(secret, HIDDEN)
        return text

    def _is_secret(self, name: str) -> bool:
        return name.lower() in self._names or bool(_NAME.search(name) and not _NO_SECRET.search(name))

    def _header(self, name: bytes, value: bytes) -> str:
        text = value.decode("latin-1")
        if not self._is_secret(name.decode("latin-1")):
            return self.text(text)
        if name in {b"cookie", b"set-cookie"}:
            named = [part.strip().partition("=")[0] for part in text.split(";")]
            return "; ".join(f"{part}={HIDDEN}" for part in (named if name == b"cookie" else named[:1]))
        scheme, space, _ = text.partition(" ")
        return f"{scheme} {HIDDEN}" if space and name.endswith(b"authorization") else HIDDEN

    def _credentials(self, name: bytes, value: bytes) -> Iterable[str]:
        if not self._is_secret(name.decode("latin-1")):
            return ()
        text = value.decode("latin-1")
        if name == b"cookie":
            values = [unquote(part.partition("=")[2].strip()) for part in text.split(";")]
            return [value for value in values if len(value) > 15]  # shorter ones are settings rather than secrets
        return (text, text.partition(" ")[2].strip())

    def _fields(self, text: str) -> str:
        return _FIELD.sub(
            lambda match: (
                f"{match[1]}{match[2]}={HIDDEN if match[3] and self._is_secret(unquote_plus(match[2])) else match[3]}"
            ),
            text,
        )

    def _member(self, match: re.Match[str]) -> str:
        return f'"{match[1]}"{match[2]}"{HIDDEN}"' if self._is_secret(match[1]) else match[0]

    def _element(self, match: re.Match[str]) -> str:
        return f"<{match[1]}{match[2]}>{HIDDEN}" if self._is_secret(match[1]) else match[0]

    def _part(self, match: re.Match[str]) -> str:
        return match[1] + HIDDEN if self._is_secret(match[2]) else match[0]


def secret_names(api: Api | None) -> frozenset[str]:
    """The names of parameters by which clients of an API show who they are, in lower case."""
    schemes = api.security_schemes.values() if api is not None else ()
    return frozenset(scheme.parameter.lower() for scheme in schemes if scheme.kind == "apiKey")
