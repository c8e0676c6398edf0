"""XML: elements and attributes become the members that the schema's `xml` objects say they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from mock_server.coercion import EVERY_TYPE, items, members, parts, types
from mock_server.decoding import DEEPEST, MalformedBody

Json = Any


@dataclass(slots=True)
class Element:
    """An element: its name without prefix, its attributes, elements, and text."""

    name: str
    attributes: dict[str, str]
    children: list[Element] = field(default_factory=list)
    text: str = ""

    def named(self, name: str) -> list[Element]:
        """The elements of a name directly inside this one."""
        return [child for child in self.children if child.name == name]


def decode_xml(body: bytes, charset: str, schema: Json | None, document: Json) -> Json:
    """The value of an XML document, all leaves as texts. Raises MalformedBody."""
    return _value(_parse(body, charset), schema, document)


def _parse(body: bytes, charset: str) -> Element:
    root = Element("", {})
    open_elements = [root]

    def start(name: str, attributes: dict[str, str]) -> None:
        if len(open_elements) > DEEPEST:
            raise refused(f"more than {DEEPEST} elements inside one another")
        plain = {_local(key): value for key, value in attributes.items() if not key.startswith("xmlns")}
        element = Element(_local(name), plain)
        open_elements[-1].children.append(element)
        open_elements.append(element)

    def end(_name: str) -> None:
        open_elements.pop()

    def text(data: str) -> None:
        open_elements[-1].text += data

    def doctype(*_: object) -> None:
        raise refused("a document type (entities are not read)")

    def refused(what: str) -> MalformedBody:
        line, column = parser.CurrentLineNumber, parser.CurrentColumnNumber + 1
        return MalformedBody(f"The body has {what}", parser.CurrentByteIndex, line, column)

    parser = expat.ParserCreate(None if charset == "utf-8" else charset)
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler, parser.StartDoctypeDeclHandler = text, doctype
    try:
        parser.Parse(body, True)
    except expat.ExpatError as error:
        what = f"The body is not XML: {expat.ErrorString(error.code)}"
        raise MalformedBody(what, parser.ErrorByteIndex, error.lineno, error.offset + 1) from None
    except (LookupError, ValueError) as error:
        if isinstance(error, MalformedBody):
            raise
        raise MalformedBody(f"The body is not XML: {error}") from None
    return root.children[0]


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _value(element: Element, schema: Json, document: Json) -> Json:
    kinds = types(schema, document)
    if kinds != EVERY_TYPE and "array" in kinds and "object" not in kinds:
        return [_value(child, items(schema, document), document) for child in element.children]
    if kinds == EVERY_TYPE and not element.children and not element.attributes:
        return element.text
    return _object(element, schema, document) if "object" in kinds else element.text.strip()


def _object(element: Element, schema: Json, document: Json) -> dict[str, Json]:
    found: dict[str, Json] = {}
    read: set[str] = set()
    for name, member in members(schema, document).items():
        notation = _notation(member, document)
        tag = str(notation.get("name", name))
        if notation.get("attribute"):
            read.add(tag)
            if tag in element.attributes:
                found[name] = element.attributes[tag]
        elif types(member, document) & {"array", "object"} == {"array"}:
            item = items(member, document)
            inner = str(_notation(item, document).get("name", tag))
            outer = [element] if not notation.get("wrapped") else element.named(tag)
            read.add(tag if notation.get("wrapped") else inner)
            elements = [child for holder in outer for child in holder.named(inner)]
            if elements or (notation.get("wrapped") and outer):
                found[name] = [_value(child, item, document) for child in elements]
        else:
            read.add(tag)
            values = [_value(child, member, document) for child in element.named(tag)]
            if values:
                found[name] = values[0] if len(values) == 1 else values
    return {**_unknown(element, read), **found}


def _unknown(element: Element, read: set[str]) -> dict[str, Json]:
    """The attributes and elements that the schema does not speak of."""
    others: dict[str, Json] = {name: value for name, value in element.attributes.items() if name not in read}
    for child in element.children:
        if child.name not in read:
            value = _value(child, True, None)
            known = others.get(child.name)
            others[child.name] = value if known is None else [*(known if isinstance(known, list) else [known]), value]
    return others


def _notation(schema: Json, document: Json) -> Mapping[str, Json]:
    """The `xml` object of a schema, or of one that it refers to or is combined of."""
    if isinstance(schema, Mapping) and isinstance(schema.get("xml"), Mapping):
        return schema["xml"]  # type: ignore[no-any-return]
    given = (part["xml"] for part in parts(schema, document) if isinstance(part.get("xml"), Mapping))
    return next(given, {})
