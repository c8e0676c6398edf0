"""Sending a request of the corpus to a mock in process, and comparing what came with what was expected."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
import jsonschema_rs

from mock_server import MockOptions, create_app
from specs import pointers
from tests.conformance.corpus import Asked, Case, Expected, Sheet

Json = Any


def differences(case: Case) -> list[str]:
    """What is otherwise than expected at the first step that differs, in sentences; none where the mock conforms."""
    app = _app(case.sheet) if len(case.steps) == 1 else _new_app(case.sheet)
    kept: dict[str, Json] = {}
    for number, step in enumerate(case.steps, 1):
        answer = asyncio.run(_send(app, _with_values(step.asked, kept)))
        found = list(_compared(answer, step.expected))
        if found:
            return found if len(case.steps) == 1 else [f"step {number}: {line}" for line in found]
        kept.update({name: pointers.resolve(answer.json(), pointer) for name, pointer in step.keep.items()})
    return []


def _with_values(asked: Asked, kept: Mapping[str, Json]) -> Asked:
    path = asked.path
    for name, value in kept.items():
        path = path.replace(f"{{{name}}}", str(value))
    return replace(asked, path=path)


_apps: dict[str, Any] = {}


def _app(sheet: Sheet) -> Any:
    key = f"{sheet.name} {sheet.options}"
    if key not in _apps:
        _apps[key] = _new_app(sheet)
    return _apps[key]


def _new_app(sheet: Sheet) -> Any:
    with TemporaryDirectory() as folder:
        return create_app(sheet.write(Path(folder)), MockOptions(**sheet.options))


async def _send(app: Any, asked: Asked) -> httpx.Response:
    content: dict[str, Any] = {}
    headers = asked.fields()
    if asked.json is not ...:
        content["json"] = asked.json
    elif asked.text is not None:
        content["content"] = asked.text.encode()
    elif asked.form is not None:
        content["content"] = str(httpx.QueryParams([(name, value) for name, value in asked.form])).encode()
        headers.append(("Content-Type", "application/x-www-form-urlencoded"))
    elif asked.parts is not None:
        content["files"] = asked.multipart()
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://mock") as client:
        client.headers.clear()
        return await client.request(asked.method, asked.path, headers=headers, **content)


def _compared(answer: httpx.Response, expected: Expected) -> Iterator[str]:
    if not _is_status(answer.status_code, expected.status):
        yield f"status {answer.status_code}, expected {expected.status}; body: {answer.text[:600]}"
        return
    for name, value in expected.headers.items():
        yield from _header(name, answer.headers.get(name), value)
    if expected.empty and answer.content:
        yield f"a body, expected none: {answer.text[:300]}"
    if expected.text is not None and answer.text != expected.text:
        yield f"body {answer.text!r}, expected {expected.text!r}"
    if expected.like is not None and not re.search(expected.like, answer.text):
        yield f"body {answer.text!r}, expected something like {expected.like!r}"
    if any(member is not ... for member in (expected.json, expected.contains, expected.schema)) or expected.absent:
        yield from _json(answer, expected)


def _is_status(got: int, expected: Json) -> bool:
    if isinstance(expected, list):
        return got in expected
    return str(got).startswith(expected[0]) if isinstance(expected, str) else bool(got == expected)


def _header(name: str, got: str | None, expected: Json) -> Iterator[str]:
    if isinstance(expected, Mapping):
        if got is None or not re.search(expected["like"], got):
            yield f"header {name}: {got!r}, expected something like {expected['like']!r}"
    elif got != expected:
        yield f"header {name}: {got!r}, expected {expected!r}"


def _json(answer: httpx.Response, expected: Expected) -> Iterator[str]:
    try:
        body = answer.json()
    except ValueError:
        yield f"a body that is no JSON: {answer.text[:300]!r}"
        return
    if expected.json is not ... and not _equal(body, expected.json):
        yield f"body {body!r}, expected {expected.json!r}"
    if expected.contains is not ... and not _contains(body, expected.contains):
        yield f"body {body!r}, expected to contain {expected.contains!r}"
    if expected.schema is not ...:
        validator = jsonschema_rs.Draft202012Validator(expected.schema, validate_formats=True)
        for error in validator.iter_errors(body):
            yield f"body {body!r} does not fit: {error.message}"
    for name in expected.absent:
        if isinstance(body, Mapping) and name in body:
            yield f"body {body!r} has {name!r}, expected not to"


def _equal(got: Json, expected: Json) -> bool:
    """Equality of JSON values; unlike in Python, true is not 1."""
    if isinstance(got, bool) or isinstance(expected, bool):
        return got is expected
    if isinstance(got, Mapping) and isinstance(expected, Mapping):
        return got.keys() == expected.keys() and all(_equal(got[name], expected[name]) for name in got)
    if isinstance(got, list) and isinstance(expected, list):
        return len(got) == len(expected) and all(map(_equal, got, expected))
    return bool(got == expected)


def _contains(got: Json, expected: Json) -> bool:
    if isinstance(got, Mapping) and isinstance(expected, Mapping):
        return all(name in got and _contains(got[name], value) for name, value in expected.items())
    if isinstance(got, list) and isinstance(expected, list):
        return len(got) >= len(expected) and all(map(_contains, got, expected))
    return _equal(got, expected)
