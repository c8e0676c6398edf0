"""Files that users write for a run (states, waivers), read and checked; what is wrong in them is told with its line."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jsonschema_rs import Draft202012Validator, ValidationError

from specs import UnreadableDocument, pointers
from specs.reading import SourceFile as UserFile
from specs.reading import read as read_document

__all__ = ["UserFile", "WrongFile", "read"]


class WrongFile(Exception):
    """A file of the user that does not say what it should: where (`file`, `line` from 1), and what to do (`hint`)."""

    def __init__(self, message: str, *, file: Path, line: int | None = None, hint: str = "") -> None:
        self.message, self.file, self.line, self.hint = message, file, line, hint
        super().__init__(message)

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else str(self.file)
        return f"{place}: {self.message}" + (f"\n{self.hint}" if self.hint else "")


def read(path: Path, schema: Mapping[str, Any], *, hint: str, empty: Any) -> UserFile:
    """The file, with a value that fits `schema`; `empty` stands for a file without content. Raises WrongFile."""
    try:
        file = read_document(path)
    except UnreadableDocument as error:
        raise WrongFile(error.message, file=path, line=error.line, hint=error.hint or hint) from None
    if file.value is None:
        return UserFile(file.path, file.text, empty)
    # The first in the order of the file is the one to mend first.
    wrong = [(_place(error, file), error) for error in Draft202012Validator(dict(schema)).iter_errors(file.value)]
    if wrong:
        line, first = min(wrong, key=lambda pair: pair[0])
        where = pointers.join("", *first.instance_path)
        raise WrongFile(f"{where or 'the file'}: {first.message}", file=path, line=line, hint=hint)
    return file


def _place(error: ValidationError, file: UserFile) -> int:
    return file.line(pointers.join("", *error.instance_path)) or 1
