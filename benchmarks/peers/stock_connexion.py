"""Connexion as it comes, with its mock resolver: `python -m benchmarks.peers.stock_connexion DOCUMENT PORT`."""

from __future__ import annotations

import json
import sys
import warnings
from pathlib import Path
from typing import Any

import uvicorn

with warnings.catch_warnings():  # connexion imports starlette's test client, which warns of its own future
    warnings.simplefilter("ignore")
    from connexion import AsyncApp
    from connexion.mock import MockResolver

from benchmarks.documents import METHODS


def bearer_info(token: str) -> dict[str, Any]:
    """Accept any token."""
    return {"sub": token[:1]}


def main() -> None:
    """Serve an OpenAPI 3.0 document until stopped."""
    document = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    for scheme in document.get("components", {}).get("securitySchemes", {}).values():
        scheme["x-bearerInfoFunc"] = "benchmarks.peers.stock_connexion.bearer_info"
    for item in document["paths"].values():
        for method in METHODS:
            if method in item:  # with errors of another media type documented, it refuses to answer at all
                responses = item[method]["responses"]
                item[method]["responses"] = {
                    status: responses[status] for status in responses if status[0] == "2"
                } or responses
    app = AsyncApp("benchmarks")
    app.add_api(document, resolver=MockResolver(mock_all=True), base_path="")
    uvicorn.run(
        app,
        host="127.0.0.1",
        port=int(sys.argv[2]),
        loop="uvloop",
        http="httptools",
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
    )


if __name__ == "__main__":
    main()
