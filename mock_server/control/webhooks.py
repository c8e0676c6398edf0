"""Webhooks: which events there are, who is sent them, what became of each delivery; replayed, and triggered by hand."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from mock_server.answers import Answer
from mock_server.control.calls import Call, Handler, Json, created, json_answer
from mock_server.refusals import Refusal
from mock_server.webhooks.messages import make_message
from mock_server.webhooks.payloads import Payloads
from mock_server.webhooks.subscribers import BadSubscriber, Subscriber, subscriber

if TYPE_CHECKING:
    from mock_server.served import Served
    from specs import Condition


def list_events(call: Call) -> Json:
    """The documented events, and what follows which operation."""
    return {"events": [event for served in call.all_served() for event in _events(served)]}


def trigger_event(call: Call) -> Answer:
    """Send an event without a request: about the resource or with the data that is given, else about the first resource
    that it can be about, else with data that is made up.
    """
    served, event = call.served(call.body["api"]), call.body["event"]
    known = [one["event"] for one in _events(served)]
    if event not in known:
        text = f"{served.api.name} has no event {event!r}; it has: {', '.join(known) or 'none'}."
        raise Refusal("not_found", text)
    takers = [one for one in call.world.outbox.subscribers.of(call.world.name) if one.takes(event)]
    if not takers:
        text = f"Nobody takes {event!r}: start with --webhook URL, or POST /_mock/api/webhooks/subscribers."
        raise Refusal("not_permitted", text)
    with served.store.transaction(writing=True):
        kind, identity, data = _about(call, served)
        message = make_message(served, Payloads(event, served), data, kind, identity)
        numbers = call.world.outbox.add(call.world.name, message, takers)
    return json_answer({"deliveries": [_shown(number, _found(call, number)) for number in numbers]}, 202)


def list_subscribers(call: Call) -> Json:
    """Who is sent events of the world; secrets are not shown."""
    return {"subscribers": [_described(one) for one in call.world.outbox.subscribers.of(call.world.name)]}


def add_subscriber(call: Call) -> Answer:
    """Send events to a URL, too. The answer shows the secret that they are signed with."""
    body = call.body
    _check_events(call, body.get("events", ()))
    try:
        added = subscriber(
            body["url"], seed=call.worlds.options.seed, events=body.get("events", ()), secret=body.get("secret")
        )
        call.world.outbox.subscribers.add(call.world.name, added)
    except BadSubscriber as error:
        raise Refusal("invalid", str(error)) from None
    return created({**_described(added), "secret": added.secret})


def remove_subscriber(call: Call) -> None:
    """Send a subscriber no more events; what waits for it is given up."""
    identity = call.path("subscriber")
    if not call.world.outbox.subscribers.remove(call.world.name, identity):
        if _subscriber(call).lasting:
            text = "This subscriber was given at start (--webhook, --allow-callbacks), and stays."
            raise Refusal("not_permitted", text)
        raise Refusal("not_found", f"There is no subscriber {identity!r}.")


def read_secret(call: Call) -> Json:
    """The secret with which a subscriber can check signatures."""
    return {"secret": _subscriber(call).secret}


def list_deliveries(call: Call) -> Json:
    """The deliveries of the world, the latest first."""
    asked = {name: call.query(name) for name in ("state", "event", "subscriber")}
    found = reversed(list(call.world.outbox.all(call.world.name)))
    chosen = (_shown(number, one) for number, one in found)
    wanted = (one for one in chosen if all(value in {None, one[name]} for name, value in asked.items()))
    return {"deliveries": list(islice(wanted, call.query("limit", 100)))}


def read_delivery(call: Call) -> Json:
    """One delivery, with its body and the attempts that were made."""
    number = call.path("delivery")
    return _shown(number, _found(call, number))


def replay_delivery(call: Call) -> Answer:
    """Send a message again, with the id that it had."""
    number = call.path("delivery")
    again = call.world.outbox.replay(call.world.name, number)
    return json_answer(_shown(number, again or _found(call, number)), 202)


def clear_deliveries(call: Call) -> None:
    """Forget all deliveries of the world; those that wait are given up."""
    call.world.outbox.clear(call.world.name)


def _check_events(call: Call, names: Sequence[str]) -> None:
    """Raise Refusal for the name of an event that no API has: nothing would ever be sent."""
    known = list(dict.fromkeys(event["event"] for served in call.all_served() for event in _events(served)))
    for name in names:
        if name not in known:
            raise Refusal("invalid", f"There is no event {name!r}; there are: {', '.join(known) or 'none'}.")


def _events(served: Served) -> Iterator[dict[str, Json]]:
    """The events of an API: those with rules in their order, then what only its document has."""
    hooks = {hook.name: hook.operation.summary for hook in served.api.webhooks}
    ruled = [(rule.event, {"after": rule.after, "when": _worded(rule.when)}) for rule in served.api.rules.webhooks]
    for name, trigger in ruled:
        yield {"api": served.api.name, "event": name, "summary": hooks.get(name, ""), **trigger}
    for name, summary in hooks.items():
        if name not in dict(ruled):
            yield {"api": served.api.name, "event": name, "summary": summary}


def _worded(condition: Condition) -> str:
    fields, equals = " or ".join(condition.fields), json.dumps(condition.equals)
    return {
        "always": "always",
        "changed": f"{fields} changed",
        "sent": f"{fields} was sent as {equals}",
        "not_sent": f"{fields} was not sent",
        "answered": f"{fields} of the answer is {equals}",
    }[condition.kind]


def _about(call: Call, served: Served) -> tuple[str, Json, Mapping[str, Json] | None]:
    """What a triggered event is about: the kind and id of a resource, and the data that is to be sent."""
    resource, data = call.body.get("resource"), call.body.get("data")
    if resource is None:
        return ("", None, data) if data is not None else _first(served, call.body["event"])
    kind, identity = served.kinds.find(resource["kind"]).name, resource["id"]
    found = served.store.get(kind, identity)
    if found is None:
        raise Refusal("not_found", f"There is no {kind} {identity!r} in {served.api.name}.")
    return kind, identity, found if data is None else data


def _first(served: Served, event: str) -> tuple[str, Json, Mapping[str, Json] | None]:
    """The first resource of the kind that an event is about, by the rules; nothing where there is none."""
    rules = served.api.rules
    behaviours = (rules.behaviours.get(rule.after) for rule in rules.webhooks if rule.event == event)
    kind = next((behaviour.resource for behaviour in behaviours if behaviour is not None), "")
    found = next(iter(served.store.all(kind)), None) if kind in rules.resources else None
    return ("", None, None) if found is None else (kind, found[rules.resources[kind].identity], found)


def _subscriber(call: Call) -> Subscriber:
    identity = call.path("subscriber")
    found = call.world.outbox.subscribers.find(call.world.name, identity)
    if found is None:
        raise Refusal("not_found", f"There is no subscriber {identity!r}.")
    return found


def _described(one: Subscriber) -> dict[str, Json]:
    shown = {"id": one.id, "url": one.shown_url, "events": list(one.events), "lasting": one.lasting}
    return {**shown, "callbacks_only": True} if one.callbacks_only else shown


def _found(call: Call, number: int) -> Json:
    found = call.world.outbox.get(call.world.name, number)
    if found is None:
        raise Refusal("not_found", f"There is no delivery {number} in this world.")
    return found


def _shown(number: int, delivery: Mapping[str, Json]) -> dict[str, Json]:
    message = delivery["message"]
    shown = {
        "id": number,
        "message": message["id"],
        "api": message["api"],
        "event": message["event"],
        "about": message["about"],
        "created": message["created"],
        "body": message["body"],
        "subscriber": delivery["subscriber"],
        "url": delivery["url"],
        "state": delivery["state"],
        "attempts": delivery["attempts"],
    }
    return {**shown, "reason": delivery["reason"]} if "reason" in delivery else shown


HANDLERS: Mapping[str, Handler] = {
    "listEvents": list_events,
    "triggerEvent": trigger_event,
    "listSubscribers": list_subscribers,
    "addSubscriber": add_subscriber,
    "removeSubscriber": remove_subscriber,
    "readSubscriberSecret": read_secret,
    "listDeliveries": list_deliveries,
    "clearDeliveries": clear_deliveries,
    "readDelivery": read_delivery,
    "replayDelivery": replay_delivery,
}
