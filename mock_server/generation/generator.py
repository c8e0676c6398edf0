"""The generator: values are made, checked, and where chance does not find one, searched for."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import Any

from mock_server.generation.checking import Checks
from mock_server.generation.conjunction import Impossible
from mock_server.generation.maker import Maker
from mock_server.generation.place import Place

Json = Any

FULL_TRIES, LEAN_TRIES = 3, 8


class CannotGenerate(Exception):
    """No value was found that fits a schema; `pointer` is the place in the schema that is to blame, if one is known."""

    def __init__(self, pointer: str, reason: str) -> None:
        self.pointer, self.reason = pointer, reason
        super().__init__(f"no value fits the schema{f' (at {pointer})' if pointer else ''}: {reason}")


class Generator:
    """Makes up values for the schemas of one document, whose references are `#/...` pointers into it.

    A value is a function of seed, schema and key. Memory is bounded.
    """

    def __init__(self, document: Mapping[str, Json], seed: int) -> None:
        self.document, self.seed = document, seed
        self._answers, self._requests = Checks(document, "writeOnly"), Checks(document, "readOnly")

    def value(self, schema: Json, key: str = "", *, writing: bool = False) -> Json:
        """A value that is valid against the schema: of an answer, or when `writing` of a request.

        Members that are `writeOnly` (when `writing`: `readOnly`) are left out, and not missed. Raises CannotGenerate.
        """
        checks = self._requests if writing else self._answers
        try:
            validator = checks.validator((schema,))
        except ValueError as error:
            raise CannotGenerate("", f"the schema is not one: {error}") from None
        reason = ""
        for attempt in range(FULL_TRIES + LEAN_TRIES):
            random = Random(f"{self.seed} {attempt} {key}")  # noqa: S311 - has to be the same again
            maker = Maker(checks, random, lean=attempt >= FULL_TRIES, shown=attempt != FULL_TRIES - 1)
            try:
                value = maker.make((schema,), Place())
            except Impossible as error:
                reason = reason or str(error)
                continue
            if validator.is_valid(value):
                return value
        return self._searched(schema, checks, reason)

    def _searched(self, schema: Json, checks: Checks, reason: str) -> Json:
        from mock_server.generation.search import blame, search  # costs a second: most documents never need it

        pointer, why = blame(schema, self.document, checks.omitted)
        if why:
            raise CannotGenerate(pointer, why)
        found = search(schema, self.document, checks.omitted, self.seed)
        if not found:
            raise CannotGenerate("", reason or "what was made part by part did not fit as a whole")
        return found[0]
