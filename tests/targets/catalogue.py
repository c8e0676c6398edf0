"""The two kinds of departure from the plain target: faults, which break the documentation, and honest variants."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

from tests.targets.messages import Call
from tests.targets.target import Change

Need = Literal["token", "listener", "states"]


@dataclass(frozen=True)
class Fault:
    """A target that breaks one documented fact.

    `breaks` is the fact with its page and section, `claim` words of the claim that a report should name. `strength`
    is how firmly the page says it: what is only `inferred` deserves a warning. `needs` says without what a judge
    cannot see the fault: the token that the target expects, a listener for its events, the ids of its states.
    `evidence` are requests of which at least one is answered otherwise than by the plain target (or leads to other
    events).
    """

    api: str
    name: str
    description: str
    breaks: str
    claim: str
    change: Change
    evidence: tuple[Call, ...]
    strength: Literal["documented", "inferred"] = "documented"
    needs: tuple[Need, ...] = ()


@dataclass(frozen=True)
class Variant:
    """An honest target that differs from the plain one where the documentation is silent.

    `silence` is what the pages leave open. `clock` and `server` say how it is run: `frozen` or `wall`, and whether
    its header names are sent in `Title-Case`.
    """

    api: str
    name: str
    description: str
    silence: str
    change: Change
    clock: Literal["wall", "frozen"] = "wall"
    header_names: Literal["lower-case", "title-case"] = "lower-case"


class Faults:
    """Collects the faults of one API; `evidence` is what shows a fault that brings none of its own."""

    def __init__(self, api: str, page: str, evidence: tuple[Call, ...]) -> None:
        self.api, self.page, self.evidence = api, page, evidence
        self.all: dict[str, Fault] = {}

    def add(
        self,
        name: str,
        description: str,
        section: str,
        claim: str,
        change: Change,
        *evidence: Call,
        strength: Literal["documented", "inferred"] = "documented",
        needs: tuple[Need, ...] = (),
        page: str = "",
    ) -> None:
        """Keep a fault. Raises ValueError where its name is taken."""
        if name in self.all:
            raise ValueError(f"There are two faults {name} of {self.api}")
        breaks = f"{page or self.page} ({section})"
        self.all[name] = Fault(
            self.api, name, description, breaks, claim, change, evidence or self.evidence, strength, needs
        )


class Variants:
    """Collects the variants of one API."""

    def __init__(self, api: str) -> None:
        self.api = api
        self.all: dict[str, Variant] = {}

    def add(
        self,
        name: str,
        description: str,
        silence: str,
        change: Change | None = None,
        *,
        clock: Literal["wall", "frozen"] = "wall",
        header_names: Literal["lower-case", "title-case"] = "lower-case",
        **settings: Any,
    ) -> None:
        """Keep a variant, made by settings or by a change. Raises ValueError where its name is taken."""
        if name in self.all:
            raise ValueError(f"There are two variants {name} of {self.api}")
        made = replace(change or Change(), settings=settings)
        self.all[name] = Variant(self.api, name, description, silence, made, clock, header_names)
