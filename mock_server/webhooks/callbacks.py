"""Callbacks: what an API sends after an operation, to a URL that the request or its answer names."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from mock_server.encoding import encode
from mock_server.negotiation.examples import servable
from mock_server.refusals import Refusal
from mock_server.webhooks.expressions import written
from mock_server.webhooks.messages import make_message
from mock_server.webhooks.payloads import Payloads

if TYPE_CHECKING:
    from mock_server.served import Served
    from mock_server.webhooks.expressions import Exchange
    from mock_server.webhooks.payloads import Happened
    from specs import Callback, Operation

Json = Any

logger = logging.getLogger("mock_server")


class Callbacks:
    """The callbacks of one operation."""

    def __init__(self, operation: Operation, served: Served) -> None:
        self._served = served
        self._of = f"{served.api.name}/{operation.id}"
        self._all = [(callback.expression, _Bodies(callback, served)) for callback in operation.callbacks]

    def follow(self, exchange: Exchange) -> None:
        """Keep, to be sent, what follows an exchange; where it names no URL, nothing follows."""
        for expression, bodies in self._all:
            url = written(expression, exchange)
            if url:
                self._send(bodies, url, exchange)

    def _send(self, bodies: _Bodies, url: str, exchange: Exchange) -> None:
        shown = {
            name: value
            for said in (exchange.request.value, exchange.value)
            if isinstance(said, Mapping)
            for name, value in said.items()
        }
        try:
            message = make_message(self._served, bodies, shown, "", shown.get("id"), about=self._of)
        except Refusal as refusal:
            if refusal.kind != "unservable":
                raise
            logger.warning("The callback %s of %s is not sent: %s", bodies.event, self._of, refusal.message)
        else:
            world = self._served.world
            world.outbox.call_back(world.name, message, url)


class _Bodies:
    """Makes the bodies of a callback: JSON as those of events, others from an example or made up."""

    def __init__(self, callback: Callback, served: Served) -> None:
        operation = callback.operation
        content = operation.body.content if operation.body is not None else ()
        self._other = None if any(media.is_json for media in content) else next(iter(content), None)
        self._json = Payloads(callback.name, served, operation)
        self._served, self.event, self.method = served, callback.name, operation.method
        self.media_type = self._other.name if self._other else self._json.media_type if content else ""

    def text(self, happened: Happened) -> str:
        """One body. Raises Refusal `unservable` where none fits the document."""
        media = self._other
        if media is None:
            return self._json.text(happened) if self.media_type else ""
        example = next(iter(servable(media, self._served.api, omitted="readOnly")), None)
        if example is None:
            value = self._served.generated(media.schema, f"callback {media.pointer}", writing=True)
        else:
            value = example.value
        return encode(value, media.name, media.schema, self._served.api.document).decode("utf-8", "replace")
