"""Documents that are broken in one place, each in every way: refused with a sentence or served, never a traceback."""

import copy
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

import specs
from mock_server import CannotServe, MockOptions, create_app
from specs import pointers
from specs.reading import read

DATA = Path(__file__).parent / "data"
WRONG: list[Any] = [None, 5, "text", True, [], {}, [5], [None], {"a": 5}, {"$ref": 5}, {"$ref": "#/nowhere"}]


def places(value: Any, pointer: str = "") -> Iterator[str]:
    yield pointer
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for token, child in entries:
        yield from places(child, pointers.join(pointer, token))


def changed(value: Any, pointer: str, new: Any) -> Any:
    if not pointer:
        return new
    value = copy.deepcopy(value)
    *above, last = pointers.split(pointer)
    owner = pointers.resolve(value, pointers.join("", *above))
    owner[int(last) if isinstance(owner, list) else last] = new
    return value


@pytest.mark.parametrize("name", ["whole_20.yaml", "whole_30.yaml", "whole_31.yaml"])
def test_no_broken_document_ends_in_a_traceback(name: str) -> None:
    document = read(DATA / name).value
    assert create_app(document)
    for pointer in list(places(document))[1:]:
        for wrong in WRONG:
            broken = changed(document, pointer, wrong)
            try:
                with suppress(specs.SpecError, CannotServe):
                    create_app(broken, MockOptions(mode="examples"))
            except Exception as fault:
                raise AssertionError(f"{pointer}: {wrong!r}") from fault
