"""Events follow operations: what the rules say of them, compiled per operation and looked at in each of its turns."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from mock_server.refusals import Refusal
from mock_server.simulation.effects import Turn, compile_condition

if TYPE_CHECKING:
    from mock_server.served import Served
    from specs import Behaviour, Operation

Json = Any
Announce = Callable[[Turn], None]

logger = logging.getLogger("mock_server")


def announcing(operation: Operation, served: Served) -> Announce | None:
    """What puts the events that follow a turn of an operation into the outbox; None where none can follow."""
    rules = [rule for rule in served.api.rules.webhooks if rule.after == operation.id]
    behaviour = served.api.rules.behaviours.get(operation.id)
    if not rules or behaviour is None:
        return None
    from mock_server.webhooks.messages import make_message
    from mock_server.webhooks.payloads import Payloads

    resource = served.api.rules.resources[behaviour.resource]
    compiled = [(Payloads(rule.event, served), compile_condition(rule.when, resource.times)) for rule in rules]
    outbox, world, identity = served.world.outbox, served.world.name, resource.identity
    subscribed = outbox.subscribers.of

    def announce(turn: Turn) -> None:
        subscribers = subscribed(world)
        if not subscribers:
            return
        who = (turn.after or turn.before).get(identity)
        for payloads, holds in compiled:
            takers = [one for one in subscribers if one.takes(payloads.event)]
            if takers and holds(turn):
                try:
                    message = make_message(served, payloads, _shown(turn, behaviour), resource.name, who)
                except Refusal as refusal:
                    if refusal.kind != "unservable":
                        raise
                    logger.warning("%s is not sent: %s", payloads.event, refusal.message)
                else:
                    outbox.add(world, message, takers)

    return announce


def _shown(turn: Turn, behaviour: Behaviour) -> Mapping[str, Json]:
    """The resource as the answer showed it; where the answer does not, as it is now."""
    shown = turn.answer if behaviour.output is not None else turn.shown
    for token in (behaviour.output or "").split("/")[1:]:
        shown = shown.get(token) if isinstance(shown, Mapping) else None
    return shown if isinstance(shown, Mapping) else turn.after or turn.before
