"""What an API promises, one promise at a time; derived from its spec, fixtures and rules, listed by nobody."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from specs.claims import laws, messages
from specs.claims.claim import Claim, Kind
from specs.claims.schema import Reader
from specs.provenance import EXTENSION

if TYPE_CHECKING:
    from specs.model import Api

__all__ = ["Claim", "Kind", "derive"]


def derive(api: Api) -> tuple[Claim, ...]:
    """All claims of an API, in the order of its document; of two claims with one id, the first stays."""
    unique: dict[str, Claim] = {}
    for claim in _all(api):
        unique.setdefault(claim.id, claim)
    return tuple(unique.values())


def _all(api: Api) -> Iterator[Claim]:
    reader = Reader(api.document, own=EXTENSION not in api.document)
    for operation in api.operations:
        yield from messages.of_operation(api, operation, reader)
        yield from laws.of_operation(api, operation)
    for rule in api.rules.webhooks:
        yield from laws.of_webhook(rule)
