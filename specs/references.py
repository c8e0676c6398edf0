"""Many files made one: every reference of a document becomes a pointer into the document itself.

What another file holds is put into `components` (a path item or an example: in its place). References are followed
only where OpenAPI has them, and leave the folder of the document only with leave.
"""

from __future__ import annotations

import re
import urllib.parse
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from specs import pointers, structure
from specs.errors import BadReference, UnreadableDocument, UnsafeReference
from specs.reading import MAX_BYTES, SourceFile, parse, read

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


@dataclass
class Bundle:
    """A document being made of its files. `files` maps each location to what was read there."""

    root: SourceFile
    leave: Leave
    files: dict[str, SourceFile] = field(default_factory=dict)
    ids: dict[str, dict[str, str]] = field(default_factory=dict)
    placed: dict[tuple[str, str], str] = field(default_factory=dict)
    document: dict[str, Any] = field(default_factory=dict)

    def make(self) -> dict[str, Any]:
        """The one document. Raises BadReference or UnsafeReference, with the place of the reference."""
        home = location_of(self.root)
        self.files[home] = self.root
        value = self.root.value
        refs = structure.references(value)
        if all(ref.startswith("#") or self._is_name(ref, home) for ref in refs):
            self._check_local(value, refs)
            return dict(value)
        self.document = {key: child for key, child in value.items() if key != "components"}
        self.document["components"] = {
            section: dict(entries) if isinstance(entries, dict) else entries
            for section, entries in (value.get("components") or {}).items()
        }
        components = self.document["components"]
        for section, entries in list(components.items()):
            how_role = structure.ROLES["components"].get(section)
            if how_role and isinstance(entries, dict):
                for name, entry in list(entries.items()):
                    entries[name] = self._walk(entry, how_role[1], home, pointers.join("/components", section, name))
        for member in ("paths", "webhooks"):
            if isinstance(value.get(member), dict):
                self.document[member] = {
                    name: self._walk(entry, "path", home, pointers.join(f"/{member}", name))
                    for name, entry in value[member].items()
                }
        self._check_local(self.document, structure.references(self.document))
        return self.document

    def _is_name(self, ref: str, home: str) -> bool:
        """Whether `ref` is a plain-name anchor, or the `$id` of a schema: the validator's business, not ours."""
        if ref.startswith("#"):
            return len(ref) > 1 and ref[1] != "/"
        return ref.partition("#")[0] in self._ids(home).values()

    def _ids(self, home: str) -> dict[str, str]:
        """The `$id` of each schema of a file that has one, by its pointer."""
        if home not in self.ids:
            nodes = structure.walk(self.files[home].value)
            schemas = ((at, node) for at, node, role in nodes if role == "schema" and isinstance(node, dict))
            self.ids[home] = {at: node["$id"] for at, node in schemas if isinstance(node.get("$id"), str)}
        return self.ids[home]

    def _absolute(self, ref: str, home: str, pointer: str) -> str:
        """Of a reference that names a schema relative to the `$id` it stands below that schema's `$id`; else itself."""
        if ref.startswith("#") or self._is_name(ref, home):
            return ref
        ids = self._ids(home)
        above = [at for at in ids if f"{pointer}/".startswith(f"{at}/")]
        joined = urllib.parse.urljoin(ids[max(above, key=len)], ref) if above else ref
        return joined if self._is_name(joined, home) else ref

    def _check_local(self, document: Any, refs: set[str]) -> None:
        for ref in sorted(refs):
            if not ref.startswith("#/"):
                continue
            try:
                pointers.resolve(document, urllib.parse.unquote(ref[1:]))
            except KeyError:
                places = structure.walk(self.root.value)
                pointer = next((at for at, node, role in places if structure.reference(node, role) == ref), None)
                raise BadReference(
                    f"the reference {ref!r} leads nowhere",
                    file=self.root.path,
                    line=None if pointer is None else self.root.line(pointer),
                    pointer=pointer,
                    hint="Add what it names, or mend the name.",
                ) from None

    def _walk(self, node: Any, role: str, home: str, pointer: str) -> Any:
        """A copy of `node`, which stands at `pointer` of the file `home`, with its references turned inwards."""
        if not isinstance(node, dict):
            return node
        ref = structure.reference(node, role)
        if ref is not None:
            return self._follow(node, ref, role, home, pointer)
        copy = dict(node)
        for tokens, child, child_role in structure.children(node, role):
            walked = self._walk(child, child_role, home, pointers.join(pointer, *tokens))
            if walked is not child:
                _put(copy, node, tokens, walked)
        mapping = (
            (copy.get("discriminator") or {}).get("mapping") if isinstance(copy.get("discriminator"), dict) else None
        )
        if role == "schema" and isinstance(mapping, dict):
            turned = {key: self._turn(value, home, pointer) for key, value in mapping.items()}
            copy["discriminator"] = {**copy["discriminator"], "mapping": turned}
        return copy

    def _turn(self, value: Any, home: str, pointer: str) -> Any:
        if not isinstance(value, str) or ("/" not in value and "." not in value) or self._is_name(value, home):
            return value
        return self._follow({}, value, "schema", home, pointer)["$ref"]

    def _follow(self, node: dict[str, Any], ref: str, role: str, home: str, pointer: str) -> Any:
        ref = self._absolute(ref, home, pointer)
        path, _, fragment = ref.partition("#")
        if (not path and home == location_of(self.root)) or self._is_name(ref, home):
            return self._siblings(node, ref, role, home, pointer)
        target = self._locate(path, home, pointer) if path else home
        fragment = urllib.parse.unquote(fragment)
        if target == location_of(self.root) and fragment.startswith("/"):
            return self._siblings(node, f"#{fragment}", role, home, pointer)
        value = self._value(target, fragment, home, pointer, ref)
        if role in ("path", "example") or role not in structure.SECTIONS:
            walked = self._walk(value, role, target, fragment)
            if role == "example" and isinstance(walked, dict) and Path(target).parent == self.leave.fixtures:
                walked = {**walked, "x-fixture": Path(target).stem}
            return {**walked, **{k: v for k, v in node.items() if k != "$ref"}} if isinstance(walked, dict) else walked
        key = (target, fragment)
        if key not in self.placed:
            entries = self.document["components"].setdefault(structure.SECTIONS[role], {})
            name = _free_name(fragment or Path(target).stem, entries)
            self.placed[key] = f"#/components/{structure.SECTIONS[role]}/{name}"
            entries[name] = {}
            entries[name] = self._walk(value, role, target, fragment)
        return self._siblings(node, self.placed[key], role, home, pointer)

    def _siblings(self, node: dict[str, Any], ref: str, role: str, home: str, pointer: str) -> dict[str, Any]:
        rest = {key: value for key, value in node.items() if key != "$ref"}
        if role == "schema" and rest:
            rest = self._walk(rest, role, home, pointer)
        return {"$ref": ref, **rest}

    def _value(self, target: str, fragment: str, home: str, pointer: str, ref: str) -> Any:
        try:
            return pointers.resolve(self.files[target].value, fragment if fragment.startswith("/") else "")
        except KeyError:
            raise self._bad(f"the reference {ref!r} leads nowhere", home, pointer) from None

    def _locate(self, path: str, home: str, pointer: str) -> str:
        """The location of another file, which is read if it has not been."""
        if path.startswith(REMOTE) or home.startswith(REMOTE):
            target = urllib.parse.urljoin(home, path)
            if not self.leave.remote:
                raise self._unsafe(f"the reference to {target} leaves this machine", home, pointer, "--allow-remote")
        else:
            file = (Path(home).parent / urllib.parse.unquote(path)).resolve()
            file = next(filter(None, (folder.alias(file) for folder in self.leave.carried)), file)
            if not self.leave.outside and not any(file.is_relative_to(root) for root in self.leave.roots):
                raise self._unsafe(
                    f"the reference {path!r} leaves the folder of the spec", home, pointer, "--allow-outside"
                )
            target = str(file)
        if target not in self.files:
            if len(self.files) >= MAX_FILES:
                raise self._bad(f"more than {MAX_FILES} files are referred to", home, pointer)
            try:
                self.files[target] = fetch(target) if target.startswith(REMOTE) else read(Path(target))
            except UnreadableDocument as error:
                raise self._bad(f"the reference {path!r} cannot be followed: {error.message}", home, pointer) from None
        return target

    def _bad(self, message: str, home: str, pointer: str) -> BadReference:
        file = self.files[home]
        return BadReference(message, file=file.path, line=file.line(pointer), pointer=pointer)

    def _unsafe(self, message: str, home: str, pointer: str, option: str) -> UnsafeReference:
        file = self.files[home]
        hint = f"If you trust the document, say {option}."
        return UnsafeReference(message, file=file.path, line=file.line(pointer), pointer=pointer, hint=hint)


