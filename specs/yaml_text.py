"""YAML text to JSON values and back, and the lines of its places; the only room that knows YAML's library.

Built from the parser's events, without a tree of nodes in between: a fifth of the time, a fraction of the memory.
Scalars are what YAML 1.2 takes them for: no dates, no octals by a leading zero, no yes and no. Keys are text.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceStartEvent,
)

from specs import pointers

try:
    from yaml import CSafeLoader as _Loader
except ImportError:  # PyYAML without libyaml
    from yaml import SafeLoader as _Loader  # type: ignore[assignment]

DEEPEST = 500
_MERGE = "tag:yaml.org,2002:merge"
_WORDS = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys(("~", "null", "Null", "NULL", ""), None),
}
_INTEGER = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_NUMBER = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_FIRST = frozenset("-+.0123456789tTfFnN~")


class BadYaml(Exception):
    """Text that is no YAML, or more than JSON can hold; `line` from 1, where it is known."""

    def __init__(self, message: str, line: int | None = None) -> None:
        self.line = line
        super().__init__(message)


def value_of(text: str) -> Any:
    """The JSON value of a YAML document; what its aliases stand for is shared. Raises BadYaml."""
    loader = None
    try:
        loader = _Loader(text)
        return _Reader(loader.get_event).document()
    except yaml.MarkedYAMLError as error:
        problem = (error.problem or "cannot be parsed").replace("\n", " ")
        raise BadYaml(problem, error.problem_mark.line + 1 if error.problem_mark else None) from None
    except yaml.YAMLError as error:
        raise BadYaml(str(error).replace("\n", " ")) from None
    except RecursionError:
        raise BadYaml("nested too deeply") from None
    finally:
        if loader is not None:
            loader.dispose()


def nodes_of(text: str) -> yaml.Node | None:
    """The tree of a document, for `line_of`; None where there is none."""
    try:
        return yaml.compose(text, Loader=_Loader)
    except (yaml.YAMLError, RecursionError):
        return None


def line_of(node: yaml.Node, pointer: str) -> int:
    """The line, from 1, of the value at `pointer`, or of its nearest known ancestor; a member's: that of its key."""
    line: int = node.start_mark.line + 1
    for token in pointers.split(pointer):
        key, child = _child(node, token)
        if child is None:
            break
        node, line = child, (key or child).start_mark.line + 1
    return line


def _child(node: yaml.Node, token: str) -> tuple[yaml.Node | None, yaml.Node | None]:
    if isinstance(node, yaml.MappingNode):
        for key, child in node.value:
            if key.value == token:
                return key, child
        for key, merged in node.value:
            if key.tag == _MERGE and isinstance(merged, yaml.MappingNode):
                found = _child(merged, token)
                if found[1] is not None:
                    return found
    elif isinstance(node, yaml.SequenceNode) and token.isdigit() and int(token) < len(node.value):
        return None, node.value[int(token)]
    return None, None


def written(value: Any) -> str:
    """A JSON value as YAML text, members in their order."""
    text: str = yaml.safe_dump(value, sort_keys=False, allow_unicode=True, width=120)
    return text


class _Mapping:
    """An object that is being read: `key` waits for its value."""

    __slots__ = ("key", "merged", "merging", "value")

    def __init__(self) -> None:
        self.value: dict[str, Any] = {}
        self.key: str | None = None
        self.merging = False
        self.merged: list[dict[str, Any]] = []

    def name(self, event: ScalarEvent) -> None:
        """Take a key."""
        self.merging = event.value == "<<" and event.implicit[0] and event.tag is None
        if event.value in self.value and not self.merging:
            raise BadYaml(f"the key {event.value!r} stands here twice", _line(event))
        self.key = event.value

    def take(self, value: Any, line: int) -> None:
        """Take the value of the key."""
        if self.merging:
            others = value if isinstance(value, list) else [value]
            if not all(isinstance(other, dict) for other in others):
                raise BadYaml("only objects can be merged", line)
            self.merged += others
        elif self.key is not None:
            self.value[self.key] = value
        self.key, self.merging = None, False

    def close(self) -> dict[str, Any]:
        """The object: what was merged first, the nearer before the farther, then its own."""
        if self.merged:
            own = dict(self.value)
            self.value.clear()
            for other in reversed(self.merged):
                self.value.update(other)
            self.value.update(own)
        return self.value


