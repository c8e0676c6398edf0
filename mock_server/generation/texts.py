"""Texts that a person finds plausible, by format and by the name of what they are."""

from __future__ import annotations

import base64
import datetime as dt
import uuid
from collections.abc import Callable
from functools import lru_cache
from random import Random
from typing import Any

from jsonschema_rs import Draft202012Validator

from mock_server.generation.conjunction import Conjunction, Impossible, matches
from mock_server.generation.names import BIRTHS, COMPANIES, EARLIER, LATER, PROVIDERS, THINGS, words_of
from mock_server.generation.patterns import text_matching

NOW = dt.datetime(2025, 1, 15, 9, 30, tzinfo=dt.UTC)
"""The moment around which all dates are, so that the clock decides nothing."""

TRIES = 12

_DOMAINS = ("example.com", "example.net", "example.org")


class Texts:
    """Makes texts with one source of randomness."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self._faker: Any = None

    @property
    def faker(self) -> Any:
        """Faker, which is imported when the first text is made."""
        if self._faker is None:
            from faker.factory import Factory

            self._faker = Factory.create("en_US")
            self._faker.random = self.random
        return self._faker

    def text(self, node: Conjunction, words: tuple[str, ...], owner: str) -> str:
        """A text that fits, by pattern, format, encoding or name. Raises Impossible where none was found."""
        least = node.bound("minLength", max) or 0
        most = node.bound("maxLength", min)
        most = 10**6 if most is None else most
        patterns, formats = node.all("pattern"), [str(form) for form in node.all("format")]
        if least > most:
            raise Impossible(f"no text has at least {least} and at most {most} characters")

        def fits(text: str) -> bool:
            return least <= len(text) <= most and all(matches(pattern, text) for pattern in patterns)

        for make in self._makers(node, formats, words, owner):
            for _ in range(TRIES if formats else 3):
                if (text := make()) is not None and fits(text):
                    return text
        for pattern in patterns:
            for _ in range(TRIES):
                text = text_matching(pattern, self.random, least, most)
                if text is not None and fits(text) and all(_has_format(text, form) for form in formats):
                    return text
        if any(form in _FORMATS for form in formats):
            raise Impossible(f"no text of the format {formats[0]} was found that fits")
        if patterns:
            raise Impossible(f"no text was found that matches {patterns[0]}")
        return self._plain(words, owner, least, most)

    def _makers(
        self, node: Conjunction, formats: list[str], words: tuple[str, ...], owner: str
    ) -> list[Callable[[], str | None]]:
        known = [form for form in formats if form in _FORMATS]
        if known:
            form = known[0]
            least = int(node.bound("minLength", max) or 0)
            return [
                lambda: _FORMATS[form](self, words),
                lambda: _grown(self._short(form), form, least),
                lambda: _grown(_FORMATS[form](self, words), form, least),
            ]
        if "base64" in node.all("contentEncoding"):
            return [lambda: base64.b64encode(self.faker.sentence().encode()).decode()]
        return [] if node.all("pattern") else [lambda: self.by_name(words, owner)]

    def by_name(self, words: tuple[str, ...], owner: str) -> str:
        """A text such as one expects under a name."""
        endings = ["_".join(words[start:]) for start in range(len(words))]
        provider = next((PROVIDERS[ending] for ending in endings if ending in PROVIDERS and "_" in ending), None)
        last = endings[-1] if endings else ""
        if provider is None and last in ("at", "date", "on", "time"):
            moment = self.moment(words)
            return moment.date().isoformat() if last == "date" else _written(moment)
        if provider is None and last in ("id", "key", "token", "password", "uuid", "guid", "reference", "code", "hash"):
            return self._identifier(words, owner)
        if words == ("name",):
            return self._named(words_of(owner))
        return self._provided(provider or PROVIDERS.get(last, "word"), words)

    def _provided(self, provider: str, words: tuple[str, ...]) -> str:
        if provider in _OWN:
            return _OWN[provider](self, words)
        text = str(getattr(self.faker, provider)())
        return text.removesuffix(".") if provider == "sentence" else text

    def _named(self, owner: tuple[str, ...]) -> str:
        """The name of whatever it is that has one."""
        if not THINGS.isdisjoint(owner):
            return " ".join(self.faker.words(2)).title()
        return self._provided("company" if not COMPANIES.isdisjoint(owner) else "name", owner)

    def _identifier(self, words: tuple[str, ...], owner: str) -> str:
        if words[-1] in ("uuid", "guid"):
            return self.uuid(words)
        digits = f"{self.random.getrandbits(48):012x}"
        if words[-1] == "code":
            return digits[:6].upper()
        if words[-1] in ("token", "key", "hash", "password"):
            return f"{self.random.getrandbits(128):032x}"
        prefix = words[-2] if len(words) > 1 else "".join(words_of(owner)[-1:])
        prefix = prefix if len(prefix) <= 4 else prefix[:3]
        return f"{prefix}_{digits}" if prefix else digits

    def _plain(self, words: tuple[str, ...], owner: str, least: int, most: int) -> str:
        text = self.by_name(words, owner)
        while len(text) < least:
            text = f"{text} {self.faker.word()}" if least < 1000 else text + " more" * (least // 5 + 1)
        if len(text) > most:
            text = text[:most].strip()
        return text + "x" * (least - len(text))

    def moment(self, words: tuple[str, ...]) -> dt.datetime:
        """A moment near `NOW`: before it under names of beginnings, after it under names of ends."""
        minutes = self.random.randrange(0, 60 * 24 * 45, 15)
        signs = [sign for sign, known in ((-1, EARLIER), (1, LATER)) if not known.isdisjoint(words)]
        sign = self.random.choice(signs or (1, -1))
        if not BIRTHS.isdisjoint(words):
            return NOW - dt.timedelta(days=365 * self.random.randint(20, 60) + self.random.randint(0, 364))
        return NOW + sign * dt.timedelta(minutes=minutes)

    def uuid(self, _: tuple[str, ...]) -> str:
        """A random UUID."""
        return str(uuid.UUID(int=self.random.getrandbits(128), version=4))

    def link(self, words: tuple[str, ...]) -> str:
        """The address of something on the web."""
        if words and PROVIDERS.get(words[-1]) == "image_url":
            return str(self.faker.image_url())
        return f"https://{self.random.choice(_DOMAINS)}/{self.faker.word()}/{self.random.randint(1, 999)}"

    def host(self, _: tuple[str, ...]) -> str:
        """The name of a host that nobody has."""
        return f"{self.faker.word()}.{self.random.choice(_DOMAINS)}"

    def _short(self, form: str) -> str | None:
        """A text of a format that is as short as it can be, for where there is little room."""
        letter = self.random.choice("abcdefghijkmnpqrstuvwxyz")
        shortest = {"uri": f"{letter}:", "hostname": letter, "ipv6": "::", "ipv4": "1.1.1.1", "duration": "P1D"}
        shortest |= {"email": f"{letter}@{letter}.de", "idn-email": f"{letter}@{letter}.de", "uri-reference": letter}
        shortest |= {"iri": f"{letter}:", "iri-reference": letter, "idn-hostname": letter, "json-pointer": ""}
        shortest |= {"uri-template": letter, "regex": letter, "relative-json-pointer": "0"}
        return shortest.get(form)


def _grown(text: str | None, form: str, least: int) -> str | None:
    """A text of a format made as long as is asked for, None where that cannot be."""
    if text is None or len(text) >= least:
        return text
    more = "x" * (least - len(text))
    longer = more + text if form in _GROWING_IN_FRONT else text + more
    return longer if _has_format(longer, form) else None


_GROWING_IN_FRONT = frozenset(("email", "idn-email", "hostname", "idn-hostname"))


@lru_cache
def _format_validator(form: str) -> Draft202012Validator:
    return Draft202012Validator({"format": form}, validate_formats=True)


def _has_format(text: str, form: str) -> bool:
    return _format_validator(form).is_valid(text)


def _written(moment: dt.datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


def _milliseconds(self: Texts, words: tuple[str, ...]) -> str:
    moment = self.moment(words)
    fraction = self.random.choice(("", "", ".000"))
    return moment.strftime("%Y-%m-%dT%H:%M:%S") + fraction + "Z"


_OWN = {"url": Texts.link, "domain_name": Texts.host}
_FORMATS: dict[str, Callable[[Texts, tuple[str, ...]], str]] = {
    "date-time": _milliseconds,
    "date": lambda self, words: self.moment(words).date().isoformat(),
    "time": lambda self, words: self.moment(words).strftime("%H:%M:%SZ"),
    "duration": lambda self, _: f"PT{self.random.choice((15, 30, 45, 60, 90))}M",
    "email": lambda self, _: self.faker.ascii_safe_email(),
    "idn-email": lambda self, _: self.faker.ascii_safe_email(),
    "hostname": Texts.host,
    "idn-hostname": Texts.host,
    "ipv4": lambda self, _: self.faker.ipv4_private(),
    "ipv6": lambda self, _: self.faker.ipv6(),
    "uri": Texts.link,
    "url": Texts.link,
    "iri": Texts.link,
    "uri-reference": lambda self, _: f"/{self.faker.slug()}",
    "iri-reference": lambda self, _: f"/{self.faker.slug()}",
    "uri-template": lambda self, _: f"/{self.faker.word()}/{{id}}",
    "uuid": Texts.uuid,
    "json-pointer": lambda self, _: f"/{self.faker.word()}",
    "relative-json-pointer": lambda self, _: f"1/{self.faker.word()}",
    "regex": lambda self, _: f"^{self.faker.word()}$",
    "phone": lambda self, _: self.faker.phone_number(),
    "byte": lambda self, _: base64.b64encode(self.faker.word().encode()).decode(),
    "base64": lambda self, _: base64.b64encode(self.faker.word().encode()).decode(),
    "password": lambda self, _: self.faker.password(length=12),
}
