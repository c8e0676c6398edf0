"""Every documented answer as a file, for those who serve files or want to read them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mock_server.answers import Answer
from mock_server.negotiation.preferences import Preferences
from mock_server.operations import Pipeline
from mock_server.refusals import Refusal
from mock_server.requests import Request

if TYPE_CHECKING:
    from mock_server.table import Place, Table
    from specs import MediaType, Response

_ENDINGS = {
    "json": ".json",
    "xml": ".xml",
    "plain": ".txt",
    "html": ".html",
    "csv": ".csv",
    "x-www-form-urlencoded": ".txt",
}


def write_answers(table: Table, folder: Path) -> int:
    """Write each answer as `<api>/<operation>/<status>[-<example>].<ending>`, and `index.json`, which lists them.

    Gives the number of answers. Raises OSError where the folder cannot be written.
    """
    index: list[dict[str, Any]] = []
    for place in table.places:
        below = Path(place.served.api.name) / _file_name(place.operation.id)
        (folder / below).mkdir(parents=True, exist_ok=True)
        for name, answer in _answers(place):
            path = below / name
            (folder / path).write_bytes(answer.body)
            headers = {key.decode(): value.decode("latin-1") for key, value in answer.headers}
            entry = {"api": place.served.api.name, "operation": place.operation.id, "method": place.operation.method}
            index.append({**entry, "path": place.path, "status": answer.status, "headers": headers, "file": str(path)})
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "index.json").write_text(json.dumps(index, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return len(index)


def _answers(place: Place) -> Iterator[tuple[str, Answer]]:
    pipeline = Pipeline(place.operation, place.served)
    for response in place.operation.responses:
        status = 500 if response.status == "default" else int(response.status.upper().replace("XX", "00"))
        for media, example in _choices(response):
            scope = {"method": place.operation.method, "query_string": b"", "headers": _accept(media)}
            try:
                answer = pipeline.preferred(Request(scope, {}, 0.0), Preferences(code=status, example=example))
            except Refusal:
                continue
            middle = f"-{_file_name(example)}" if example else ""
            yield f"{response.status}{middle}{_ending(media)}", answer


def _choices(response: Response) -> Iterator[tuple[MediaType | None, str | None]]:
    if not response.content:
        yield None, None
    for media in response.content:
        if media.examples:
            yield from ((media, example.name) for example in media.examples)
        else:
            yield media, None


def _accept(media: MediaType | None) -> list[tuple[bytes, bytes]]:
    return [(b"accept", media.name.encode("latin-1", "replace"))] if media else []


def _ending(media: MediaType | None) -> str:
    if media is None:
        return ".txt"
    subtype = media.essence.rpartition("/")[2].rpartition("+")[2]
    return _ENDINGS.get(subtype, ".bin")


def _file_name(text: str) -> str:
    return re.sub(r"[^\w.-]+", "_", text).strip(".") or "_"
