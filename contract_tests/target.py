"""The one HTTP room: sends calls to the target, and records what was sent and what came back, without secrets."""

from __future__ import annotations

import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.utils import get_environ_proxies
from urllib3.exceptions import HTTPError as TransportError

from contract_tests.answers import Answer, parsed
from contract_tests.calls import Call, encoded
from contract_tests.credentials import Credentials, Secrets
from contract_tests.curl import command
from contract_tests.options import RunOptions
from contract_tests.results import Step
from specs import Api, Operation

USER_AGENT = "understudy-contract-tests"
MAX_RATE_LIMIT_WAITS = 8
MAX_WAIT = 30.0
MAX_RESETS = 3
MAX_TIMEOUTS = 3


class TargetGoneError(Exception):
    """The target does not answer any more, or never did; the message says what happened, and at which request."""


class Target:
    """The live implementation under test.

    `send` gives an `Answer` for everything the target says, whatever its status. A connection that is reset is tried
    again, an answer 429 waited for as its `Retry-After` asks. Raises `TargetGoneError` when nothing comes any more.
    """

    def __init__(self, api: Api, options: RunOptions) -> None:
        self.requests = 0
        self.credentials = Credentials.of(api, options.token)
        self._timeout = options.timeout
        self._extra = dict(options.headers)
        self._base = options.url.rstrip("/")
        self._keeps_base_path = not urlsplit(options.url).path.strip("/")
        self._secrets = Secrets.of(self.credentials, options.headers)
        self._timeouts = 0
        self._session = requests.Session()
        # A ~/.netrc would add a credential to requests that must not have one; proxies are wanted all the same.
        self._session.trust_env = False
        self._session.proxies.update(get_environ_proxies(options.url))

    def close(self) -> None:
        """Give the connections back."""
        self._session.close()

    def url(self, call: Call) -> str:
        """The full URL of a call, without its query."""
        return self.base(call.operation) + call.path

    def base(self, operation: Operation) -> str:
        """The URL that stands in for the server of an operation."""
        return self._base + operation.base_path if self._keeps_base_path else self._base

    def send(self, call: Call) -> Answer:
        """Send one call, and again as often as the target's rate limit asks for it."""
        for _ in range(MAX_RATE_LIMIT_WAITS):
            answer = self._send(call)
            wait = _asked_to_wait(answer)
            if wait is None:
                return answer
            time.sleep(min(wait, MAX_WAIT))
        raise TargetGoneError(
            f"The target kept answering {answer.status} to {call.operation.method} {self.url(call)}: its rate limit "
            "leaves no room for a run. Raise it for this client, or run fewer claims (--only)."
        )

    def _send(self, call: Call) -> Answer:
        headers, query, cookies = self.credentials.applied(call)
        body = encoded(call)
        headers = {
            "User-Agent": USER_AGENT,
            "Accept": "application/json",
            "Accept-Encoding": "identity",
            **self._extra,
            **headers,
        }
        if body is not None and call.content_type:
            headers["Content-Type"] = call.content_type
        request = requests.Request(
            call.operation.method.upper(), self.url(call), params=query, headers=headers, data=body, cookies=cookies
        )
        prepared = self._session.prepare_request(request)
        # Requests sets and drops these on its own; a call means what it says.
        if call.content_type is None and body is not None:
            prepared.headers.pop("Content-Type", None)
        return self._exchange(call, prepared, body)

    def _exchange(self, call: Call, prepared: requests.PreparedRequest, body: bytes | None) -> Answer:
        where = f"{prepared.method} {self._secrets.hidden(prepared.url or '')}"
        for attempt in range(1, MAX_RESETS + 1):
            begun = time.monotonic()
            self.requests += 1
            try:
                status, headers, content = self._raw(prepared)
            except requests.exceptions.Timeout as error:
                self._timeouts += 1
                if self._timeouts >= MAX_TIMEOUTS:
                    raise TargetGoneError(f"No answer within {self._timeout:g} s, for {where}") from error
            except (requests.exceptions.ConnectionError, requests.exceptions.ChunkedEncodingError) as error:
                if attempt == MAX_RESETS or self.requests == 1:
                    raise TargetGoneError(f"Cannot reach the target, for {where}: {_reason(error)}") from error
                time.sleep(0.1 * attempt)
            except requests.exceptions.RequestException as error:
                raise TargetGoneError(f"Cannot be sent: {where}: {_reason(error)}") from error
            else:
                self._timeouts = 0
                sent = {name: _text(value) for name, value in prepared.headers.items()}
                method, url = prepared.method or "", prepared.url or ""
                took = time.monotonic() - begun
                step = self.recorded(method, url, sent, body, (status, headers, content), took)
                return Answer(call, status, headers, content, parsed(content, headers), step)
        raise TargetGoneError(f"No answer within {self._timeout:g} s, for {where}")

    def _raw(self, prepared: requests.PreparedRequest) -> tuple[int, Mapping[str, str], bytes]:
        response = self._session.send(prepared, timeout=self._timeout, stream=True, allow_redirects=False)
        try:
            # A wrong Content-Length is something to judge, not a reason to lose the answer.
            response.raw.enforce_content_length = False
            content = response.raw.read(decode_content=True)
        except TransportError as error:
            response.close()
            partial = _partial(error)
            if partial is None:
                raise requests.exceptions.ChunkedEncodingError(error) from error
            content = partial
        else:
            response.raw.release_conn()
        self._session.cookies.clear()
        return response.status_code, {name.lower(): value for name, value in response.headers.items()}, content

    def recorded(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes | None,
        answer: tuple[int, Mapping[str, str], bytes],
        seconds: float,
    ) -> Step:
        """One exchange as it is reported: without secrets. `answer` is its status, headers and body."""
        hidden = self._secrets.hidden
        status, answer_headers, content = answer
        sent = {name: hidden(value) for name, value in headers.items()}
        shown = None if body is None else hidden(body)
        return Step(
            method=method,
            url=hidden(url),
            headers=sent,
            body=shown,
            status=status,
            answer_headers={name: hidden(value) for name, value in answer_headers.items()},
            answer_body=hidden(content),
            seconds=seconds,
            curl=command(method, hidden(url), sent, shown),
        )

    def without_secrets(self, text: str) -> str:
        """A text in which no secret of this run stands."""
        return self._secrets.hidden(text)

    def usual_headers(self, operation: Operation) -> dict[str, str]:
        """The headers of every request: who sends it, and the credential."""
        headers, _, _ = self.credentials.applied(Call(operation))
        return {"User-Agent": USER_AGENT, **self._extra, **headers}


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value


def _reason(error: Exception) -> str:
    """The innermost words of an error of urllib3, without its objects' addresses."""
    inner: Any = error
    while getattr(inner, "args", None) and isinstance(inner.args[0], Exception):
        inner = inner.args[0]
    inner = getattr(inner, "reason", None) or inner
    return str(inner).rpartition(": ")[2] or type(error).__name__


def _partial(error: BaseException) -> bytes | None:
    """What came of a body that is shorter than was announced."""
    for inner in (error, *error.args, error.__cause__, error.__context__):
        partial = getattr(inner, "partial", None)
        if isinstance(partial, bytes):
            return partial
    return None


def _asked_to_wait(answer: Answer) -> float | None:
    """Seconds after which to try again, where the answer asks for that."""
    after = answer.headers.get("retry-after")
    if answer.status != 429 and not (answer.status == 503 and after):
        return None
    if after is None:
        return 1.0
    try:
        return max(0.0, float(after))
    except ValueError:
        pass
    try:
        return max(0.0, parsedate_to_datetime(after).timestamp() - time.time())
    except ValueError:
        return 1.0
