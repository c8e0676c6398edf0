"""How a mock is to behave, as one frozen value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

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
      `path`, each below a `prefix` of its name, or by the `host` of its first server.
    - `lenient`: serve documented examples that contradict their schema, too.
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
