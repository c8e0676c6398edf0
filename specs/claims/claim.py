"""The value: one thing the documentation promises."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from specs.provenance import Source, Strength

Kind = Literal[
    "request-schema",  # a keyword of a request body's or a parameter's schema
    "presence",  # a parameter, a body or a member of it is required, or may be left out
    "security",  # an operation refuses who does not show who it is
    "status",  # an operation answers a valid request with a documented success status
    "media-type",  # the media type of a body, its charset
    "header",  # a response header is there, has its value, has its form
    "response-schema",  # a keyword of a response body's schema
    "exchange",  # a documented request gets the documented response
    "effect",  # what an operation makes of its resource
    "answer",  # what else an answer says
    "permit",  # a cell of an update matrix
    "problem",  # a documented error for a documented situation
    "webhook",  # an event is sent when its trigger happens, and not otherwise
    "robustness",  # bad input does not bring the target down
]


@dataclass(frozen=True, slots=True)
class Claim:
    """One thing the documentation promises, which a target can keep or break.

    `id` is stable: `<operation>/<part>/<place>:<keyword>`, as in `updateInterview/request/body/difficulty:enum`.

    - `part` is `request`, `response`, `fixture`, `rule`, `problem`, `webhook` or `robustness`; `status` the response
      (`200`, `default`) for `response`.
    - `location` is `body`, `path`, `query`, `header`, `cookie` or empty; `name` the parameter's, header's, fixture's,
      rule's, problem's or event's name.
    - `at` is the place in the body or parameter value: a JSON pointer in which `*` stands for any item or member. For
      `effect` and `permit` it is the field of the resource; for `answer` the pointer into the answer.
    - `keyword` is the schema keyword (`maximum`, `required`, `type`, ...) or the word of the rule (`answered`, `kept`,
      `completed`, ...); `expected` its value.
    - `pointer` is where the document says it.
    """

    id: str
    kind: Kind
    operation: str
    text: str
    source: Source
    part: str = "request"
    status: str = ""
    location: str = ""
    name: str = ""
    at: str = ""
    keyword: str = ""
    expected: Any = None
    pointer: str = ""

    @property
    def strength(self) -> Strength:
        """How firmly the documentation says it."""
        return self.source.strength
