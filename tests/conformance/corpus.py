"""Reading the corpus: a file is one OpenAPI document and the requests that are sent to its mock.

A case has a `request` and what to `expect`, or `steps` of both, which are sent to a mock of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from specs.reading import parse

Json = Any

HERE = Path(__file__).resolve().parent
CASES = HERE / "cases"


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a multipart body."""

    name: str
    value: str
    filename: str | None = None
    type: str | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A request. `json`, `text`, `form` and `parts` are ways to write its body; at most one is given.

    A header whose value is a list is sent several times.
    """

    path: str
    method: str = "GET"
    headers: Mapping[str, str | Sequence[str]] = field(default_factory=dict)
    json: Json = ...
    text: str | None = None
    form: Sequence[tuple[str, str]] | None = None
    parts: Sequence[Mapping[str, str]] | None = None

    def fields(self) -> list[tuple[str, str]]:
        """The headers, one pair a line."""
        named = self.headers.items()
        return [(name, one) for name, value in named for one in ([value] if isinstance(value, str) else value)]

    def multipart(self) -> list[tuple[str, tuple[str | None, str, str | None]]] | None:
        """The parts as httpx wants them."""
        if self.parts is None:
            return None
        parts = [Part(**part) for part in self.parts]
        return [(part.name, (part.filename, part.value, part.type)) for part in parts]


@dataclass(frozen=True, slots=True)
class Expected:
    """What has to come back.

    `status` is a status, a class (`4xx`) or a list of statuses. `headers` have an exact value, `{like: pattern}`, or
    null where the header must be absent. Of the body: `json` equals it, `contains` is in it (members of objects, items
    at the same place of arrays), `schema` fits it, `absent` are names at its top that it lacks, `text` is its text,
    `like` a pattern found in its text, `empty` says that there is none.
    """

    status: int | str | Sequence[int]
    headers: Mapping[str, Json] = field(default_factory=dict)
    json: Json = ...
    contains: Json = ...
    schema: Json = ...
    absent: Sequence[str] = ()
    text: str | None = None
    like: str | None = None
    empty: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """One file: a document, the files it refers to, the options of its mock, its cases."""

    name: str
    document: str
    files: Mapping[str, str]
    options: Mapping[str, Json]

    def write(self, folder: Path) -> Path:
        """Write the document and its files into a folder; gives the path of the document."""
        for name, text in self.files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        path = folder / ("openapi.json" if self.document.lstrip().startswith("{") else "openapi.yaml")
        path.write_text(self.document, encoding="utf-8")
        return path


@dataclass(frozen=True, slots=True)
class Step:
    """One request and what it is owed.

    `keep` names values of the answer, by JSON pointer into its body, for the paths of later steps to use as `{name}`.
    """

    asked: Asked
    expected: Expected
    keep: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Case:
    """One step, or several that one mock gets one after the other."""

    sheet: Sheet
    name: str
    steps: Sequence[Step]

    @property
    def id(self) -> str:
        """The file and the name of the case."""
        return f"{self.sheet.name}: {self.name}"


def read_cases(folder: Path) -> Iterator[Case]:
    """The cases of all files of a folder."""
    for path in sorted(folder.glob("*.yaml")):
        yield from read_sheet(path)


def read_sheet(path: Path) -> list[Case]:
    """The cases of one file."""
    content = parse(path.read_text(encoding="utf-8"), path)  # keeps times as text
    unknown = content.keys() - {"about", "document", "files", "options", "cases"}
    if unknown:
        raise ValueError(f"{path.name}: unknown members {sorted(unknown)}")
    options = {"mode": "examples", **content.get("options", {})}
    sheet = Sheet(path.stem, content["document"], content.get("files", {}), options)
    cases = []
    for entry in content["cases"]:
        try:
            cases.append(Case(sheet, entry["name"], [_step(step) for step in entry.get("steps", [entry])]))
        except (KeyError, TypeError) as error:
            raise ValueError(f"{path.name}: {entry.get('name', entry)}: {error}") from error
    return cases


def _step(entry: Mapping[str, Json]) -> Step:
    return Step(Asked(**entry["request"]), Expected(**entry["expect"]), entry.get("keep", {}))


def in_mode(case: Case, mode: str) -> Case:
    """The same case, for a mock in another mode."""
    return replace(case, sheet=replace(case.sheet, options={**case.sheet.options, "mode": mode}))
