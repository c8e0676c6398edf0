"""For every claim its liars: the one room that knows which kind of claim is whose."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from specs import Api, Claim
from tests.proof import effects, laws, requests, structure, webhooks
from tests.proof.liar import Liar, Unmade

Make = Callable[[Api, Claim], Iterable[Liar | Unmade]]

_OF_KIND: Mapping[str, Make] = {
    "request-schema": requests.of_schema,
    "presence": requests.of_presence,
    "security": requests.of_security,
    "robustness": requests.of_robustness,
    "status": structure.of_status,
    "header": structure.of_header,
    "response-schema": structure.of_body,
    "exchange": laws.of_exchange,
    "effect": effects.of_effect,
    "answer": laws.of_answer,
    "permit": laws.of_permit,
    "problem": laws.of_problem,
    "webhook": webhooks.of_webhook,
}


def of_claim(api: Api, claim: Claim) -> Iterator[Liar | Unmade]:
    """The liars about a claim; or why there is none."""
    if claim.kind == "media-type":
        yield from (requests if claim.part == "request" else structure).of_media_type(api, claim)
    else:
        yield from _OF_KIND[claim.kind](api, claim)
