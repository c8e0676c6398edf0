"""The files a document is made of: which may be read, each read once, and what stands where in them."""

from __future__ import annotations

import urllib.parse
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from specs import pointers, structure
from specs.errors import BadReference, UnreadableDocument, UnsafeReference
from specs.reading import SourceFile, read

REMOTE = ("http://", "https://")
MAX_FILES = 1000


@dataclass(frozen=True)
class Carried:
    """A folder that a wheel keeps elsewhere: what references name below `named` is kept below `kept`."""

    named: Path
    kept: Path

    def alias(self, file: Path) -> Path | None:
        """Where `file` is kept; None where it is no file of the folder."""
        return self.kept / file.relative_to(self.named) if file.is_relative_to(self.named) else None


@dataclass(frozen=True)
class Leave:
    """What references may reach: files below `roots`, any file when `outside`, the network when `remote`.

    `fixtures` is the folder whose files are documented exchanges: an example taken from one keeps its name.
    """

    roots: tuple[Path, ...]
    outside: bool = False
    remote: bool = False
    carried: tuple[Carried, ...] = ()
    fixtures: Path | None = None


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a file: the file's location, and the pointer in it."""

    file: str
    pointer: str

    def below(self, *tokens: str) -> Spot:
        """A place further down."""
        return Spot(self.file, pointers.join(self.pointer, *tokens))


@dataclass
class Files:
    """The files that are known, by location, and those that may be read: what `leave` says."""

    leave: Leave
    known: dict[str, SourceFile]
    _moved: dict[str, str] = field(default_factory=dict)
    _ids: dict[str, dict[str, str]] = field(default_factory=dict)
    _anchors: dict[str, dict[str, str]] = field(default_factory=dict)

    def local(self) -> list[Path]:
        """The files of this machine."""
        return [file.path for file in self.known.values() if not file.url]

    def ids(self, file: str) -> dict[str, str]:
        """The `$id` of each schema of a file that has one, by its pointer."""
        if file not in self._ids:
            value = self.known[file].value
            nodes = structure.walk(value, structure.root(value) if isinstance(value, dict) else "document")
            schemas = ((at, node) for at, node, role in nodes if role == "schema" and isinstance(node, dict))
            self._ids[file] = {at: node["$id"] for at, node in schemas if isinstance(node.get("$id"), str)}
        return self._ids[file]

    def anchored(self, file: str, name: str) -> str | None:
        """The pointer of the schema of a file that has this `$anchor`."""
        if file not in self._anchors:
            found = self._anchors[file] = {}
            pending = [("", self.known[file].value)]
            while pending:
                at, node = pending.pop()
                for keyword in ("$anchor", "$dynamicAnchor"):
                    if isinstance(node, dict) and isinstance(node.get(keyword), str):
                        found[node[keyword]] = at
                entries = node.items() if isinstance(node, dict) else enumerate(node)
                pending += [(pointers.join(at, key), child) for key, child in entries if isinstance(child, dict | list)]
        return self._anchors[file].get(name)

    def target(self, ref: str, at: Spot) -> tuple[Spot, Any]:
        """What a reference at a spot leads to, and where that stands: a pointer may lead through other references."""
        path, _, fragment = ref.partition("#")
        file, pointer = self._locate(path, at), urllib.parse.unquote(fragment)
        if pointer and not pointer.startswith("/"):
            pointer = f"/{pointer}" if "/" in pointer else self.anchored(file, pointer) or f"/{pointer}"
        here, value, passed = Spot(file, ""), self.known[file].value, set[Spot]()
        for token in pointers.split(pointer):
            while not pointers.has(value, pointers.join("", token)):
                if not isinstance(value, dict) or not isinstance(value.get("$ref"), str):
                    raise self.bad(f"the reference {ref!r} leads nowhere", at, "Add what it names, or mend the name.")
                if here in passed:
                    raise self.bad("a reference that leads to itself", at)
                passed.add(here)
                here, value = self.target(value["$ref"], here)
            here, value = here.below(token), pointers.resolve(value, pointers.join("", token))
        return here, value

    def _locate(self, path: str, at: Spot) -> str:
        """The location of a file that is named at a spot; it is read if it has not been."""
        if not path:
            return at.file
        if path.startswith(REMOTE) or at.file.startswith(REMOTE):
            target = urllib.parse.urljoin(at.file, path)
            if not target.startswith(REMOTE):
                raise self._unsafe(f"the reference to {target} leads from the network to this machine", at, "")
            if not self.leave.remote:
                raise self._unsafe(f"the reference to {target} leaves this machine", at, "--allow-remote")
        else:
            file = (Path(at.file).parent / urllib.parse.unquote(path)).resolve()
            file = next(filter(None, (folder.alias(file) for folder in self.leave.carried)), file)
            if not self.leave.outside and not any(file.is_relative_to(root) for root in self.leave.roots):
                raise self._unsafe(f"the reference {path!r} leaves the folder of the spec", at, "--allow-outside")
            target = str(file)
        target = self._moved.get(target, target)
        if target in self.known:
            return target
        if len(self.known) >= MAX_FILES:
            raise self.bad(f"more than {MAX_FILES} files are referred to", at)
        try:
            found = read_from(target)
        except UnreadableDocument as error:
            place = f", in its line {error.line}" if error.line else ""
            raise self.bad(f"the reference {path!r} cannot be followed: {error.message}{place}", at) from None
        self._moved[target] = found.location  # elsewhere than it was looked for, where a server redirects
        self.known.setdefault(found.location, found)
        return found.location

    def bad(self, message: str, at: Spot, hint: str | None = None) -> BadReference:
        """An error about a reference that stands at a spot."""
        file = self.known[at.file]
        return BadReference(message, file=file.shown, line=file.line(at.pointer), pointer=at.pointer, hint=hint)

    def _unsafe(self, message: str, at: Spot, option: str) -> UnsafeReference:
        file = self.known[at.file]
        hint = f"If you trust the document, say {option}." if option else None
        return UnsafeReference(message, file=file.shown, line=file.line(at.pointer), pointer=at.pointer, hint=hint)


def read_from(location: str) -> SourceFile:
    """Reads a document from a path or a URL. Raises UnreadableDocument."""
    if not location.startswith(REMOTE):
        return read(Path(location))
    from specs.remote import fetch  # hardly anybody needs it, and its libraries take their time to import

    return fetch(location)
