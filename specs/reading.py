"""Files to JSON values: YAML and JSON read as text says them, with the line of every place.

Timestamps stay text, keys are always text, only `true`/`false` are booleans, duplicate keys are errors.
"""

from __future__ import annotations

import codecs
import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from specs.errors import UnreadableDocument
from specs.yaml_text import BadYaml, line_of, nodes_of, value_of, written

__all__ = ["MAX_BYTES", "SourceFile", "parse", "read", "text_of", "written"]

MAX_BYTES = 64 * 1024 * 1024
MAX_VALUES = 20_000_000
MAX_LOCATED = 4 * 1024 * 1024
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True)
class SourceFile:
    """A file that was read: its text, and the JSON value it holds. `value` must not be changed.

    What was fetched has a `url`, and the path of that.
    """

    path: Path
    text: str
    value: Any
    url: str = ""

    @property
    def location(self) -> str:
        """The absolute path or URL the file was read from."""
        return self.url or str(self.path.resolve())

    @property
    def shown(self) -> Path | str:
        """What messages call the file."""
        return self.url or self.path

    def line(self, pointer: str) -> int | None:
        """The line, from 1, where the value at `pointer` stands, or its nearest known ancestor; a member: its key."""
        return None if self._nodes is None else line_of(self._nodes, pointer)

    @cached_property
    def _nodes(self) -> Any:
        return None if len(self.text) > MAX_LOCATED else nodes_of(self.text)


def read(path: Path) -> SourceFile:
    """Reads a YAML or JSON file. Raises UnreadableDocument, with the line where there is one."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise UnreadableDocument(f"is larger than {MAX_BYTES // 2**20} MiB", file=path)
        data = path.read_bytes()
    except FileNotFoundError:
        raise UnreadableDocument("there is no such file", file=path, hint="Check the path.") from None
    except IsADirectoryError:
        raise UnreadableDocument("is a folder, not a file", file=path) from None
    except OSError as error:
        raise UnreadableDocument(f"cannot be read: {error.strerror}", file=path) from None
    text = text_of(data, path)
    return SourceFile(path, text, parse(text, path))


def text_of(data: bytes, name: Path | str) -> str:
    """Bytes as text: UTF-8, or UTF-16 where they begin by saying so. `name` is for the messages."""
    try:
        return data.decode("utf-16" if data.startswith(_UTF_16) else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UnreadableDocument("is not UTF-8 text", file=name, line=line) from None


def parse(text: str, path: Path, name: Path | str = "") -> Any:
    """The JSON value that YAML or JSON text holds; `path` tells which by its ending, and is named in messages.

    `name` stands in for it there.
    """
    name = name or path
    if text.lstrip()[:1] in ("{", "["):
        try:
            return json.loads(text, object_pairs_hook=_unique_members)
        except json.JSONDecodeError as error:
            if path.suffix == ".json":
                raise UnreadableDocument(f"is not JSON: {error.msg}", file=name, line=error.lineno) from None
        except _Twice as twice:
            line = _line_of_second(text)
            raise UnreadableDocument(f"the key {twice} stands twice in one object", file=name, line=line) from None
        except RecursionError:
            raise UnreadableDocument("is nested too deeply", file=name) from None
    try:
        value = value_of(text)
        if "*" in text:
            _refuse_bombs(value, name)
    except BadYaml as error:
        raise UnreadableDocument(f"is not YAML: {error}", file=name, line=error.line) from None
    except RecursionError:
        raise UnreadableDocument("is nested too deeply, or contains itself", file=name) from None
    return value


class _Twice(Exception):
    pass


def _unique_members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        keys = [key for key, _ in pairs]
        raise _Twice(repr(next(key for key in keys if keys.count(key) > 1)))
    return value


def _line_of_second(text: str) -> int | None:
    """The line of the first key that stands twice: JSON is YAML as well, whose reader knows lines."""
    try:
        value_of(text)
    except BadYaml as error:
        return error.line
    return None


def _refuse_bombs(value: Any, name: Path | str) -> None:
    """Aliases share values in memory, but not when written out: bounds the size of what would be written."""
    sizes: dict[int, int] = {}

    def size(node: Any) -> int:
        if not isinstance(node, dict | list):
            return 1
        if id(node) not in sizes:
            sizes[id(node)] = MAX_VALUES  # what contains itself has no end
            sizes[id(node)] = 1 + sum(map(size, node.values() if isinstance(node, dict) else node))
        return sizes[id(node)]

    if size(value) >= MAX_VALUES:
        raise UnreadableDocument("its aliases unfold to more than can be held", file=name)
