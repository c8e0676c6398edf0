"""Events: a layer that sends them as documented, or as a liar would."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import requests

from specs import Api, Claim, WebhookRule
from tests.proof.exchange import Answered, Ask, Asked, Turn, compact
from tests.proof.liar import Liar, MakeTurn, Target
from tests.proof.memory import Memory

Sends = Callable[[WebhookRule, bool], bool]
"""Whether an event is sent, given its rule and whether its condition holds."""


def honest(_rule: WebhookRule, holds: bool) -> bool:
    """Events are sent when their condition holds."""
    return holds


def of_webhook(api: Api, claim: Claim) -> Iterator[Liar]:
    """Liars about one event."""

    def missing(rule: WebhookRule, holds: bool) -> bool:
        return holds and rule.event != claim.name

    def always(rule: WebhookRule, holds: bool) -> bool:
        return holds or rule.event == claim.name

    if claim.keyword == "sent":
        yield Liar(claim, "missing", Target(events=missing))
    else:
        yield Liar(claim, "always", Target(events=always))


def sending(api: Api, url: str, sends: Sends, inner: MakeTurn | None = None) -> MakeTurn:
    """A turn that posts events to `url` after the answers of an inner turn."""

    def make(driven: Api) -> Turn:
        memory = Memory(api)
        turn = inner(driven) if inner else None

        async def answer(asked: Asked, ask: Ask) -> Answered:
            answered = await (turn(asked, ask) if turn else ask(asked))
            behaviour = memory.behaviour(asked)
            if behaviour is not None and memory.accepted(answered):
                rules = [rule for rule in api.rules.webhooks if rule.after == behaviour.operation]
                due = [rule.event for rule in rules if sends(rule, memory.holds(rule.when, asked, answered))]
                data = dict(memory.shown(asked, answered))
                await asyncio.to_thread(_post, url, due, data)
            memory.learn(asked, answered)
            return answered

        return answer

    return make


def _post(url: str, events: list[str], data: dict[str, Any]) -> None:
    for event in events:
        body = compact({"event": event, "timestamp": "2024-01-15T16:45:00Z", "data": data})
        headers = {"Content-Type": "application/json"}
        try:
            requests.post(url, data=body, headers=headers, timeout=2)
        except requests.RequestException:
            return  # nobody listens: a target goes on
