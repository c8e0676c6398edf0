"""For pytest: the fixture `understudy_mock`, which starts mocks for tests of client code.

    def test_my_client(understudy_mock):
        mock = understudy_mock("jobhive", clock="2024-01-15T16:45:00Z")
        assert my_client(mock.url).reschedule(...)

Nothing of the mock is imported until a test asks for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from mock_server.threads import Mocks


@pytest.fixture
def understudy_mock() -> Iterator[Mocks]:
    """Starts mocks: `understudy_mock(api, ..., **options)` gives one, with a state of its own, until the test ends.

    `api` is the name of a bundled API, the path of a document, the document as a dict, or a loaded spec; the options
    are those of `mock_server.MockOptions`. `.url` is its origin, on a port of its own; `.app` the same mock as an
    ASGI app.
    """
    from mock_server.threads import Mocks

    mocks = Mocks()
    try:
        yield mocks
    finally:
        mocks.close()
