"""Everything random of a mock, from one seed."""

from __future__ import annotations

import random
import re
import string

_LETTERS = string.ascii_lowercase + string.digits
_COUNT = re.compile(r"\{(\d+)\}")


class Chance:
    """A source of ids that gives the same ones in the same order for the same seed."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._random = random.Random(seed)  # noqa: S311  (ids of a mock are no secrets)

    def restart(self) -> None:
        """Give the same again, from the first on."""
        self._random.seed(self._seed)

    def uuid(self) -> str:
        """A random UUID (version 4)."""
        digits = b"%032x" % self._random.getrandbits(128)
        variant = b"89ab"[digits[16] % 4]
        return (
            b"%b-%b-4%b-%c%b-%b" % (digits[:8], digits[8:12], digits[13:16], variant, digits[17:20], digits[20:])
        ).decode()

    def text(self, pattern: str) -> str:
        """A text of the pattern, in which `{12}` stands for 12 random letters and digits."""
        return _COUNT.sub(lambda match: "".join(self._random.choices(_LETTERS, k=int(match[1]))), pattern)
