"""Files to JSON values: YAML and JSON read as text says them, with the line of every place.

Timestamps stay text, keys are always text, only `true`/`false` are booleans, duplicate keys are errors.
"""

from __future__ import annotations

import json
import re
from collections.abc import Hashable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from specs import pointers
from specs.errors import UnreadableDocument

try:
    from yaml import CSafeLoader as _Base
except ImportError:  # PyYAML without libyaml
    from yaml import SafeLoader as _Base  # type: ignore[assignment]

MAX_BYTES = 64 * 1024 * 1024
MAX_VALUES = 20_000_000
MAX_LOCATED = 4 * 1024 * 1024


class _Loader(_Base):
    """YAML 1.2's idea of scalars: no dates, no octals by a leading zero, no yes/no/on/off."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 (PyYAML's own attribute)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        self.flatten_mapping(node)
        mapping: dict[Hashable, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                raise yaml.constructor.ConstructorError(None, None, "a key must be text", key_node.start_mark)
            mapping[key_node.value] = self.construct_object(value_node, deep=deep)
        return mapping

    def flatten_mapping(self, node: yaml.MappingNode) -> None:
        seen: set[str] = set()
        for key_node, _ in node.value:
            if isinstance(key_node, yaml.ScalarNode) and key_node.tag != "tag:yaml.org,2002:merge":
                if key_node.value in seen:
                    raise yaml.constructor.ConstructorError(
                        None, None, f"the key {key_node.value!r} stands here twice", key_node.start_mark
                    )
                seen.add(key_node.value)
        super().flatten_mapping(node)


def _int(_: _Loader, node: yaml.ScalarNode) -> int:
    text = str(node.value)
    return int(text, 0) if text[:2] in ("0x", "0o") else int(text)


def _float(_: _Loader, node: yaml.ScalarNode) -> float:
    return float(str(node.value).replace(".inf", "inf").replace(".nan", "nan"))


for _tag, _pattern, _first in (
    ("bool", r"^(?:true|True|TRUE|false|False|FALSE)$", "tTfF"),
    ("float", r"^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$", "-+0123456789."),
    ("int", r"^(?:[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)$", "-+0123456789"),
    ("merge", r"^<<$", "<"),
    ("null", r"^(?:~|null|Null|NULL|)$", "~nN\0"),
):
    for _c in _first:
        _resolvers = _Loader.yaml_implicit_resolvers.setdefault("" if _c == "\0" else _c, [])
        _resolvers.insert(0, (f"tag:yaml.org,2002:{_tag}", re.compile(_pattern)))
_Loader.add_constructor("tag:yaml.org,2002:int", _int)
_Loader.add_constructor("tag:yaml.org,2002:float", _float)


@dataclass(frozen=True)
class SourceFile:
    """A file that was read: its text, and the JSON value it holds. `value` must not be changed."""

    path: Path
    text: str
    value: Any

    def line(self, pointer: str) -> int | None:
        """The line, from 1, where the value at `pointer` stands, or its nearest known ancestor; a member: its key."""
        node, line = self._nodes, None
        if node is None:
            return None
        line = node.start_mark.line + 1
        for token in pointers.split(pointer):
            key, child = _child(node, token)
            if child is None:
                break
            node, line = child, (key or child).start_mark.line + 1
        return line

    @cached_property
    def _nodes(self) -> yaml.Node | None:
        if len(self.text) > MAX_LOCATED:
            return None
        try:
            return yaml.compose(self.text, Loader=_Loader)
        except (yaml.YAMLError, RecursionError):
            return None


def _child(node: yaml.Node, token: str) -> tuple[yaml.Node | None, yaml.Node | None]:
    if isinstance(node, yaml.MappingNode):
        for key, child in node.value:
            if key.value == token:
                return key, child
        for key, merged in node.value:
            if key.tag == "tag:yaml.org,2002:merge" and isinstance(merged, yaml.MappingNode):
                found = _child(merged, token)
                if found[1] is not None:
                    return found
    elif isinstance(node, yaml.SequenceNode) and token.isdigit() and int(token) < len(node.value):
        return None, node.value[int(token)]
    return None, None


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
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UnreadableDocument("is not UTF-8 text", file=path, line=line) from None
    return SourceFile(path, text, parse(text, path))


def parse(text: str, path: Path) -> Any:
    """The JSON value that YAML or JSON text holds. `path` is for the messages."""
    looks_like_json = text.lstrip()[:1] in ("{", "[")
    if looks_like_json:
        try:
            return json.loads(text, object_pairs_hook=_unique_members(path))
        except json.JSONDecodeError as error:
            if path.suffix == ".json":
                raise UnreadableDocument(f"is not JSON: {error.msg}", file=path, line=error.lineno) from None
        except RecursionError:
            raise UnreadableDocument("is nested too deeply", file=path) from None
    try:
        value = yaml.load(text, Loader=_Loader)  # noqa: S506 (a SafeLoader)
        if "*" in text:
            _refuse_bombs(value, path)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        problem = (error.problem or "cannot be parsed").replace("\n", " ")
        raise UnreadableDocument(f"is not YAML: {problem}", file=path, line=mark.line + 1 if mark else None) from None
    except yaml.YAMLError as error:
        raise UnreadableDocument(f"is not YAML: {error}".replace("\n", " "), file=path) from None
    except ValueError as error:
        raise UnreadableDocument(f"is not YAML: {error}", file=path) from None
    except RecursionError:
        raise UnreadableDocument("is nested too deeply, or contains itself", file=path) from None
    return value


def _unique_members(path: Path) -> Any:
    def members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        value = dict(pairs)
        if len(value) != len(pairs):
            keys = [key for key, _ in pairs]
            twice = next(key for key in keys if keys.count(key) > 1)
            raise UnreadableDocument(f"the key {twice!r} stands twice in one object", file=path)
        return value

    return members


def _refuse_bombs(value: Any, path: Path) -> None:
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
        raise UnreadableDocument("its aliases unfold to more than can be held", file=path)


def written(value: Any) -> str:
    """A JSON value as YAML text, members in their order."""
    text: str = yaml.safe_dump(value, sort_keys=False, allow_unicode=True, width=120)
    return text
