"""Who is answered by the control API: who shows its token or, where it has none, programs and pages of this machine.

A page of another site runs on this machine as well, in somebody's browser. Its requests name where it is from
(`Origin`); and where its site has its own name lead here (DNS rebinding), that name is what they ask for (`Host`).
"""

from __future__ import annotations

import hmac
import ipaddress
from urllib.parse import urlsplit

from mock_server.layers import FIELDS, Scope
from mock_server.refusals import Refusal

_WAY_OUT = "Start the mock with --control-token, and callers are known by that."


def let_in(scope: Scope, token: bytes | None) -> None:
    """Raise Refusal for a caller who is not answered; `token` is the value of `Authorization` that is asked for."""
    fields = scope[FIELDS]
    if token is not None:
        if not hmac.compare_digest(fields.get(b"authorization", b""), token):
            text = "The control API asks for 'Authorization: Bearer ...' with the token of --control-token."
            raise Refusal("unauthenticated", text, headers=[(b"www-authenticate", b"Bearer")])
        return
    client, page, asked = scope.get("client"), fields.get(b"origin"), fields.get(b"host")
    if client and not _is_local(client[0]):
        text = f"Without --control-token, the control API answers to this machine only, not to {client[0]}. {_WAY_OUT}"
        raise Refusal("forbidden", text)
    if page and not is_local_page(page):
        text = f"Without --control-token, the control API answers to no page of {_shown(page)}. {_WAY_OUT}"
        raise Refusal("forbidden", text)
    if asked:
        host, listening = _host(f"//{asked.decode('latin-1')}"), (scope.get("server") or ("",))[0]
        if host != listening and not _is_local(host):
            text = (
                f"The control API was asked for at the host {_shown(asked)}. Without --control-token, it is at "
                f"localhost and {listening or '127.0.0.1'} only, so that no web site reaches it by a name of its own. "
                f"{_WAY_OUT}"
            )
            raise Refusal("forbidden", text)


def is_local_page(origin: bytes) -> bool:
    """Whether a page is from this machine, by its `Origin`."""
    return _is_local(_host(origin.decode("latin-1")))


def _host(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None


def _is_local(host: str | None) -> bool:
    if host is None:
        return False
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
    return (getattr(address, "ipv4_mapped", None) or address).is_loopback


def _shown(value: bytes) -> str:
    return repr(value.decode("latin-1")[:120])
