"""One attempt to deliver a message: signed as Standard Webhooks, and posted to its subscriber."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests
import urllib3
from standardwebhooks import Webhook

from mock_server.simulation.clock import written
from mock_server.webhooks.subscribers import NOBODY, Subscriber

Json = Any
PATIENCE = 10.0
"""Seconds that a subscriber may take to accept a connection, and again to answer."""

_READ = 500
"""How many bytes of an answer are looked at."""

_YEAR = 365 * 86400.0
"""The longest Retry-After that is told."""


class Sender:
    """Posts messages, to the URL of their subscriber and nowhere else: no redirect is followed, no proxy asked."""

    def __init__(self) -> None:
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))

    def attempt(self, to: Subscriber, message: Mapping[str, Json], world: str) -> dict[str, Json]:
        """One attempt, as it is listed: `at`, `seconds`, and either `status` (with the beginning of the answer as
        `reply`, and `retry_after` seconds where it has them) or the `error` that kept the subscriber from answering.
        """
        now, began = datetime.now(UTC), time.perf_counter()
        outcome = self._outcome(to, message, _headers(to, message, world, now))
        return {"at": written(now, "milliseconds"), "seconds": round(time.perf_counter() - began, 3), **outcome}

    def close(self) -> None:
        """Close all connections."""
        self._session.close()

    def _outcome(self, to: Subscriber, message: Mapping[str, Json], headers: Mapping[str, str]) -> dict[str, Json]:
        try:
            with self._session.request(
                message["method"],
                to.url,
                data=message["body"].encode(),
                headers=headers,
                timeout=PATIENCE,
                allow_redirects=False,
                stream=True,
            ) as response:
                outcome: dict[str, Json] = {"status": response.status_code}
                reply = response.raw.read1(_READ).decode("utf-8", "replace")
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError) as error:
            return {"error": _told(error)}
        if reply:
            outcome["reply"] = reply
        wait = _retry_after(response.headers.get("retry-after"))
        return outcome if wait is None else {**outcome, "retry_after": wait}


def _headers(to: Subscriber, message: Mapping[str, Json], world: str, now: datetime) -> dict[str, str]:
    """The headers of Standard Webhooks. Their time is the real one whatever the world's: receivers refuse old times."""
    headers = {
        "user-agent": "understudy",
        "accept-encoding": "identity",
        "webhook-id": message["id"],
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(to.secret).sign(message["id"], now, message["body"]),
    }
    if message["media_type"]:
        headers["content-type"] = message["media_type"]
    return headers if world == "common" else {**headers, "x-mock-world": world}


def _told(error: Exception) -> str:
    if isinstance(error, requests.exceptions.SSLError):
        return "the TLS connection was not trusted"
    if isinstance(error, requests.ConnectTimeout):
        return f"no connection within {PATIENCE:g} s"
    if isinstance(error, requests.Timeout | urllib3.exceptions.TimeoutError):
        return f"no answer within {PATIENCE:g} s"
    if isinstance(error, requests.ConnectionError):
        text = str(error)
        return NOBODY if "refused" in text else "no connection, or one that ended early"
    return f"{type(error).__name__}: {error}"


def _retry_after(value: str | None) -> float | None:
    """The seconds of a Retry-After header, which may be a date."""
    if value is None:
        return None
    if value.strip().isdecimal():
        return min(float(value), _YEAR)
    try:
        return min(max(0.0, (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds()), _YEAR)
    except (ValueError, TypeError):
        return None
