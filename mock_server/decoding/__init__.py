"""The notations of bodies, one room each: JSON, forms, XML."""

from __future__ import annotations

DEEPEST = 64
"""How many arrays, objects or elements inside one another a body may have."""


class MalformedBody(ValueError):
    """A body that is not what its content type says.

    `message` says what is wrong; `position` counts characters from 0, `line` and `column` from 1; all three are None
    where no place can be named.
    """

    def __init__(
        self, message: str, position: int | None = None, line: int | None = None, column: int | None = None
    ) -> None:
        self.message, self.position, self.line, self.column = message, position, line, column
        super().__init__(message)

    @classmethod
    def at(cls, before: str, message: str) -> MalformedBody:
        """The error behind the text `before`."""
        line = before.count("\n") + 1
        return cls(message, len(before), line, len(before) - (before.rfind("\n") + 1) + 1)

    def __str__(self) -> str:
        return self.message if self.line is None else f"{self.message} (line {self.line}, column {self.column})"


class FieldNotInStyle(MalformedBody):
    """A form whose field `name` is not in the notation that is documented for it: `expected`, and not `got`."""

    def __init__(self, name: str, expected: str, got: str) -> None:
        self.name, self.expected, self.got = name, expected, got
        super().__init__(f"The field {name} is not written as it should be: expected {expected}")


def decode_text(body: bytes, charset: str) -> str:
    """The text of a body. Raises MalformedBody for a charset that does not exist or that the body is not in."""
    try:
        return body.decode(charset)
    except UnicodeDecodeError as error:
        raise MalformedBody.at(body[: error.start].decode(charset, "replace"), f"The body is not {charset}") from None
    except LookupError:
        raise MalformedBody(f"There is no charset {charset!r}") from None