class _Reader:
    """Reads one document from its events."""

    def __init__(self, event: Callable[[], Any]) -> None:
        self._event = event
        self._anchors: dict[str, tuple[Any, ScalarEvent | None]] = {}
        self._open: list[_Mapping | list[Any]] = []

    def document(self) -> Any:
        """The value of the one document of the stream; None where there is none."""
        self._event()
        if not isinstance(self._event(), DocumentStartEvent):
            return None
        value = self._value()
        self._event()
        event = self._event()
        if isinstance(event, DocumentStartEvent):
            raise BadYaml("a second document begins here", _line(event))
        return value

    def _value(self) -> Any:
        around = self._open
        while True:
            event = self._event()
            kind = type(event)
            if kind is ScalarEvent or kind is AliasEvent:
                value, named = self._named(event) if kind is AliasEvent else (None, event)
                if around and isinstance(around[-1], _Mapping) and around[-1].key is None:
                    self._key(around[-1], named, event)
                    continue
                if kind is ScalarEvent:
                    value = _scalar(event)
                    if event.anchor:
                        self._anchors[event.anchor] = value, event
            elif kind is MappingStartEvent or kind is SequenceStartEvent:
                self._begin(event, kind is MappingStartEvent)
                continue
            else:
                closed = around.pop()
                value = closed.close() if isinstance(closed, _Mapping) else closed
            if not around:
                return value
            top = around[-1]
            if isinstance(top, _Mapping):
                top.take(value, _line(event))
            else:
                top.append(value)

    def _named(self, event: Any) -> tuple[Any, ScalarEvent | None]:
        try:
            return self._anchors[event.anchor]
        except KeyError:
            raise BadYaml(f"there is no anchor {event.anchor!r} above", _line(event)) from None

    def _key(self, mapping: _Mapping, named: ScalarEvent | None, event: Any) -> None:
        if named is None:
            raise BadYaml("a key must be text", _line(event))
        if event is named and event.anchor:
            self._anchors[event.anchor] = event.value, event
        mapping.name(named)

    def _begin(self, event: Any, is_mapping: bool) -> None:
        top = self._open[-1] if self._open else None
        line = _line(event)
        if isinstance(top, _Mapping) and top.key is None:
            raise BadYaml("a key must be text", line)
        if len(self._open) >= DEEPEST:
            raise BadYaml("nested too deeply", line)
        if event.tag not in (None, "!", "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq"):
            raise BadYaml(f"the tag {event.tag} is not known", line)
        begun: _Mapping | list[Any] = _Mapping() if is_mapping else []
        if event.anchor:
            self._anchors[event.anchor] = begun.value if isinstance(begun, _Mapping) else begun, None
        self._open.append(begun)


def _line(event: Any) -> int:
    return int(event.start_mark.line) + 1


def _scalar(event: ScalarEvent) -> Any:
    text, tag = event.value, event.tag
    if tag is None or tag == "!":
        return _plain(text) if event.implicit[0] and tag is None else text
    kind = tag.removeprefix("tag:yaml.org,2002:")
    if kind in ("str", "timestamp", "binary"):
        return text
    value = _plain(text)
    if kind == "float" and type(value) is int:
        return float(value)
    if kind not in ("int", "float", "bool", "null"):
        raise BadYaml(f"the tag {tag} is not known", _line(event))
    return value


def _plain(text: str) -> Any:
    if text and text[0] not in _FIRST:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        try:
            return int(text, 0) if text[:2] in ("0x", "0o") else int(text)
        except ValueError as error:  # longer than Python reads at once
            raise BadYaml(str(error)) from None
    return float(text) if _NUMBER.fullmatch(text) else text
