"""`load`: from a name or a path to an `Api`."""

from __future__ import annotations

import json
import urllib.parse
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from specs import building, mending, rulebook
from specs.errors import InvalidDocument, SpecError, UnknownApi, UnreadableDocument
from specs.files import REMOTE, Carried, Leave, read_from
from specs.model import Api, Fixture, Seed
from specs.provenance import EXTENSION, Source
from specs.reading import SourceFile, read
from specs.references import Bundle
from specs.rules import Rules
from specs.servers import base_path, server_urls

HERE = Path(__file__).resolve().parent
CARRIED = HERE / "_fixtures"
"""Where a wheel keeps the fixtures; in a checkout they stand beside `specs`."""


def names() -> tuple[str, ...]:
    """The names of the bundled APIs, sorted: the folders of `specs` that hold an `openapi.yaml`."""
    return tuple(sorted(path.parent.name for path in HERE.glob("*/openapi.yaml")))


def carried(spec: Path) -> bool:
    """Whether a spec is one of an installed wheel, which keeps the fixtures elsewhere than the references say."""
    return spec.resolve().parent.parent == HERE and CARRIED.is_dir()


def fixtures_of(spec: Path) -> Path | None:
    """The fixtures of a spec: the folder `fixtures/<name>` beside the folder `specs`, or `fixtures` beside the spec."""
    if carried(spec):
        return CARRIED / spec.parent.name
    beside = spec.parent.parent.parent / "fixtures" / spec.parent.name
    if spec.parent.parent.name == "specs" and beside.is_dir():
        return beside
    return spec.parent / "fixtures" if (spec.parent / "fixtures").is_dir() else None


def load(name: str | Path | Mapping[str, Any], *, allow_outside: bool = False, allow_remote: bool = False) -> Api:
    """The API of a bundled name, a file, (with `allow_remote`) a URL, or a document as a dict.

    Beside a file, `rules.yaml` and fixtures are read where they are there. References stay in the file's folder unless
    `allow_outside`, and on this machine unless `allow_remote`. Raises SpecError.
    """
    if isinstance(name, Mapping):
        return from_file(_given(name), Leave((), allow_outside, allow_remote))
    text = str(name)
    if text.startswith(REMOTE):
        if not allow_remote:
            raise UnknownApi(f"{text} is on the network", hint="If you trust it, say --allow-remote.")
        return from_file(read_from(text), Leave((), allow_outside, remote=True))
    path = HERE / text / "openapi.yaml" if text in names() else Path(text)
    if path.is_dir():
        path /= "openapi.yaml"
    if not path.exists():
        known = ", ".join(names())
        raise UnknownApi(f"there is no API and no file {text!r}", hint=f"The bundled APIs are: {known}.")
    path = path.resolve()
    fixtures = fixtures_of(path)
    kept = (Carried(HERE.parent / "fixtures", CARRIED),) if CARRIED.is_dir() else ()
    roots = (path.parent, fixtures) if fixtures else (path.parent,)
    return from_file(read(path), Leave(roots, allow_outside, allow_remote, kept, fixtures))


def _given(document: Mapping[str, Any]) -> SourceFile:
    """A document that is a value already, as if it had been read."""
    try:
        text = json.dumps(document, indent=2)
    except (TypeError, ValueError) as error:
        raise InvalidDocument(f"the document is more than JSON can hold: {error}") from None
    except RecursionError:
        raise UnreadableDocument("the document is nested too deeply") from None
    return SourceFile(Path("document"), text, json.loads(text), "the document")


def from_file(file: SourceFile, leave: Leave) -> Api:
    """The API of a document that was read. Raises SpecError."""
    _check_kind(file)
    warnings: list[str] = []
    try:
        bundle = Bundle(file, leave)
        document = bundle.make()
        if not str(document.get("openapi", "")).startswith("3.1"):
            from specs.conversion import to_31  # most documents of the kit need none

            document, converted = to_31(document)
            warnings.extend(converted)
        if mending.has_odd(document):
            document = mending.mended(document, warnings)
        if not document.get("info"):
            warnings.append("the document has no `info`")
        _, source = _root_source(document, file)
        rules, fixtures, seed = _beside(file, leave, source, warnings, ours=EXTENSION in document)
        api = _build(document, file, fixtures=fixtures, seed=seed, rules=rules, warnings=warnings)
        return replace(api, files=(*bundle.files.local(), *(fixture.file for fixture in fixtures)))
    except RecursionError:
        raise UnreadableDocument("is nested too deeply", file=file.shown) from None


