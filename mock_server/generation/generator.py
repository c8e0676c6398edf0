"""The generator: values are made, checked, and where chance does not find one, searched for."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import Any

from mock_server.generation.blame import blame
from mock_server.generation.checking import Checks
from mock_server.generation.conjunction import Impossible
from mock_server.generation.maker import Maker
from mock_server.generation.place import Place

Json = Any

FULL_TRIES, LEAN_TRIES = 3, 8
MOST = 500
"""Of how many schemas it is kept what a search came to."""


class CannotGenerate(Exception):
    """No value was found that fits a schema; `pointer` is the place in the schema that is to blame, if one is known."""

    def __init__(self, pointer: str, reason: str) -> None:
        self.pointer, self.reason = pointer, reason
        super().__init__(f"no value fits the schema{f' (at {pointer})' if pointer else ''}: {reason}")


_Key = tuple[int, bool, int]
_Outcome = list[Json] | CannotGenerate
"""What a search came to: the value in a list, or the reason why there is none."""


class _NotFound(Exception):
    pass


class Generator:
    """Makes up values for the schemas of one document, whose references are `#/...` pointers into it.

    A value is a function of seed, schema and key. Memory is bounded. A `lenient` generator gives, for a schema that no
    value fits, one that comes near.
    """

    def __init__(self, document: Mapping[str, Json], seed: int, *, lenient: bool = False) -> None:
        self.document, self.seed, self.lenient = document, seed, lenient
        self._answers, self._requests = Checks(document, "writeOnly"), Checks(document, "readOnly")
        self._outcomes: dict[_Key, tuple[Json, _Outcome]] = {}

    def value(self, schema: Json, key: str = "", *, writing: bool = False, seed: int | None = None) -> Json:
        """A value that is valid against the schema: of an answer, or when `writing` of a request.

        Members that are `writeOnly` (when `writing`: `readOnly`) are left out, and not missed. `seed` stands in for the
        generator's own; without it, the first branch is taken where there is a choice. Raises CannotGenerate.
        """
        first = seed is None
        seed = self.seed if seed is None else seed
        checks = self._requests if writing else self._answers
        known = self._outcomes.get((id(schema), writing, seed))
        if known is None:
            try:
                return self._made(schema, f"{seed} {key}", checks, first=first)
            except CannotGenerate as error:
                known = self._remember((id(schema), writing, seed), schema, error)
            except _NotFound as error:
                found = self._searched(schema, checks, seed, str(error))
                known = self._remember((id(schema), writing, seed), schema, found)
        if isinstance(known[1], CannotGenerate):
            if self.lenient and (near := self._near(schema, f"{seed} {key}", checks)):
                return near[0]
            raise CannotGenerate(known[1].pointer, known[1].reason)  # a new one: tracebacks add up
        return known[1][0]

    def _remember(self, key: _Key, schema: Json, outcome: _Outcome) -> tuple[Json, _Outcome]:
        """Keeps what took long to find out, and the schema with it, so that its id stays its own."""
        if len(self._outcomes) >= MOST:
            self._outcomes.clear()
        return self._outcomes.setdefault(key, (schema, outcome))

    def _made(self, schema: Json, key: str, checks: Checks, *, first: bool) -> Json:
        try:
            validator = checks.strict(schema)
        except ValueError as error:
            raise CannotGenerate("", f"the schema is not one: {str(error).splitlines()[0]}") from None
        reason = ""
        second: list[Json] = []
        for attempt in range(FULL_TRIES + LEAN_TRIES):
            random = Random(f"{attempt} {key}")  # noqa: S311 - has to be the same again
            lean, shown = attempt >= FULL_TRIES, attempt != FULL_TRIES - 1
            maker = Maker(checks, random, lean=lean, shown=shown, first=first and attempt == 0)
            try:
                value = maker.make((schema,), Place())
            except Impossible as error:
                if not reason:
                    self._check_hope(schema, checks)
                reason = reason or str(error)
                continue
            if validator.is_valid(value):
                return value
            if checks.fits(value, (schema,)):
                second.append(value)  # its discriminator says which branch it is, but it would fit another as well
        if second:
            return second[0]
        raise _NotFound(reason or "what was made part by part did not fit as a whole")

    def _near(self, schema: Json, key: str, checks: Checks) -> list[Json]:
        """A value that contradicts a schema as little as can be, in a list."""
        try:
            return [Maker(checks, Random(key), first=True, strict=False).make((schema,), Place())]  # noqa: S311
        except Impossible:
            return []

    def _check_hope(self, schema: Json, checks: Checks) -> None:
        pointer, why = blame(schema, self.document, checks.omitted)
        if why:
            raise CannotGenerate(pointer, why)

    def _searched(self, schema: Json, checks: Checks, seed: int, reason: str) -> _Outcome:
        from mock_server.generation.search import search  # costs a second: most documents never need it

        return search(schema, self.document, checks.omitted, seed) or CannotGenerate("", reason)