def location_of(file: SourceFile) -> str:
    """The absolute path or URL a file was read from."""
    text = str(file.path)
    return text.replace(":/", "://", 1) if re.match(r"https?:/[^/]", text) else str(file.path.resolve())


def fetch(url: str) -> SourceFile:
    """Reads a document from the network. Raises UnreadableDocument."""
    import urllib.request  # costs 14 ms, and hardly anybody needs it

    try:
        with urllib.request.urlopen(url, timeout=20) as answer:  # noqa: S310 (http and https only, and only with leave)
            data = answer.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        raise UnreadableDocument(f"cannot be fetched: {error}", file=url) from None
    if len(data) > MAX_BYTES:
        raise UnreadableDocument(f"is larger than {MAX_BYTES // 2**20} MiB", file=url)
    text = data.decode("utf-8", "replace")
    return SourceFile(Path(url), text, parse(text, Path(url)))


def _free_name(fragment: str, entries: dict[str, Any]) -> str:
    base = re.sub(r"[^A-Za-z0-9._-]+", "_", fragment.rsplit("/", 1)[-1]) or "part"
    name, n = base, 2
    while name in entries:
        name, n = f"{base}_{n}", n + 1
    return name


def _put(copy: dict[str, Any], node: dict[str, Any], tokens: tuple[str, ...], value: Any) -> None:
    """Sets a place of a copy without changing what the original shares with it."""
    if len(tokens) == 1:
        copy[tokens[0]] = value
        return
    member, name = tokens
    if copy[member] is node[member]:
        copy[member] = list(node[member]) if isinstance(node[member], list) else dict(node[member])
    if isinstance(copy[member], list):
        copy[member][int(name)] = value
    else:
        copy[member][name] = value