def _beside(
    file: SourceFile, leave: Leave, source: Source, warnings: list[str], *, ours: bool
) -> tuple[Rules, tuple[Fixture, ...], Seed]:
    """The rules, fixtures and seed beside a document.

    A document of others, which names no sources and has no rules of the kit, may have fixtures of others beside it.
    """
    path = file.path.parent / "rules.yaml"
    rules = rulebook.read_rules(path, source) if not file.url and path.exists() else None
    if leave.fixtures is None:
        return rules or Rules(), (), Seed()
    seed = leave.fixtures / "state.yaml"
    try:
        fixtures = rulebook.read_fixtures(leave.fixtures, source)
        return rules or Rules(), fixtures, rulebook.read_seed(seed) if seed.exists() else Seed()
    except SpecError as error:
        if ours or rules is not None:
            raise
        warnings.append(f"{leave.fixtures} holds no exchanges of this API, and is not read: {error}")
        return Rules(), (), Seed()


def recordings(folder: Path) -> tuple[Fixture, ...]:
    """The exchanges of a folder that belongs to no spec. Raises SpecError."""
    return rulebook.read_fixtures(folder, Source(""))


def altered(api: Api, *, document: Mapping[str, Any] | None = None, rules: Rules | None = None) -> Api:
    """The same API with another document (OpenAPI 3.1, references inside itself) or other rules. Raises SpecError."""
    new = _build(
        api.document if document is None else document,
        SourceFile(api.file, api.original, None),
        fixtures=api.fixtures,
        seed=api.seed,
        rules=api.rules if rules is None else rules,
        warnings=[],
        name=api.name,
    )
    return replace(new, files=api.files)


def _root_source(document: Mapping[str, Any], file: SourceFile) -> tuple[bool, Source]:
    """Whether a document is its own documentation, and what holds at its root."""
    own = EXTENSION not in document
    page = file.path.name
    return own, Source(page) if own else Source("").within(document[EXTENSION])


def _build(
    document: Mapping[str, Any],
    file: SourceFile,
    *,
    fixtures: tuple[Fixture, ...],
    seed: Seed,
    rules: Rules,
    warnings: list[str],
    name: str = "",
) -> Api:
    info = document.get("info")
    info = info if isinstance(info, Mapping) else {}
    own, source = _root_source(document, file)
    builder = building.Builder(document, file, source, own, warnings)
    spec = file.path
    operations = builder.operations()
    servers = builder.section(building.Place(document, "", source), "servers", list)
    return Api(
        name=name or _name_of(file),
        title=str(info.get("title") or spec.name),
        version=str(info.get("version") or ""),
        file=spec,
        original=file.text,
        document=document,
        base_path=base_path(servers),
        servers=server_urls(servers),
        operations=operations,
        webhooks=builder.webhooks(),
        security_schemes=builder.security_schemes(),
        fixtures=fixtures,
        seed=seed,
        rules=rules,
        source=source,
        warnings=tuple(builder.warnings),
    )


def _name_of(file: SourceFile) -> str:
    """What an API is called after the place of its document."""
    if file.url.startswith(REMOTE):
        address = urllib.parse.urlsplit(file.url)
        path = Path(address.path)
        names = (path.parent.name, path.stem) if path.stem in ("openapi", "swagger") else (path.stem,)
        return next(filter(None, names), address.hostname or "document")
    return file.path.parent.name if file.path.name == "openapi.yaml" else file.path.stem


def _check_kind(file: SourceFile) -> None:
    value: Any = file.value
    if not isinstance(value, dict):
        raise InvalidDocument("is not an OpenAPI document: its root is no object", file=file.shown, line=1)
    version = value.get("openapi", value.get("swagger"))
    if version is None:
        hint = "An OpenAPI document begins with a line such as: openapi: 3.1.0"
        raise InvalidDocument(
            "is not an OpenAPI document: it has neither `openapi` nor `swagger`", file=file.shown, hint=hint
        )
    if str(version) not in ("2", "3") and not str(version).startswith(("2.", "3.0", "3.1", "3.2")):
        line = file.line("/openapi") or file.line("/swagger")
        raise InvalidDocument(f"OpenAPI {version} is not known; 2.0 and 3.0 to 3.2 are", file=file.shown, line=line)
