"""A page is what the documented parameters of a list ask for."""

from __future__ import annotations

import pytest

from mock_server.simulation.paging import page
from specs import Parameter, Source

ALL = list(range(10))


def parameter(name, **schema):
    return Parameter(name, "query", False, {"type": "integer", **schema}, "form", True, (), Source("x"), "")


@pytest.mark.parametrize(
    ("documented", "asked", "shown"),
    [
        ([], {"limit": 2}, ALL),
        (["limit"], {}, ALL),
        (["limit"], {"limit": 3}, [0, 1, 2]),
        (["limit", "offset"], {"limit": 3, "offset": 8}, [8, 9]),
        (["limit", "offset"], {"offset": 7}, [7, 8, 9]),
        (["per_page", "page"], {"per_page": 4, "page": 2}, [4, 5, 6, 7]),
        (["pageSize", "pageNumber"], {"pageSize": 4, "pageNumber": 3}, [8, 9]),
        (["page"], {"page": 2}, ALL),
        (["limit"], {"limit": "3"}, ALL),
        (["limit"], {"limit": 0}, []),
        (["limit", "offset"], {"limit": 2, "offset": -5}, [0, 1]),
    ],
)
def test_a_page_is_cut_out(documented, asked, shown):
    assert page(ALL, asked, [parameter(name) for name in documented]) == shown


def test_pages_count_from_zero_where_the_document_says_so():
    assert page(ALL, {"size": 4, "page": 1}, [parameter("size"), parameter("page", minimum=0)]) == [4, 5, 6, 7]
    assert page(ALL, {"size": 4}, [parameter("size"), parameter("page", default=0)]) == [0, 1, 2, 3]
