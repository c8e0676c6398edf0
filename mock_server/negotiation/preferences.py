"""What a client prefers: the `Prefer` header, or the same as `__code`, `__example`, ... in the query."""

from __future__ import annotations

import re
from hashlib import blake2b
from typing import Literal, NamedTuple, get_args
from urllib.parse import parse_qsl

from mock_server.refusals import Refusal

PreferredFault = Literal["reset", "empty", "malformed_chunk", "dribble"]
"""How a client may prefer its answer to be broken on the way."""

LONGEST_WAIT = 60.0
"""The longest delay in seconds that a client may ask for."""

LONGEST = 2000
"""How many bytes of preferences are read."""

_PREFERENCE = re.compile(r'\s*([^\s=,;"]+)\s*(?:=\s*("(?:[^"\\]|\\.)*"|[^,;]*))?\s*(?:[,;]|$)')
_KNOWN = ("code", "example", "dynamic", "seed", "wait", "fault", "server")
_FAULTS: tuple[PreferredFault, ...] = get_args(PreferredFault)


class Preferences(NamedTuple):
    """What was asked for; None and 0 where nothing was. `server` is the URL of the server that is meant."""

    code: int | None = None
    example: str | None = None
    dynamic: bool | None = None
    seed: int | None = None
    wait: float = 0.0
    fault: PreferredFault | None = None
    server: str | None = None

    @property
    def chooses(self) -> bool:
        """Whether a documented answer is asked for, in place of what the mock would do."""
        return self.code is not None or self.example is not None or self.dynamic is True


def read_preferences(header: bytes | None, query: bytes) -> Preferences | None:
    """The preferences of a request, None where it has none. Raises Refusal `preference` for one that has no sense.

    The header wins over the query. Preferences that are none of the mock's are ignored, as RFC 7240 asks.
    """
    asked: dict[str, str] = {}
    if b"__" in query:
        pairs = parse_qsl(query.decode("latin-1"), keep_blank_values=True)
        asked = {name[2:]: value for name, value in pairs if name.startswith("__") and name[2:] in _KNOWN}
    if header:
        if len(header) > LONGEST:
            raise Refusal("preference", f"The header Prefer may have {LONGEST} bytes here, not {len(header)}.")
        asked.update(_split(header.decode("utf-8", "replace")))
    return _understood(asked) if asked else None


def _split(header: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in _PREFERENCE.findall(header):
        if name.lower() in _KNOWN and name.lower() not in found:
            text = value.strip()
            found[name.lower()] = re.sub(r"\\(.)", r"\1", text[1:-1]) if text.startswith('"') else text
    return found


def _understood(asked: dict[str, str]) -> Preferences:
    code, seed, wait, dynamic = asked.get("code"), asked.get("seed"), asked.get("wait"), asked.get("dynamic")
    if code is not None and not re.fullmatch(r"[1-5]\d\d", code):
        raise Refusal("preference", f"The preferred code has to be a status like 404, not {code!r}.")
    if dynamic is not None and dynamic.lower() not in {"true", "false", ""}:
        raise Refusal("preference", f"The preference dynamic has to be true or false, not {dynamic!r}.")
    if "example" in asked and not asked["example"]:
        raise Refusal("preference", "The preference example has to name an example.")
    return Preferences(
        code=int(code) if code is not None else None,
        example=asked.get("example"),
        dynamic=None if dynamic is None else dynamic.lower() != "false",
        seed=_seed(seed) if seed is not None else None,
        wait=_seconds(wait) if wait is not None else 0.0,
        fault=_fault(asked["fault"]) if "fault" in asked else None,
        server=asked.get("server"),
    )


def _seed(text: str) -> int:
    """A whole number is itself, any other text is one that stands for it."""
    if re.fullmatch(r"-?\d{1,18}", text):
        return int(text)
    return int.from_bytes(blake2b(text.encode(), digest_size=7).digest())


def _fault(text: str) -> PreferredFault:
    for known in _FAULTS:
        if text.replace("-", "_") == known:
            return known
    raise Refusal("preference", f"The preference fault has to be one of {', '.join(_FAULTS)}, not {text!r}.")


def _seconds(text: str) -> float:
    if not re.fullmatch(r"\d{1,4}(\.\d{1,6})?", text) or float(text) > LONGEST_WAIT:
        raise Refusal("preference", f"The preference wait has to be seconds from 0 to {LONGEST_WAIT:g}, not {text!r}.")
    return float(text)
