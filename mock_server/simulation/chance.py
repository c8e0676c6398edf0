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
        self._random = random.Random(seed)  # noqa: S311  (ids of a mock are no secrets)

    def uuid(self) -> str:
        """A random UUID (version 4)."""
        bits = self._random.getrandbits(128) & ~(0xF << 76) | (0x4 << 76)
        digits = f"{bits & ~(0x3 << 62) | (0x2 << 62):032x}"
        return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"

    def text(self, pattern: str) -> str:
        """A text of the pattern, in which `{12}` stands for 12 random letters and digits."""
        return _COUNT.sub(lambda match: "".join(self._random.choices(_LETTERS, k=int(match[1]))), pattern)
