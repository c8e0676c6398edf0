"""One API as it is being served in a world: its spec, how it is to behave, its state, and what makes values for it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from mock_server.negotiation.kept import BOUND, Kept
from mock_server.options import MockOptions
from mock_server.problems import Wording
from mock_server.refusals import Refusal
from mock_server.simulation.chance import Chance
from mock_server.simulation.clock import Clock
from mock_server.simulation.effects import Workshop
from mock_server.simulation.store import Store
from mock_server.validation import RequestReader

if TYPE_CHECKING:
    from mock_server.generation import Generator
    from mock_server.negotiation.menu import Choice, Course
    from mock_server.recordings import Recordings
    from mock_server.simulation.collections import Part
    from mock_server.simulation.kinds import Kinds
    from mock_server.worlds import World
    from specs import Api, Operation

Json = Any


class Served:
    """What the operations of one API share."""

    def __init__(self, api: Api, options: MockOptions, world: World, common: Served | None = None) -> None:
        """`common` is the same API in the common world: what is the same in all worlds is shared with it."""
        self.api, self.options, self.world, self.common = api, options, world, common
        self.wording: Wording = common.wording if common else Wording(api.rules.problems, api.document)
        self.chance: Chance = world.chance(api)
        self.clock: Clock = world.clock
        self.store: Store = world.store(api)
        self._readers: dict[str, RequestReader] = common._readers if common else {}
        bound = BOUND // 16 if common else BOUND
        self.courses: Kept[Course] = Kept(bound)
        self.choices: Kept[Choice] = Kept(bound)

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

        if self.common is not None:
            return self.common.inferred
        return {} if self.has_rules else infer(self.api)

    @cached_property
    def kinds(self) -> Kinds:
        """The kinds of resources that are kept of the API."""
        from mock_server.simulation.kinds import Kinds

        return self.common.kinds if self.common else Kinds(self.api, self.options)

    @cached_property
    def recordings(self) -> Recordings:
        """The exchanges that were recorded of the API."""
        from mock_server.recordings import Recordings

        return self.common.recordings if self.common else Recordings(self.options.recordings, self)

    def reader(self, operation: Operation) -> RequestReader:
        """What reads the requests of an operation; the same in all worlds."""
        if operation.id not in self._readers:
            self._readers[operation.id] = RequestReader(operation, self.api)
        return self._readers[operation.id]

    @cached_property
    def workshop(self) -> Workshop:
        """What the effects of the rules are made with."""
        return Workshop(self.store, self.clock, self.chance, self.api.rules.resources)

    @cached_property
    def _generator(self) -> Generator:
        from mock_server.generation import Generator

        if self.common is not None:
            return self.common._generator
        return Generator(self.api.document, self.options.seed, lenient=self.options.lenient)

    def generated(self, schema: Json, key: str, seed: int | None = None, *, writing: bool = False) -> Json:
        """A value that fits the schema of an answer (when `writing`, of a request); the same for the same seed and key.

        Raises Refusal `unservable` where there is none.
        """
        from mock_server.generation import CannotGenerate

        try:
            return self._generator.value(schema, key, writing=writing, seed=seed)
        except CannotGenerate as error:
            raise Refusal("unservable", f"The mock cannot answer as documented: {error}.") from None
