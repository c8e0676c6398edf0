"""How a mock is to behave, as one frozen value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from specs import Fixture

Mode = Literal["simulation", "examples", "dynamic"]
ServeBy = Literal["path", "prefix", "host"]

BODY_LIMIT = 1024 * 1024
"""The longest request body in bytes that a mock reads unless it is told otherwise."""


@dataclass(frozen=True, slots=True)
class MockOptions:
    """What a mock is told.

    - `mode`: `simulation` keeps a state and does what the rules say; `examples` always gives a documented example;
      `dynamic` always invents an answer that fits its schema.
    - `auth`: whether credentials are asked for; `tokens` are the accepted ones, none meaning any non-empty one.
    - `clock`: the RFC 3339 time at which the mock's clock stands still; None for the real time.
    - `seed` decides everything that is random.
    - `cors`: whether browsers of other origins may read answers. `body_limit` is in bytes.
    - `base_path` stands in for the documents' own. `serve_by` says how several documents share one port: by their
      `path` (those that have one in common below their names), each below a `prefix` of its name, or by the `host` of
      its first server.
    - `lenient`: serve documented examples that contradict their schema, too.
    - `state`: the states to begin with, by the names of APIs, in place of their seeds (`states.read_states`).
    - `recordings`: exchanges that are answered as they were recorded (`specs.recordings`).
    - `faults`: what goes wrong from the start, in every world, as JSON of the control API's schema `FaultWanted`.
    - `control_token`: what callers of the control API have to show; None answers those of this machine only.
    - `store`: the URL of the database in which states are kept (`stores.open_stores`); None keeps them in memory.
    - `journal`: how many exchanges each world keeps (`/_mock/api/journal`); 0 keeps none.
    - `webhooks`: the URLs that the events of every world are sent to, signed with `webhook_secret` (None: with one that
      follows from seed and URL). A delivery is tried `webhook_attempts` times, with pauses of `webhook_backoff`
      seconds, then twice as long, and so on.
    - `allow_callbacks`: the origins that callbacks may be sent to, beside those of subscribers.
    - `metrics`: whether requests are counted, for `/_mock/metrics`.
    - `world_limit`: how many worlds there may be beside the common one; `world_age`: the seconds after which one that
      nobody uses is forgotten.
    """

    mode: Mode = "simulation"
    auth: bool = True
    tokens: tuple[str, ...] = ()
    clock: str | None = None
    seed: int = 0
    cors: bool = True
    body_limit: int = BODY_LIMIT
    base_path: str | None = None
    serve_by: ServeBy = "path"
    lenient: bool = False
    state: Mapping[str, Any] | None = None
    recordings: tuple[Fixture, ...] = ()
    faults: tuple[Mapping[str, Any], ...] = ()
    control_token: str | None = field(default=None, repr=False)
    store: str | None = field(default=None, repr=False)
    journal: int = 1000
    webhooks: tuple[str, ...] = ()
    allow_callbacks: tuple[str, ...] = ()
    webhook_secret: str | None = field(default=None, repr=False)
    webhook_attempts: int = 6
    webhook_backoff: float = 1.0
    metrics: bool = False
    world_limit: int = 1000
    world_age: float = 3600.0
