"""An event as it is sent: a message, which each of its subscribers is delivered."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from mock_server.simulation.clock import written
from mock_server.webhooks.payloads import Happened

if TYPE_CHECKING:
    from mock_server.served import Served

Json = Any
_SEQUENCE = "webhook messages"


@dataclass(frozen=True, slots=True)
class Message:
    """One event that happened: `about` is the resource (API, kind, id) whose messages keep their order; `created` is
    the world's time of the event.
    """

    id: str
    api: str
    event: str
    about: str
    created: str
    method: str
    media_type: str
    body: str

    def as_json(self) -> dict[str, Json]:
        """The message as it is kept."""
        return {name: getattr(self, name) for name in self.__slots__}


class Bodies(Protocol):
    """What makes the bodies of an event."""

    event: str
    method: str
    media_type: str

    def text(self, happened: Happened) -> str:
        """One body as it is sent. Raises Refusal `unservable` where none fits the document."""
        ...


def make_message(
    served: Served, bodies: Bodies, resource: Mapping[str, Json] | None, kind: str, identity: Json, about: str = ""
) -> Message:
    """The message of an event; `resource` is what happened to whom, as the answer showed it, None for made up data.

    Where it is not `about` the resource, it is said about what.

    Its id follows from seed, time and number: the same ones come again where a state is begun again at the same frozen
    time. Raises Refusal `unservable` where no body fits the document.
    """
    now = served.clock.now()
    number = served.store.count(_SEQUENCE)
    created = written(now, "milliseconds")
    digest = hashlib.sha256(f"{served.options.seed} {served.world.name} {served.api.name} {number} {created}".encode())
    identifier = f"msg_{digest.hexdigest()[:24]}"
    body = bodies.text(Happened(resource, kind, identity, now, identifier))
    if not about and identity is not None:
        about = f"{served.api.name}/{kind}/{identity}"
    return Message(identifier, served.api.name, bodies.event, about, created, bodies.method, bodies.media_type, body)
