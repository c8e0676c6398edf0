"""One API as it is being served: its spec, how it is to behave, its state, and what makes values for it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from mock_server.options import MockOptions
from mock_server.problems import Wording
from mock_server.refusals import Refusal
from mock_server.simulation.chance import Chance
from mock_server.simulation.clock import Clock
from mock_server.simulation.effects import Workshop
from mock_server.simulation.store import MemoryStore, Store, in_order

if TYPE_CHECKING:
    from mock_server.generation import Generator
    from mock_server.simulation.collections import Part
    from specs import Api, Seed

Json = Any


class Served:
    """What the operations of one API share."""

    def __init__(self, api: Api, options: MockOptions, before: Served | None = None) -> None:
        """`before` is the same API as it was served until now: its state, and what follows from its seed, go on."""
        self.api, self.options = api, options
        self.wording = Wording(api.rules.problems, api.document)
        self.chance: Chance = before.chance if before else Chance(options.seed)
        self.clock = Clock(options.clock)
        self.store: Store = before.store if before else MemoryStore(_in_order(api), _identities(api))

    @property
    def has_rules(self) -> bool:
        """Whether the API comes with rules; what it does without them is inferred from its paths."""
        return bool(self.api.rules.behaviours)

    @property
    def shows_all_headers(self) -> bool:
        """Whether optional response headers are sent: they are for an API that nobody has described further."""
        return not self.has_rules

    @property
    def base_path(self) -> str:
        """The path below which the API is served, without a slash at its end."""
        given = self.options.base_path
        return (self.api.base_path if given is None else given).rstrip("/")

    @cached_property
    def inferred(self) -> Mapping[str, Part]:
        """What the paths of a document without rules say of its resources, by operation."""
        from mock_server.simulation.collections import infer

        return {} if self.has_rules else infer(self.api)

    @cached_property
    def workshop(self) -> Workshop:
        """What the effects of the rules are made with."""
        return Workshop(self.store, self.clock, self.chance, self.api.rules.resources)

    @cached_property
    def _generator(self) -> Generator:
        from mock_server.generation import Generator

        return Generator(self.api.document, self.options.seed)

    def generated(self, schema: Json, key: str, seed: int | None = None, *, writing: bool = False) -> Json:
        """A value that fits the schema of an answer (when `writing`, of a request); the same for the same seed and key.

        Raises Refusal `unservable` where there is none.
        """
        from mock_server.generation import CannotGenerate

        try:
            return self._generator.value(schema, key, writing=writing, seed=seed)
        except CannotGenerate as error:
            raise Refusal("unservable", f"The mock cannot answer as documented: {error}.") from None


def _identities(api: Api) -> Mapping[str, str]:
    return {name: resource.identity for name, resource in api.rules.resources.items()}


def _in_order(api: Api) -> Seed:
    """The seed state, the members of each resource in the documented order."""
    from specs import Seed

    resources = {
        kind: tuple(in_order(one, rule.order) if (rule := api.rules.resources.get(kind)) else one for one in seeded)
        for kind, seeded in api.seed.resources.items()
    }
    return Seed(resources, api.seed.next_id)
