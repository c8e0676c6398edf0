"""What is wrong with a request, in words a person can act on."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Violation:
    """One way in which a request breaks the spec.

    `location` is `path`, `query`, `header`, `cookie` or `body`; `where` the parameter's name, or a JSON pointer into
    the body (with the parameter's name in front for a place inside a parameter); `keyword` the schema keyword, or
    `required`, `style`, `content-type`. `expected` and `got` are short texts; `source` says where the documentation
    states it, `strength` how firmly.
    """

    location: str
    where: str
    keyword: str
    expected: str
    got: str
    source: str
    strength: str

    def as_json(self) -> dict[str, str]:
        """The violation as it stands in a problem's body."""
        return {
            "in": self.location,
            "where": self.where,
            "keyword": self.keyword,
            "expected": self.expected,
            "got": self.got,
            "source": self.source,
            "strength": self.strength,
        }
