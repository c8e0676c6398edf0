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
        value = _decoder.decode(text)
    except json.JSONDecodeError as error:
        what = "The body is empty" if not text.strip() else f"The body is not JSON: {_told(error.msg)}"
        raise MalformedBody(what, error.pos, error.lineno, error.colno) from None
    except (_Refused, RecursionError, ValueError):  # ValueError: Python's own bound of the digits of an integer
        raise _reason(text) or MalformedBody("The body is not JSON that can be read") from None
    if len(text) > LONGEST_NUMBER and _LONG.search(text) and (reason := _reason(text)):
        raise reason
    if text.count("{") + text.count("[") > DEEPEST:
        _check_depth(text)
    if "\\u" in text:
        _check_surrogates(text, value)
    return value


def _told(message: str) -> str:
    return f"{message[:1].lower()}{message[1:]}"


_LONG = re.compile(rf"[0-9]{{{LONGEST_NUMBER}}}")
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)


def _check_depth(text: str) -> None:
    depth = 0
    for token in _TOKEN.finditer(text):
        if token[0] in "{[":
            depth += 1
            if depth > DEEPEST:
                raise _too_deep(text[: token.start()])
        elif token[0] in "}]":
            depth -= 1


def _too_deep(before: str) -> MalformedBody:
    return MalformedBody.at(before, f"The body has more than {DEEPEST} arrays and objects inside one another")


def _check_surrogates(text: str, value: Json) -> None:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        half = re.search(r"\\u[dD][89a-fA-F]", text)
        raise MalformedBody.at(text[: half.start()] if half else "", "The body has half a surrogate pair") from None


def _reason(text: str) -> MalformedBody | None:
    """What the decoder's hooks refuse in a text, and where."""
    names: list[set[str] | None] = []
    tokens = list(_TOKEN.finditer(text))
    for token, following in zip(tokens, [*tokens[1:], None], strict=True):
        before, written = text[: token.start()], token[0]
        if written in ("{", "["):
            names.append(set() if written == "{" else None)
            if len(names) > DEEPEST:
                return _too_deep(before)
        elif written in ("}", "]"):
            names.pop()
        elif written[0] == '"' and following is not None and following[0] == ":" and names and names[-1] is not None:
            name = json.loads(written)
            if name in names[-1]:
                return MalformedBody.at(before, f"The member {name!r} is there twice")
            names[-1].add(name)
        elif written.lstrip("-") in ("NaN", "Infinity"):
            return MalformedBody.at(before, f"{written} is not JSON")
        elif written[0] in "-0123456789" and _is_refused(written):
            return MalformedBody.at(before, "The number is too large")
    return None


def _is_refused(number: str) -> bool:
    try:
        return len(number) > LONGEST_NUMBER or abs(float(number)) == float("inf")
    except ValueError:
        return False
