"""How a run is to be made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

Profile = Literal["gate", "thorough"]


@dataclass(frozen=True, slots=True)
class RunOptions:
    """What a run is told.

    - `url`: the target; an origin alone (`http://host:port`) keeps the documented base path, a URL with a path stands
      in for the documented server URL.
    - `token`: the credential that the target accepts; None sends the documented one. Never reported.
    - `states`: what stands at the target for the states that checks need: state name (`an interview in status
      completed`) to the values that name it (`{"id": "int_1"}`).
    - `setup`: a URL that is asked, by POST with `{"state": name, "api": name}`, to bring the target into a named state,
      and answers with the values that name it; `setup_token` is the bearer token that it asks for. Never reported.
    - `safe`: send nothing that could change data. `shard` is (number from 1, of how many). `only` are claim ids; empty
      means all.
    - `timeout`: seconds for one answer. `headers` are sent with every request.
    - `listen`: (host, port) on which webhooks are awaited, None for not at all.
    - `schemathesis`: whether the volume of Schemathesis is added. `report_dir`: where its cassettes may be put.
    - `progress` is called with a short sentence when a stage begins and with (done, total) inside it.
    """

    url: str
    token: str | None = None
    states: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    setup: str | None = None
    seed: int = 0
    profile: Profile = "gate"
    safe: bool = False
    shard: tuple[int, int] = (1, 1)
    only: tuple[str, ...] = ()
    timeout: float = 10.0
    headers: Mapping[str, str] = field(default_factory=dict)
    listen: tuple[str, int] | None = None
    schemathesis: bool = True
    report_dir: Path | None = None
    progress: Callable[[str, int, int], None] | None = None
    setup_token: str | None = None
