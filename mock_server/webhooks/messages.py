"""An event as it is sent: a message, which each of its subscribers is delivered."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mock_server.answers import compact
from mock_server.simulation.clock import written
from mock_server.webhooks.payloads import Happened

if TYPE_CHECKING:
    from mock_server.served import Served
    from mock_server.webhooks.payloads import Payloads

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


def make_message(
    served: Served, payloads: Payloads, resource: Mapping[str, Json] | None, kind: str, identity: Json
) -> Message:
    """The message of an event; `resource` is what happened to whom, as the answer showed it, None for made up data.

    Its id follows from seed, time and number: the same ones come again where a state is begun again at the same frozen
    time. Raises Refusal `unservable` where no body fits the document.
    """
    now = served.clock.now()
    number = served.store.count(_SEQUENCE)
    created = written(now, "milliseconds")
    digest = hashlib.sha256(f"{served.options.seed} {served.world.name} {served.api.name} {number} {created}".encode())
    identifier = f"msg_{digest.hexdigest()[:24]}"
    body = payloads.body(Happened(resource, kind, identity, now, identifier))
    about = f"{served.api.name}/{kind}/{identity}" if identity is not None else ""
    return Message(
        identifier,
        served.api.name,
        payloads.event,
        about,
        created,
        payloads.method,
        payloads.media_type,
        compact(body).decode(),
    )
