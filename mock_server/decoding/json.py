"""JSON, read strictly: what two readers could understand differently is refused, with its place."""

from __future__ import annotations

import json
import re
from typing import Any, NoReturn

from mock_server.decoding import DEEPEST, MalformedBody, decode_text

Json = Any

LONGEST_NUMBER = 1000
"""How many characters a number may have."""


class _Refused(Exception):
    pass


def _members(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise _Refused
    return members


def _float(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise _Refused
    return number


def _constant(_name: str) -> NoReturn:
    raise _Refused


_decoder = json.JSONDecoder(object_pairs_hook=_members, parse_float=_float, parse_constant=_constant)


def decode_json(body: bytes, charset: str = "utf-8") -> Json:
    """The value of a JSON text.

    Raises MalformedBody for what is not JSON, and for duplicate members, NaN and infinities, numbers without end,
    half surrogates, text that is not in the charset, and values deeper than `DEEPEST`.
    """
    text = decode_text(body, charset).removeprefix("\ufeff")
    try:
        value = _value(text)
    except json.JSONDecodeError as error:
        what = "The body is empty" if not text.strip() else f"The body is not JSON: {_told(error.msg)}"
        raise MalformedBody(what, error.pos, error.lineno, error.colno) from None
    except (_Refused, RecursionError, ValueError):  # ValueError: Python's own bound of the digits of an integer
        raise _reason(text) or MalformedBody("The body is not JSON that can be read") from None
    if len(text) > LONGEST_NUMBER and _LONG.search(text) and (reason := _reason(text)):
        raise reason
    if text.count("{") + text.count("[") > DEEPEST and _is_too_deep(value):
        raise _reason(text) or MalformedBody("The body is too deep")
    if "\\u" in text:
        _check_surrogates(text, value)
    return value


def _value(text: str) -> Json:
    """The value of a text. Most are an object and nothing else: there, no space has to be looked for around it."""
    if text[:1] == "{":
        value, end = _decoder.raw_decode(text)
        if end == len(text):
            return value
    return _decoder.decode(text)


def _told(message: str) -> str:
    return f"{message[:1].lower()}{message[1:]}"


_LONG = re.compile(rf"[0-9]{{{LONGEST_NUMBER}}}")
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)


def _is_too_deep(value: Json) -> bool:
    level = [value]
    for _ in range(DEEPEST + 1):
        parts = [part.values() if isinstance(part, dict) else part for part in level if isinstance(part, dict | list)]
        if not parts:
            return False
        level = [part for inner in parts for part in inner]
    return True


def _too_deep(before: str) -> MalformedBody:
    return MalformedBody.at(before, f"The body has more than {DEEPEST} arrays and objects inside one another")


def _check_surrogates(text: str, value: Json) -> None:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        half = re.search(r"\\u[dD][89a-fA-F]", text)
        raise MalformedBody.at(text[: half.start()] if half else "", "The body has half a surrogate pair") from None


def _reason(text: str) -> MalformedBody | None:
    """What is refused in a text that is JSON otherwise, and where."""
    names: list[set[str] | None] = []
    tokens = _TOKEN.finditer(text)
    token = next(tokens, None)
    while token is not None:
        following = next(tokens, None)
        written, start = token[0], token.start()
        if written in ("{", "["):
            names.append(set() if written == "{" else None)
            if len(names) > DEEPEST:
                return _too_deep(text[:start])
        elif written in ("}", "]"):
            del names[-1:]
        elif written[0] == '"' and following is not None and following[0] == ":" and names and names[-1] is not None:
            name = _name(written)
            if name in names[-1]:
                return MalformedBody.at(text[:start], f"The member {name!r} is there twice")
            names[-1].add(name)
        elif written.lstrip("-") in ("NaN", "Infinity"):
            return MalformedBody.at(text[:start], f"{written} is not JSON")
        elif written[0] in "-0123456789" and _is_refused(written):
            return MalformedBody.at(text[:start], "The number is too large")
        token = following
    return None


def _name(written: str) -> str:
    try:
        return str(json.loads(written))
    except ValueError:  # it stands behind what was refused, and nobody has read it yet
        return written


def _is_refused(number: str) -> bool:
    try:
        return len(number) > LONGEST_NUMBER or abs(float(number)) == float("inf")
    except ValueError:
        return False
