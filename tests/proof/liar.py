"""The value: a target that breaks one claim, or (as a variant) none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from mock_server import MockOptions, create_app
from specs import Api, Claim, WebhookRule
from tests.proof.exchange import Turn
from tests.proof.layer import App, layered

TOKEN: Final = "understudy-proof-token"
"""The one bearer token that targets of the proof accept."""

MakeTurn = Callable[[Api], Turn]
MakeApi = Callable[[Api], Api]


@dataclass(frozen=True)
class Target:
    """How a target differs from the mock: another API that drives it, or a layer in front of it, or both.

    `turn` is made anew for each target, so that it may remember. `digests`: see `layer.layered`. `events` says which
    events it sends, where that matters (see `webhooks`).
    """

    api: MakeApi | None = None
    turn: MakeTurn | None = None
    digests: bool = True
    events: Callable[[WebhookRule, bool], bool] | None = None

    def driver(self, api: Api) -> Api:
        """The API that drives the target."""
        return self.api(api) if self.api else api

    def build(self, api: Api) -> App:
        """The target, started from the seed."""
        driven = self.driver(api)
        app: App = create_app(driven, MockOptions(tokens=(TOKEN,), cors=False))
        return layered(api, app, self.turn(driven), digests=self.digests) if self.turn else app


@dataclass(frozen=True)
class Liar:
    """A target that breaks one claim; `shape` says how, in a few words, and is unique among the claim's liars."""

    claim: Claim
    shape: str
    target: Target

    @property
    def id(self) -> str:
        """The name of the liar: the claim and the shape."""
        return f"{self.claim.id} ({self.shape})"


@dataclass(frozen=True)
class Unmade:
    """A claim for which no liar can be made, and why."""

    claim: Claim
    reason: str


@dataclass(frozen=True)
class Variant:
    """An honest target that makes another choice where the documentation is silent."""

    name: str
    target: Target
