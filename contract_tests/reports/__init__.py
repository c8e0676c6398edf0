"""Reports: one module per format, all made from a `View` of a `Report`. A new format is a module and a line here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from contract_tests.reports import github, html, json, junit, markdown, sarif, text
from contract_tests.reports.json import UnreadableReport, read
from contract_tests.reports.view import View

__all__ = ["FILES", "FORMATS", "UnreadableReport", "View", "read", "write_all"]

FORMATS: Mapping[str, Callable[[View], str]] = MappingProxyType(
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
"""How each format is rendered."""

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


def write_all(view: View, folder: Path) -> tuple[Path, ...]:
    """Writes every file of `FILES` into `folder`, which is made if need be. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, file in FILES.items():
        path = folder / file
        # A target can answer with half a surrogate pair, which has no place in UTF-8.
        path.write_bytes(FORMATS[name](view).encode("utf-8", "backslashreplace"))
        paths.append(path)
    return tuple(paths)
