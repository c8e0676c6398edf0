"""Calls of the control API whose answers are held against its own document."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import httpx

import specs
from mock_server.control.api import DOCUMENT
from mock_server.routing import Router
from mock_server.schemas import compile_schema

ROOT = "/_mock/api"
Control = Callable[..., httpx.Response]


@cache
def document() -> specs.Api:
    return specs.load(DOCUMENT)


@cache
def _router() -> Router[specs.Operation]:
    router: Router[specs.Operation] = Router()
    for operation in document().operations:
        router.add(operation.method, operation.path, operation)
    return router


def controlling(ask: Callable[..., httpx.Response]) -> Control:
    """`control("GET", "/worlds")` asks, and checks that the answer is a documented one."""

    def control(method: str, path: str, json: Any = None, world: str | None = None, **kwargs: Any) -> httpx.Response:
        if world is not None:
            kwargs["headers"] = {**kwargs.get("headers", {}), "X-Mock-World": world}
        if json is not None:
            kwargs["json"] = json
        response = ask(method, ROOT + path, **kwargs)
        check(response, method, path.partition("?")[0])
        return response

    return control


def check(response: httpx.Response, method: str, path: str) -> None:
    """Whether an answer is one that the document of the control API promises."""
    found = _router().find(path)
    if found is None or method not in found[0].methods:
        assert response.status_code in (404, 405)
        return
    documented = found[0].methods[method][1].response_for(response.status_code)
    assert documented is not None, response.text
    if not documented.content:
        assert response.content == b""
        return
    media = next(each for each in documented.content if each.name == response.headers["content-type"])
    compile_schema(media.schema, document().document).validate(response.json())
