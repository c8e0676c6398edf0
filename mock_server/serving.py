"""Running an app on a socket until it is told to stop."""

from __future__ import annotations

import gc
import signal
import socket
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from mock_server.layers import App
from mock_server.table import CannotServe

if TYPE_CHECKING:
    import uvicorn


@dataclass(frozen=True, slots=True)
class Tls:
    """The files of a certificate and its key (PEM)."""

    certificate: Path
    key: Path | None = None

    def check(self) -> None:
        """Raise ssl.SSLError for what is no certificate with its key, and for a key that asks for a password."""
        import ssl

        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(self.certificate, self.key, password="")


def bind(host: str, port: int) -> socket.socket:
    """A socket that listens soon; port 0 takes a free one. Raises CannotServe with a sentence."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
    except OverflowError:
        bound.close()
        raise CannotServe(f"There is no port {port}: ports go from 0 to 65535.") from None
    except OSError as error:
        bound.close()
        if isinstance(error, socket.gaierror):
            raise CannotServe(f"{host!r} is no address of this machine.") from None
        reason = "is in use" if error.errno in {98, 48, 10048} else f"cannot be used ({error.strerror})"
        raise CannotServe(f"Port {port} of {host} {reason}; --port takes another, --port 0 a free one.") from None
    bound.set_inheritable(True)
    return bound


def origin(bound: socket.socket, tls: Tls | None = None) -> str:
    """The URL of a bound socket, without a path."""
    host, port = bound.getsockname()[:2]
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
    return f"{'https' if tls else 'http'}://{shown}:{port}"


def make_server(app: App, tls: Tls | None = None) -> uvicorn.Server:
    """A server for the app, with no log of its own."""
    import uvicorn

    from mock_server.bounds import BoundedConnection

    config = uvicorn.Config(
        app,
        interface="asgi3",
        loop="auto",
        http=BoundedConnection,
        ws="none",
        lifespan="on",
        log_config=None,
        log_level="error",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=5,
        ssl_certfile=str(tls.certificate) if tls else None,
        ssl_keyfile=str(tls.key) if tls and tls.key else None,
    )
    return uvicorn.Server(config)


def serve(app: App, bound: socket.socket, tls: Tls | None = None) -> None:
    """Serve until SIGINT or SIGTERM; requests in flight are finished. Returns normally then."""
    signal.signal(signal.SIGTERM, _stop)
    _collect_seldom()
    try:
        make_server(app, tls).run(sockets=[bound])
    except KeyboardInterrupt:
        return
    finally:
        bound.close()


def _collect_seldom() -> None:
    """Have cycles looked for less often, and not in what was made at the start: requests leave next to none."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 50)


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
