"""Reports: one module per format, all made from a `View` of a `Report`. A new format is a module and a line here."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from contract_tests.reports import github, html, json, junit, markdown, sarif, text
from contract_tests.reports.json import UnreadableReport, read
from contract_tests.reports.view import View

__all__ = ["FILES", "FORMATS", "UnreadableReport", "View", "read", "render", "write_all"]

_RENDERED: Mapping[str, Callable[[View], str]] = MappingProxyType(
    {
        "text": text.render,
        "json": json.render,
        "junit": junit.render,
        "html": html.render,
        "sarif": sarif.render,
        "github": github.render,
        "markdown": markdown.render,
    }
)
FORMATS = tuple(_RENDERED)
"""The names of the formats."""

FILES: Mapping[str, str] = MappingProxyType(
    {
        "json": "report.json",
        "junit": "junit.xml",
        "html": "report.html",
        "sarif": "report.sarif",
        "markdown": "summary.md",
    }
)
"""The files of a report folder, by format."""


# A target can answer with half a surrogate pair, which has no place in UTF-8, nor in the JSON of most readers.
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def render(view: View, name: str) -> str:
    """The report in the format of this name, as text that can be written as UTF-8."""
    return _LONE_SURROGATE.sub("\N{REPLACEMENT CHARACTER}", _RENDERED[name](view))


def write_all(view: View, folder: Path) -> tuple[Path, ...]:
    """Writes every file of `FILES` into `folder`, which is made if need be. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, file in FILES.items():
        path = folder / file
        path.write_bytes(render(view, name).encode())
        paths.append(path)
    return tuple(paths)
