"""What can be wrong with a spec, as one tree.

SpecError
├── UnknownApi            no bundled API and no file of that name
├── UnreadableDocument    not there, not text, not YAML or JSON, too large or too deep
├── InvalidDocument       readable, but not what the kit can serve
│   └── InvalidRules      rules.yaml, a fixture or an `x-source` that breaks its schema
└── BadReference          a `$ref` that leads nowhere
    └── UnsafeReference   a `$ref` that leaves the folder of the spec, or the machine
"""

from __future__ import annotations

from pathlib import Path


class SpecError(Exception):
    """Something about a spec that its author can mend.

    `file` and `line` (counted from 1) say where, `pointer` the place in the document, `hint` what to do.
    """

    def __init__(
        self,
        message: str,
        *,
        file: Path | str | None = None,
        line: int | None = None,
        pointer: str | None = None,
        hint: str | None = None,
    ) -> None:
        self.message, self.file, self.line, self.pointer, self.hint = message, file, line, pointer, hint
        super().__init__(message)

    def __str__(self) -> str:
        where = "" if self.file is None else f"{self.file}:{self.line}: " if self.line else f"{self.file}: "
        place = f" (at {self.pointer})" if self.pointer else ""
        hint = f"\n  {self.hint}" if self.hint else ""
        return f"{where}{self.message}{place}{hint}"


class UnknownApi(SpecError):
    """Neither the name of a bundled API nor the path of a file."""


class UnreadableDocument(SpecError):
    """The file cannot be read as YAML or JSON."""


class InvalidDocument(SpecError):
    """The document can be read, but says something that cannot be served."""


class InvalidRules(InvalidDocument):
    """Rules, a fixture or a source that do not have the form their schema asks for."""


class BadReference(SpecError):
    """A reference that leads nowhere."""


class UnsafeReference(BadReference):
    """A reference that leaves the folder of the spec without leave."""
