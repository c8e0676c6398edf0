"""Who is sent events: the URLs of the command line, in every world, and those that the control API added to one."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from mock_server.table import CannotServe

if TYPE_CHECKING:
    from mock_server.options import MockOptions
    from mock_server.stores import Stores
    from mock_server.stores.records import Records

Json = Any
PREFIX = "whsec_"
NOBODY = "nobody listens there"
"""What an attempt came to where the port of a subscriber is closed."""

MOST = 100
"""How many subscribers the control API can add to a world."""


_ORIGIN = re.compile(r"(https?)://([a-z0-9._-]+|\[[0-9a-f:.]+\])(?::(\d{1,5}|\*))?", re.ASCII | re.IGNORECASE)
_CALLBACK = re.compile(_ORIGIN.pattern + r"(?:[/?#][!-z|~]*)?", re.ASCII | re.IGNORECASE)
_USER = re.compile(r"//[^/?#]*@")
LONGEST = 2048
"""The longest URL of a callback."""


class BadSubscriber(CannotServe):
    """A URL or a secret that cannot be used; the message says why."""


@dataclass(frozen=True, slots=True)
class Subscriber:
    """One receiver of events. `events` are the names of those it takes, empty for all; `lasting` says that it was
    given at start, in every world; `callbacks_only` that it is an origin which takes callbacks and no events. The id
    follows from URL and events, so that it is the same after a restart.
    """

    url: str
    events: tuple[str, ...]
    secret: str = field(repr=False)
    lasting: bool = False
    callbacks_only: bool = False

    @property
    def id(self) -> str:
        """What it is called."""
        return "sub_" + hashlib.sha256(" ".join((self.url, *sorted(self.events))).encode()).hexdigest()[:12]

    @property
    def shown_url(self) -> str:
        """The URL without a password."""
        before, at, after = self.url.rpartition("@")
        return f"{urlsplit(self.url).scheme}://***@{after}" if at and "://" in before else self.url

    def takes(self, event: str) -> bool:
        """Whether an event is for it."""
        return not self.callbacks_only and (not self.events or event in self.events)

    def is_at(self, url: str) -> bool:
        """Whether the URL of a callback is at its origin; the port `*` is any."""
        mine, other = _origin(_USER.sub("//", self.url, count=1)), _origin(url)
        return mine is not None and other is not None and (mine == other or (*other[:2], "*") == mine)


def _origin(url: str) -> tuple[str, str, str] | None:
    """Scheme, host and port of a URL. Two readers of what is not matched here could read two hosts in it: None."""
    found = _CALLBACK.fullmatch(url)
    if found is None:
        return None
    scheme, host, port = found.groups()
    return scheme.lower(), host.lower(), port or ("443" if scheme.lower() == "https" else "80")


def allowed_origin(text: str, *, seed: int, secret: str | None) -> Subscriber:
    """An origin that callbacks may be sent to. Raises BadSubscriber."""
    origin = text.removesuffix("/")
    if not _ORIGIN.fullmatch(origin):
        raise BadSubscriber(
            f"Callbacks cannot be allowed to {text!r}: it takes an origin such as http://127.0.0.1:8000, without a "
            "path; the port * is any."
        )
    return Subscriber(origin, (), _derived(seed, origin) if secret is None else _checked(secret), True, True)


def subscriber(
    url: str, *, seed: int, events: Sequence[str] = (), secret: str | None = None, lasting: bool = False
) -> Subscriber:
    """A subscriber; where no secret is given, one that follows from seed and URL. Raises BadSubscriber."""
    try:
        parts = urlsplit(url)
        fits = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        fits = False
    if not fits or any(character <= " " for character in url):
        raise BadSubscriber(f"Events cannot be sent to {url!r}: it takes a URL such as http://127.0.0.1:8000/events.")
    taken = tuple(dict.fromkeys(events))
    return Subscriber(url, taken, _derived(seed, url) if secret is None else _checked(secret), lasting)


class Subscribers:
    """The subscribers of all worlds; `guard` is held while what several threads use is used."""

    def __init__(self, options: MockOptions, stores: Stores, guard: AbstractContextManager[object]) -> None:
        """Raises BadSubscriber for URLs and secrets of the options that cannot be used."""
        self._options, self._stores, self._guard = options, stores, guard
        self._lasting = tuple(
            subscriber(url, seed=options.seed, secret=options.webhook_secret, lasting=True)
            for url in dict.fromkeys(options.webhooks)
        ) + tuple(
            allowed_origin(origin, seed=options.seed, secret=options.webhook_secret)
            for origin in dict.fromkeys(options.allow_callbacks)
        )
        self._known: dict[str, tuple[Subscriber, ...]] = {}  # by worlds, where nobody else adds any

    def of(self, world: str) -> tuple[Subscriber, ...]:
        """The subscribers of a world."""
        known = self._known.get(world)
        if known is None:
            with self._guard:
                known = (*self._lasting, *(one for _, one in self._added(world)))
                if not self._stores.shared:
                    self._known[world] = known
        return known

    def find(self, world: str, identity: str) -> Subscriber | None:
        """The subscriber of an id, or None."""
        return next((one for one in self.of(world) if one.id == identity), None)

    def at(self, world: str, url: str) -> Subscriber | None:
        """The subscriber at the origin of a callback's URL; None where no callback may be sent there."""
        return next((one for one in self.of(world) if one.is_at(url)), None)

    def receiver(self, delivery: Mapping[str, Json]) -> Subscriber | str:
        """Who is sent a delivery, or why nobody is."""
        world, url = delivery["world"], delivery["url"]
        if not delivery.get("callback"):
            return self.find(world, delivery["subscriber"]) or "its subscriber was removed"
        found = self.at(world, url)
        return why_not(url) if found is None else replace(found, url=url)

    def add(self, world: str, added: Subscriber) -> None:
        """Send events to this one, too; one with the same URL and events is replaced. Raises BadSubscriber."""
        if any(one.id == added.id for one in self._lasting):
            raise BadSubscriber(f"{added.shown_url} was given at start already, and takes the events of every world.")
        with self._guard:
            before = self._added(world)
            for number, one in before:
                if one.id == added.id:
                    self._records(world).remove(number)
            if len(before) >= MOST and all(one.id != added.id for _, one in before):
                raise BadSubscriber(f"A world has at most {MOST} subscribers; remove one that is no longer needed.")
            self._records(world).add({"url": added.url, "events": list(added.events), "secret": added.secret})
            self._known.pop(world, None)

    def remove(self, world: str, identity: str) -> bool:
        """Send no more events to this one; whether the control API had added it."""
        with self._guard:
            found = [number for number, one in self._added(world) if one.id == identity]
            for number in found:
                self._records(world).remove(number)
            self._known.pop(world, None)
        return bool(found)

    def forget(self, world: str) -> None:
        """Forget those that were added to a world."""
        with self._guard:
            self._records(world).clear()
            self._known.pop(world, None)

    def _added(self, world: str) -> list[tuple[int, Subscriber]]:
        return [(number, _read(record)) for number, record in self._records(world).all()]

    def _records(self, world: str) -> Records:
        return self._stores.records(f"{world}/webhook-subscribers", MOST)


def why_not(url: str) -> str:
    """Why a callback is not sent to a URL at which no subscriber is, and what to do."""
    origin = _origin(url)
    if origin is None:
        return f"not sent: {url!r} is no URL such as http://127.0.0.1:8000/callback"
    return (
        "not sent: address not allowed. Callbacks go to configured addresses only: start with --allow-callbacks "
        f"{origin[0]}://{origin[1]}:{origin[2]}, or POST /_mock/api/webhooks/subscribers one at this origin and replay "
        "this delivery."
    )


def _read(record: Mapping[str, Json]) -> Subscriber:
    return Subscriber(record["url"], tuple(record["events"]), record["secret"])


def _derived(seed: int, url: str) -> str:
    digest = hashlib.sha256(f"{seed} {url}".encode()).digest()
    return PREFIX + base64.b64encode(digest[:24]).decode()


def _checked(secret: str) -> str:
    try:
        length = len(base64.b64decode(secret.removeprefix(PREFIX), validate=True))
    except ValueError:
        length = 0
    if not 24 <= length <= 64:
        raise BadSubscriber("A secret for webhooks is whsec_ and then 24 to 64 bytes in base64.")
    return secret
