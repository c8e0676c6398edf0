"""Paging by the parameters that are usual for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from specs import Parameter

T = TypeVar("T")

_SIZES = ("limit", "per_page", "perpage", "page_size", "pagesize", "page[size]", "size", "count")
_OFFSETS = ("offset", "skip", "start")
_PAGES = ("page", "page_number", "pagenumber", "page[number]")


def page(resources: Sequence[T], query: Mapping[str, Any], parameters: Sequence[Parameter]) -> list[T]:
    """The resources of the page that a query asks for, by those of its parameters that are documented whole numbers.

    Pages count from 1 unless the documented minimum or default of the parameter is 0.
    """
    documented = {parameter.name.lower(): parameter for parameter in parameters if parameter.location == "query"}
    asked = {
        name.lower(): value for name, value in query.items() if isinstance(value, int) and name.lower() in documented
    }
    size = _first(asked, _SIZES)
    offset = _first(asked, _OFFSETS)
    if offset is None and size is not None:
        number = _first(asked, _PAGES)
        name = next((name for name in _PAGES if name in documented), "")
        first = 0 if name and _counts_from_zero(documented[name]) else 1
        offset = ((number if number is not None else first) - first) * size
    begin = max(offset or 0, 0)
    return list(resources[begin : begin + size] if size is not None and size >= 0 else resources[begin:])


def _first(asked: Mapping[str, int], names: Sequence[str]) -> int | None:
    return next((asked[name] for name in names if name in asked), None)


def _counts_from_zero(parameter: Parameter) -> bool:
    schema = parameter.schema if isinstance(parameter.schema, Mapping) else {}
    return 0 in (schema.get("minimum"), schema.get("default"))
