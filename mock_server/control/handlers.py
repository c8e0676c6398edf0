"""Who answers which operation of the control API."""

from __future__ import annotations

from collections.abc import Mapping

from mock_server.control import clock, coverage, faults, journal, provider_states, proxy, state, webhooks, worlds
from mock_server.control.calls import Handler

HANDLERS: Mapping[str, Handler] = {
    **worlds.HANDLERS,
    **state.HANDLERS,
    **provider_states.HANDLERS,
    **clock.HANDLERS,
    **faults.HANDLERS,
    **journal.HANDLERS,
    **coverage.HANDLERS,
    **proxy.HANDLERS,
    **webhooks.HANDLERS,
}
"""By the ids of the operations in `openapi.yaml`."""
