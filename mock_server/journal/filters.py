"""Which exchanges are asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase

from mock_server.journal.noted import Noted


@dataclass(frozen=True, slots=True)
class Filter:
    """Lets through what fits all that is given. `path` may hold `*`; `status` is `404` or `4XX`; `violations` and
    `refused` ask whether there were any, and whether the request was refused.
    """

    api: str | None = None
    operation: str | None = None
    method: str | None = None
    path: str | None = None
    status: str | None = None
    violations: bool | None = None
    refused: bool | None = None

    def fits(self, noted: Noted) -> bool:
        """Whether an exchange is asked for."""
        return (
            (self.api is None or (noted.api is not None and noted.api.name == self.api))
            and (self.operation is None or (noted.operation is not None and noted.operation.id == self.operation))
            and (self.method is None or noted.method == self.method.upper())
            and (self.path is None or fnmatchcase(noted.path, self.path))
            and (self.status is None or self._has_status(noted.status))
            and (self.violations is None or bool(noted.violations) is self.violations)
            and (self.refused is None or (noted.refused is not None) is self.refused)
        )

    def of(self, exchanges: Iterable[Noted]) -> Iterator[Noted]:
        """The exchanges that are asked for, in their order."""
        return (noted for noted in exchanges if self.fits(noted))

    def _has_status(self, status: int) -> bool:
        asked = str(self.status).upper()
        return str(status) == asked or (asked.endswith("XX") and str(status)[0] == asked[0])
