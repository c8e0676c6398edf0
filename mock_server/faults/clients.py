"""Who asks: clients are told apart by the credential that they show or, where they show none, by their address."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from mock_server.requests import Request
from mock_server.security import credential

if TYPE_CHECKING:
    from mock_server.layers import Scope
    from specs import Api


def client_of(scope: Scope, api: Api) -> str:
    """A name for the client of a request to an API, which does not give its credential away."""
    shown = credential(Request(scope, {}, 0.0), api.security_schemes)
    address = (scope.get("client") or ("",))[0]
    return sha256(b"credential " + shown if shown else f"address {address}".encode()).hexdigest()[:16]
