"""Every documented answer as a file, for those who serve files or want to read them."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from itertools import count
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
    "yaml": ".yaml",
    "event-stream": ".txt",
    "x-www-form-urlencoded": ".txt",
}


_LONGEST = 60
"""Characters of the name of a file or folder, of which systems take 255 bytes."""


def write_answers(table: Table, folder: Path) -> int:
    """Write each answer as `<api>/<operation>/<status>[-<example>].<ending>`, and `index.json`, which lists them.

    Where two would have one name, the second has its media type in it. Gives the number of answers. Raises OSError
    where the folder cannot be written.
    """
    index: list[dict[str, Any]] = []
    taken: set[str] = set()
    for place in table.places:
        below = Path(_file_name(place.served.api.name)) / _file_name(place.operation.id)
        (folder / below).mkdir(parents=True, exist_ok=True)
        for names, answer in _answers(place):
            path = next(below / name for name in names if str(below / name).lower() not in taken)
            taken.add(str(path).lower())  # for file systems that do not tell cases apart
            (folder / path).write_bytes(answer.body)
            headers = {key.decode(): value.decode("latin-1") for key, value in answer.headers}
            entry = {"api": place.served.api.name, "operation": place.operation.id, "method": place.operation.method}
            index.append({**entry, "path": place.path, "status": answer.status, "headers": headers, "file": str(path)})
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "index.json").write_text(json.dumps(index, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return len(index)


def _answers(place: Place) -> Iterator[tuple[Iterator[str], Answer]]:
    """Each answer of an operation, with names for its file, the best first."""
    pipeline = Pipeline(place.operation, place.served)
    for response in place.operation.responses:
        status = 500 if response.status == "default" else int(response.status.upper().replace("XX", "00"))
        for media, example in _choices(response):
            scope = {"method": place.operation.method, "query_string": b"", "headers": _accept(media)}
            try:
                answer = pipeline.preferred(Request(scope, {}, 0.0), Preferences(code=status, example=example))
            except Refusal:
                continue
            yield _names(response.status, example, media), answer


def _names(status: str, example: str | None, media: MediaType | None) -> Iterator[str]:
    start, ending = status + (f"-{_file_name(example)}" if example else ""), _ending(media)
    yield f"{start}{ending}"
    if media is not None:
        start = f"{start}-{_file_name(media.name.partition('/')[2])}"
        yield f"{start}{ending}"
    yield from (f"{start}-{number}{ending}" for number in count(2))


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
    name = re.sub(r"[^\w.-]+", "_", text).strip(".") or "_"
    return name if len(name) <= _LONGEST else f"{name[:_LONGEST]}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"
