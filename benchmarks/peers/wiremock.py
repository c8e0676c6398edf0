"""WireMock reads no OpenAPI: what it is to match and to answer, written from the documented exchanges.

Bodies are not matched: with a JSON Schema to match it needs ten times as long, which says little about WireMock.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path

from benchmarks.exchanges import Exchange


def write_mappings(exchanges: Iterable[Exchange], folder: Path) -> Path:
    """Write one mapping per exchange below `folder`, WireMock's root folder."""
    mappings = folder / "mappings"
    mappings.mkdir(parents=True, exist_ok=True)
    for number, exchange in enumerate(exchanges):
        pattern = re.sub(r"\\{[^{}]+\\}", "[^/]+", re.escape(exchange.template))
        mapping = {
            "request": {
                "method": exchange.method,
                "urlPathPattern": pattern,
                "headers": {
                    "Authorization": {"matches": "Bearer .+"},
                    "Content-Type": {"contains": "application/json"},
                },
            },
            "response": {
                "status": exchange.status,
                "headers": {"Content-Type": exchange.answer_type},
                "body": exchange.answer.decode(),
            },
        }
        (mappings / f"{number}.json").write_text(json.dumps(mapping), "utf-8")
    return folder
