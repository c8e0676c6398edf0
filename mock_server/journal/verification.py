"""Was this called N times? If not, which calls came nearest, and how did they differ."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any
from urllib.parse import parse_qsl, unquote

from mock_server.journal.entries import redactor_of
from mock_server.journal.noted import Noted
from mock_server.schemas import shown
from specs import pointers

Json = Any
NEAREST = 3
"""How many near misses are told."""

_PARAMETER = re.compile(r"\{[^{}]+\}")
_SPECIAL, _WILD = re.compile(r"[\[?]"), re.compile(r"\*+")
_NOTHING: Any = object()


def verify(exchanges: Iterable[Noted], asked: Mapping[str, Json], times: Mapping[str, int]) -> Json:
    """How often the request was received, and whether that is as often as it should be.

    `asked` may name `operation`, `method`, `path` (with `{...}` or `*` for any segment), `query`, `headers` and
    `body`; what it does not name may be anything, so may further members of objects. `times` may name `exactly`,
    `at_least` and `at_most`; without any, at least one is asked for.
    """
    matching: list[int] = []
    missed: list[tuple[float, int, Noted, list[dict[str, Json]]]] = []
    for noted in exchanges:
        differing = list(_differences(noted, asked))
        if not differing:
            matching.append(noted.number)
        else:
            missed.append((_distance(differing), -noted.number, noted, differing))
    verified = _as_often(len(matching), times or {"at_least": 1})
    too_few = len(matching) < max(times.get("exactly", 0), times.get("at_least", 0 if times else 1))
    nearest = sorted(missed, key=lambda miss: miss[:2])[:NEAREST] if too_few else []
    return {
        "verified": verified,
        "count": len(matching),
        "matching": matching[-100:],
        "near_misses": [
            {
                "number": noted.number,
                "method": noted.method,
                "path": redactor_of(noted).text(noted.path),
                "differences": differing,
            }
            for _, _, noted, differing in nearest
        ],
    }


def _as_often(count: int, times: Mapping[str, int]) -> bool:
    if "exactly" in times and count != times["exactly"]:
        return False
    return count >= times.get("at_least", 0) and count <= times.get("at_most", count)


def _distance(differing: list[dict[str, Json]]) -> float:
    """How far a call is from what was asked for: another method or path weighs more than another value."""
    return sum(_weight(difference) for difference in differing)


def _weight(difference: Mapping[str, str]) -> float:
    if difference["where"] != "path":
        return {"operation": 5, "method": 3, "body": 2}.get(difference["where"], 1)
    asked, sent = difference["expected"].split("/"), difference["got"].split("/")
    same = sum(_fits_segment(one, other) for one, other in zip(asked, sent, strict=False))
    return 2 + 4 * (1 - same / max(len(asked), len(sent)))


def _differences(noted: Noted, asked: Mapping[str, Json]) -> Iterator[dict[str, Json]]:
    operation = noted.operation.id if noted.operation else None
    if asked.get("operation", operation) != operation:
        yield _difference(noted, "operation", asked["operation"], operation)
    if "method" in asked and asked["method"].upper() != noted.method:
        yield _difference(noted, "method", asked["method"].upper(), noted.method)
    if "path" in asked and not _fits(asked["path"], noted.path):
        yield _difference(noted, "path", asked["path"], noted.path)
    query = parse_qsl(noted.query.decode("latin-1"), keep_blank_values=True)
    yield from _fields(noted, "query", asked.get("query", {}), query)
    headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in noted.headers]
    named = {name.lower(): value for name, value in asked.get("headers", {}).items()}
    yield from _fields(noted, "headers", named, headers)
    if "body" in asked:
        for where, expected, got in _unlike(asked["body"], _value(noted), ""):
            yield _difference(noted, f"body{where}", expected, got)


def _fields(
    noted: Noted, place: str, asked: Mapping[str, Json], sent: list[tuple[str, str]]
) -> Iterator[dict[str, Json]]:
    for name, expected in asked.items():
        values = [value for given, value in sent if given == name]
        if str(expected) not in values:
            yield _difference(noted, f"{place}/{pointers.escape(name)}", expected, ", ".join(values) or _NOTHING)


def _unlike(asked: Json, sent: Json, where: str) -> Iterator[tuple[str, Json, Json]]:
    if isinstance(asked, Mapping) and isinstance(sent, Mapping):
        for name, value in asked.items():
            yield from _unlike(value, sent.get(name, _NOTHING), pointers.join(where, name))
    elif isinstance(asked, list) and isinstance(sent, list) and len(asked) == len(sent):
        for index, (one, other) in enumerate(zip(asked, sent, strict=True)):
            yield from _unlike(one, other, pointers.join(where, index))
    elif asked != sent or isinstance(asked, bool) is not isinstance(sent, bool):
        yield where, asked, sent


def _value(noted: Noted) -> Json:
    if not noted.body:
        return _NOTHING
    try:
        return json.loads(noted.body)
    except (ValueError, RecursionError):
        return noted.body.decode("utf-8", "replace")


def _fits(template: str, path: str) -> bool:
    if path in {template, unquote(template)}:
        return True
    asked, sent = template.split("/"), path.split("/")
    return len(asked) == len(sent) and all(map(_fits_segment, asked, sent))


def _fits_segment(template: str, segment: str) -> bool:
    """Whether a segment of a path is asked for; a `*` and a `{...}` stand for any text but none."""
    pattern = _WILD.sub("?*", _SPECIAL.sub(r"[\g<0>]", _PARAMETER.sub("*", template)))
    return fnmatchcase(segment, pattern)  # in time that does not explode, whatever is asked for


def _difference(noted: Noted, where: str, expected: Json, got: Json) -> dict[str, Json]:
    redactor, name = redactor_of(noted), where.rpartition("/")[2]
    return {
        "where": where,
        "expected": redactor.value(name, _text(expected)),
        "got": "nothing" if got is _NOTHING else redactor.value(name, _text(got)),
    }


def _text(value: Json) -> str:
    return value if isinstance(value, str) else shown(value)
