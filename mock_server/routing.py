"""Which operation a path means: a tree of segments, in front of it the paths that were found before.

The cost of a match does not grow with the number of operations. A static segment wins over a templated one, whatever
their order in the document; a path with or without a trailing slash is found under the other form as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from heapq import nlargest
from itertools import takewhile
from operator import eq
from typing import Generic, TypeVar
from urllib.parse import quote, unquote

T = TypeVar("T")

_KEPT, _SHORT = 2048, 256
"""How many paths of which length are remembered with what they were found to mean."""

_LONGEST = 500
"""The longest segment in which several parameters are looked for: the time that this takes grows with a power of it."""

_LIKELY, _SEGMENT = 40, 8
"""How many paths are compared with one that is not served; how many letters at their beginning a segment counts as."""

_TEMPLATE = re.compile(r"\{([^{}]+)\}")


class RouteCollision(ValueError):
    """Two targets for one method of one path; `other` is the one that was there first."""

    def __init__(self, path: str, method: str, other: object) -> None:
        super().__init__(f"{method} {path}")
        self.path, self.method, self.other = path, method, other


@dataclass(slots=True)
class Route(Generic[T]):
    """What is served at one path: by method (upper case), the names of the path's parameters, and the target."""

    template: str
    methods: dict[str, tuple[tuple[str, ...], T]] = field(default_factory=dict)

    @property
    def allow(self) -> str:
        """The value of an `Allow` header."""
        names = {*self.methods, "OPTIONS"} | ({"HEAD"} if "GET" in self.methods else set())
        return ", ".join(sorted(names))


class _Node(Generic[T]):
    __slots__ = ("exact", "patterns", "route")

    def __init__(self) -> None:
        self.exact: dict[str, _Node[T]] = {}
        self.patterns: list[tuple[str, re.Pattern[str] | None, int, _Node[T]]] = []
        self.route: Route[T] | None = None

    def below(self, segment: str) -> _Node[T]:
        """The node for one segment of a template, made where there is none."""
        if "{" not in segment:
            return self.exact.setdefault(unquote(segment), _Node())
        shape = _TEMPLATE.sub("{}", segment)
        for known, _, _, node in self.patterns:
            if known == shape:
                return node
        literals = [re.escape(part) for part in shape.split("{}")]
        pattern = None if shape == "{}" else re.compile("(.+?)".join(literals))
        node = _Node[T]()
        self.patterns.append((shape, pattern, len(shape), node))
        self.patterns.sort(key=lambda entry: -entry[2])
        return node


class Router(Generic[T]):
    """Finds the target of a method and a path."""

    def __init__(self) -> None:
        self._found: dict[str, tuple[Route[T], tuple[str, ...]]] = {}
        self._root: _Node[T] = _Node()
        self._templates: list[str] = []

    def add(self, method: str, template: str, target: T) -> None:
        """Serve `target` at a path template. Raises RouteCollision where the method is taken."""
        self._found.clear()
        node = self._root
        for segment in template.split("/")[1:]:
            node = node.below(segment)
        if node.route is None:
            node.route = Route(template)
            self._templates.append(template)
        if method in node.route.methods:
            raise RouteCollision(template, method, node.route.methods[method][1])
        node.route.methods[method] = (tuple(_TEMPLATE.findall(template)), target)

    def find(self, path: str, raw_path: bytes | None = None) -> tuple[Route[T], tuple[str, ...]] | None:
        """The route of a decoded path and the values of its parameters (percent-encoded, as they came), or None.

        `raw_path` is the path as sent; with it, an encoded slash belongs to a value and does not part segments.
        """
        found = self._found.get(path)
        if found is not None and (raw_path is None or b"%" not in raw_path):
            return found
        found = self._search(path, raw_path)
        if found is not None and len(path) < _SHORT and (raw_path is None or b"%" not in raw_path):
            if len(self._found) >= _KEPT:
                self._found.clear()
            self._found[path] = found
        return found

    def _search(self, path: str, raw_path: bytes | None) -> tuple[Route[T], tuple[str, ...]] | None:
        segments, other = _readings(path, raw_path)
        root = self._root
        return _walk(root, segments) or next(_all(root, segments, 0), None) or next(_all(root, other, 0), None)

    def find_with(
        self, method: str, path: str, raw_path: bytes | None = None
    ) -> tuple[Route[T], tuple[str, ...]] | None:
        """What `find` gives, of the routes that have this method: one that is less specific may be meant by it."""
        routes = (found for segments in _readings(path, raw_path) for found in _all(self._root, segments, 0))
        return next((found for found in routes if method in found[0].methods), None)

    def near(self, path: str, count: int = 5) -> list[str]:
        """The served path templates that look most like `path`."""
        segments = set(path.split("/"))

        def in_common(template: str) -> int:
            shared = sum(segment in segments for segment in template.split("/"))
            alike = len(list(takewhile(bool, map(eq, path, template))))
            return alike + _SEGMENT * shared

        likely = nlargest(_LIKELY, self._templates[:5000], key=in_common)  # comparing all letter by letter takes long
        return get_close_matches(path, likely, n=count, cutoff=0.5)

    @property
    def templates(self) -> tuple[str, ...]:
        """All served path templates, in the order in which they were added."""
        return tuple(self._templates)

    def __iter__(self) -> Iterator[Route[T]]:
        pending = [self._root]
        while pending:
            node = pending.pop()
            if node.route is not None:
                yield node.route
            pending.extend(node.exact.values())
            pending.extend(entry[3] for entry in node.patterns)


def _walk(node: _Node[T], segments: list[str]) -> tuple[Route[T], tuple[str, ...]] | None:
    """The usual case of a search: at each step the exact segment, else the one plain parameter, and no way back."""
    values: list[str] = []
    for segment in segments:
        below = node.exact.get(segment)
        if below is None:
            if not segment or len(node.patterns) != 1 or node.patterns[0][1] is not None or "%" in segment:
                return None
            below = node.patterns[0][3]
            values.append(segment)
        node = below
    return (node.route, tuple(values)) if node.route is not None else None


def _values(pattern: re.Pattern[str], segment: str) -> tuple[str, ...] | None:
    """The values of a segment with text around its parameters; the text may be percent-encoded as well."""
    if len(segment) > _LONGEST:
        return None
    if match := pattern.fullmatch(segment):
        return match.groups()
    if "%" in segment and (match := pattern.fullmatch(unquote(segment))):
        return tuple(quote(value, safe="") for value in match.groups())
    return None


def _readings(path: str, raw_path: bytes | None) -> tuple[list[str], list[str]]:
    """The segments of a path, and those of the path with (where it has none) or without a slash at its end."""
    if raw_path is not None and b"%" in raw_path:
        path = raw_path.decode("latin-1").partition("?")[0]
    segments = path.split("/")[1:]
    return segments, segments[:-1] if segments[-1:] == [""] and len(segments) > 1 else [*segments, ""]


def _all(node: _Node[T], segments: list[str], at: int) -> Iterator[tuple[Route[T], tuple[str, ...]]]:
    """The routes that segments can mean, the most specific first."""
    if at == len(segments):
        if node.route is not None:
            yield node.route, ()
        return
    segment = segments[at]
    exact = node.exact.get(unquote(segment) if "%" in segment else segment)
    if exact is not None:
        yield from _all(exact, segments, at + 1)
    if not segment:
        return
    for _, pattern, _, below in node.patterns:
        values = (segment,) if pattern is None else _values(pattern, segment)
        if values is not None:
            for route, more in _all(below, segments, at + 1):
                yield route, values + more
