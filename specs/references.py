"""Many files made one: every reference of a document becomes a pointer into the document itself.

What another file holds is put where the document keeps such things (a path item, an operation or an example: in its
place), and so is what stands in the document where nobody looks. References are followed only where OpenAPI has them,
and leave the folder of the document only with leave.
"""

from __future__ import annotations

import re
import urllib.parse
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from specs import pointers, structure
from specs.errors import BadReference
from specs.files import Files, Leave, Spot
from specs.reading import SourceFile

_HOMES: dict[str, dict[str, tuple[str, ...]]] = {
    "document": dict.fromkeys(structure.ROLES, ("/components/", "/paths/", "/webhooks/")),
    "swagger": {role: (f"/{tokens[0]}/",) for role, tokens in structure.SECTIONS["swagger"].items()},
}
"""Where what a reference of each role leads to can stay: the places that are known to hold such things."""

_IN_A_URI = re.compile(r"(?:[A-Za-z0-9._~!$&'()*+,;=:@/?#-]|%[0-9A-Fa-f]{2})*")


@dataclass
class Bundle:
    """A document being made of its files."""

    root: SourceFile
    leave: Leave
    document: dict[str, Any] = field(default_factory=dict)
    _placed: dict[Spot, str] = field(default_factory=dict)
    _waiting: list[tuple[dict[str, Any], str, str, Spot]] = field(default_factory=list)
    _following: list[Spot] = field(default_factory=list)

    @cached_property
    def files(self) -> Files:
        """The files it is made of."""
        return Files(self.leave, {self.home: self.root})

    @cached_property
    def home(self) -> str:
        """The location of the document itself."""
        return self.root.location

    @cached_property
    def kind(self) -> str:
        """The role of the document: `document`, or `swagger`."""
        return structure.root(self.root.value)

    def make(self) -> dict[str, Any]:
        """The one document. Raises BadReference or UnsafeReference, with the place of the reference."""
        value = dict(self.root.value)
        if all(self._is_settled(ref, role) for ref, role in structure.references(value, self.kind)):
            return value
        top = Spot(self.home, "")
        self.document = dict(self._unfolded(value, self.kind, top))
        opened = list(self._opened(self.document, self.kind, top))  # all copied, before the first is changed
        self._waiting = [
            (entries, name, role, self._adopted(entries, name, role, at)) for entries, name, role, at in opened
        ]
        for entries, name, role, at in self._waiting:  # grows on the way
            entries[name] = self._walk(entries[name], role, at)
        return self.document

    def _opened(self, node: dict[str, Any], role: str, at: Spot) -> Iterator[tuple[dict[str, Any], str, str, Spot]]:
        """The entries of the maps below a node, in copies that are ours to change, each with its role and spot."""
        for member, (how, child_role) in structure.ROLES[role].items():
            child, here = node.get(member), at.below(member)
            if not isinstance(child, dict):
                continue
            if how == structure.ONE:
                if ref := structure.reference(child, child_role):
                    here, child = self.files.target(ref, here)
                if not isinstance(child, dict):
                    raise self.files.bad(f"`{member}` has to be an object", here)
                node[member] = dict(self._unfolded(child, child_role, here))
                yield from self._opened(node[member], child_role, here)
                continue
            node[member] = dict(child)
            for name in child:
                if not (name.startswith("x-") and role in structure.SECTIONS):
                    yield node[member], name, child_role, here.below(name)

    def _adopted(self, entries: dict[str, Any], name: str, role: str, at: Spot) -> Spot:
        """Where an entry stands; one that only refers to another file becomes what that holds, under its own name."""
        tokens = structure.SECTIONS[self.kind].get(role)
        while tokens is not None and isinstance(entries[name], dict) and entries[name].keys() == {"$ref"}:
            ref = entries[name]["$ref"]
            if (
                not isinstance(ref, str)
                or self._is_name(ref, at.file)
                or (ref.startswith("#") and at.file == self.home)
            ):
                break
            target, value = self.files.target(ref, at)
            if target.file == self.home or target in self._placed:
                break
            self._placed[target] = _as_reference(pointers.join("", *tokens, name))
            entries[name], at = value, target
        return at

    def _is_settled(self, ref: str, role: str) -> bool:
        """Whether a reference of the document can stay as it is."""
        if not ref.startswith("#/"):
            return ref == "#" or (role != "map" and self._is_name(ref, self.home))
        there = ref.startswith(self._homes(role), 1) and _IN_A_URI.fullmatch(ref)
        return bool(there) and pointers.has(self.root.value, urllib.parse.unquote(ref[1:]))

    def _homes(self, role: str) -> tuple[str, ...]:
        return _HOMES[self.kind].get(role, ())

    def _is_name(self, ref: str, file: str) -> bool:
        """Whether `ref` is a plain-name anchor, or the `$id` of a schema: the validator's business, not ours."""
        if ref.startswith("#"):
            return file == self.home and "/" not in ref and self.files.anchored(file, ref[1:]) is not None
        return ref.partition("#")[0] in self.files.ids(file).values()

    def _absolute(self, ref: str, at: Spot) -> str:
        """Of a reference that names a schema relative to the `$id` it stands below that schema's `$id`; else itself."""
        if ref.startswith("#") or self._is_name(ref, at.file):
            return ref
        ids = self.files.ids(at.file)
        above = [place for place in ids if f"{at.pointer}/".startswith(f"{place}/")]
        joined = urllib.parse.urljoin(ids[max(above, key=len)], ref) if above else ref
        return joined if self._is_name(joined, at.file) else ref

    def _walk(self, node: Any, role: str, at: Spot) -> Any:
        """A copy of `node`, which stands at a spot, with its references turned inwards."""
        if not isinstance(node, dict):
            return node
        ref = structure.reference(node, role)
        if ref is not None:
            return self._follow(node, ref, role, at)
        node = self._unfolded(node, role, at)
        copy = dict(node)
        for tokens, child, child_role in structure.children(node, role):
            walked = self._walk(child, child_role, at.below(*tokens))
            if walked is not child:
                _put(copy, node, tokens, walked)
        if role == "schema" and isinstance(discriminator := copy.get("discriminator"), dict):
            mapping = discriminator.get("mapping")
            if isinstance(mapping, dict):
                turned = {key: self._turn(value, at) for key, value in mapping.items()}
                copy["discriminator"] = {**discriminator, "mapping": turned}
        return copy

    def _unfolded(self, node: dict[str, Any], role: str, at: Spot) -> dict[str, Any]:
        """The node, each of its maps that another one stands for filled with references to what that one holds."""
        new = node
        for member, ref in structure.maps(node, role):
            target, entries = self.files.target(ref, at.below(member))
            if not isinstance(entries, dict):
                raise self.files.bad(f"the reference {ref!r} leads to no object", at.below(member))
            if not all(isinstance(entry, dict | bool) for entry in entries.values()):
                continue  # it leads to something, but to no map of objects
            file = "" if target.file == at.file else urllib.parse.quote(target.file, safe="/:@?&=%+,;~")
            named = {
                name: {"$ref": f"{file}#{urllib.parse.quote(target.below(name).pointer, safe='/~')}"}
                for name in entries
                if name != "$ref"
            }
            own = {name: entry for name, entry in node[member].items() if name != "$ref"}
            new = {**new, member: named | own}
        return new

    def _turn(self, value: Any, at: Spot) -> Any:
        """The value of a discriminator's mapping; one that leads nowhere names nothing, and harms nobody."""
        if not isinstance(value, str):
            return value
        if at.file != self.home and pointers.has(self.files.known[at.file].value, f"/components/schemas/{value}"):
            value = f"#/components/schemas/{value}"
        if ("/" not in value and "." not in value) or self._is_name(value, at.file):
            return value
        if pointers.has(self.root.value, f"/components/schemas/{value}"):
            return value
        try:
            return self._follow({}, value, "schema", at)["$ref"]
        except BadReference:
            return value

    def _follow(self, node: dict[str, Any], ref: str, role: str, at: Spot) -> Any:
        ref = self._absolute(ref, at)
        if self._is_name(ref, at.file) or (ref == "#" and at.file == self.home):
            return self._beside(node, ref, role, at)
        target, value = self.files.target(ref, at)
        if target.file == self.home and target.pointer.startswith(self._homes(role)):
            return self._beside(node, _as_reference(target.pointer), role, at)
        if role not in structure.SECTIONS[self.kind]:
            return self._in_place(node, value, role, target, at)
        return self._beside(node, self._placed.get(target) or self._place(value, role, target), role, at)

    def _place(self, value: Any, role: str, target: Spot) -> str:
        """Keep what a reference leads to where the document keeps such things; gives the reference to it."""
        tokens = structure.SECTIONS[self.kind][role]
        entries = self.document
        for token in tokens:
            if not isinstance(entries.get(token), dict):
                entries[token] = {}
            entries = entries[token]
        name = _free_name(target.pointer or Path(target.file).stem, entries)
        entries[name] = value
        self._waiting.append((entries, name, role, target))
        self._placed[target] = reference = _as_reference(pointers.join("", *tokens, name))
        return reference

    def _in_place(self, node: dict[str, Any], value: Any, role: str, target: Spot, at: Spot) -> Any:
        if target in self._following:
            raise self.files.bad("a reference that leads to itself", at)
        self._following.append(target)
        try:
            walked = self._walk(value, role, target)
        finally:
            self._following.pop()
        if not isinstance(walked, dict):
            return walked
        exchange = target.pointer.startswith(("/request", "/response"))
        if role == "example" and exchange and Path(target.file).parent == self.leave.fixtures:
            walked = {**walked, "x-fixture": Path(target.file).stem}
        return {**walked, **{key: child for key, child in node.items() if key != "$ref"}}

    def _beside(self, node: dict[str, Any], ref: str, role: str, at: Spot) -> dict[str, Any]:
        """The reference, with what stood beside it."""
        rest = {key: value for key, value in node.items() if key != "$ref"}
        if role == "schema" and rest:
            rest = self._walk(rest, role, at)
        return {"$ref": ref, **rest}


def _as_reference(pointer: str) -> str:
    """The reference to a pointer of the same document, as a URI writes it."""
    return "#" + urllib.parse.quote(pointer, safe="/~!$&'()*+,;=:@?")


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
