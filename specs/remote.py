"""Documents from the network, with bounds on time, size and redirects, and a sentence for whatever goes wrong."""

from __future__ import annotations

import http.client
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

from specs.errors import UnreadableDocument
from specs.reading import MAX_BYTES, SourceFile, parse, text_of

PATIENCE = 20.0
"""Seconds without a byte."""
LONGEST = 60.0
"""Seconds for one document."""
MOST_REDIRECTS = 5
_ACCEPTED = "application/yaml, application/json, text/yaml;q=0.9, */*;q=0.5"


class Redirects(urllib.request.HTTPRedirectHandler):
    """Follows a few redirects, over HTTP only, and none from HTTPS to what anybody can read on the way."""

    max_redirections = MOST_REDIRECTS

    def redirect_request(
        self, req: urllib.request.Request, fp: Any, code: int, msg: str, headers: Any, newurl: str
    ) -> urllib.request.Request | None:
        """The request that a redirect asks for."""
        old, new = urllib.parse.urlsplit(req.full_url).scheme, urllib.parse.urlsplit(newurl).scheme
        if new not in ("http", "https") or (old == "https" and new == "http"):
            if fp is not None:
                fp.close()
            raise UnreadableDocument(f"redirects to {newurl}, which is not followed from {old}", file=req.full_url)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def fetch(url: str) -> SourceFile:
    """Reads a document from the network; its location is that after redirects. Raises UnreadableDocument."""
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler,
        urllib.request.HTTPHandler,
        urllib.request.HTTPSHandler,
        urllib.request.HTTPDefaultErrorHandler,
        urllib.request.HTTPErrorProcessor,
        Redirects,
    ):
        opener.add_handler(handler())
    try:
        request = urllib.request.Request(url, headers={"User-Agent": "understudy", "Accept": _ACCEPTED})  # noqa: S310
        with opener.open(request, timeout=PATIENCE) as answer:
            data = _read(answer, url)
            final, kind = answer.geturl(), answer.headers.get_content_type()
    except urllib.error.HTTPError as error:
        with error:
            raise UnreadableDocument(_refused(error), file=url) from None
    except urllib.error.URLError as error:
        raise UnreadableDocument(f"cannot be fetched: {error.reason}", file=url) from None
    except TimeoutError:
        raise UnreadableDocument("cannot be fetched: the server is silent", file=url) from None
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise UnreadableDocument(f"cannot be fetched: {error}", file=url) from None
    path = Path(final.partition("#")[0].partition("?")[0])
    text = text_of(data, final)
    if kind in ("text/html", "application/xhtml+xml") or text.lstrip()[:1] == "<":
        hint = "Is there another address for the document itself (often called raw)?"
        raise UnreadableDocument("is a page for people, no document", file=url, hint=hint)
    return SourceFile(path, text, parse(text, path, final), final)


def _read(answer: Any, url: str) -> bytes:
    parts, size, end = [], 0, time.monotonic() + LONGEST
    while part := answer.read1(1 << 16):
        parts.append(part)
        size += len(part)
        if size > MAX_BYTES:
            raise UnreadableDocument(f"is larger than {MAX_BYTES // 2**20} MiB", file=url)
        if time.monotonic() > end:
            raise UnreadableDocument(f"cannot be fetched: it takes longer than {LONGEST:.0f} seconds", file=url)
    if answer.length:
        raise UnreadableDocument("cannot be fetched: the answer ends too early", file=url)
    return b"".join(parts)


def _refused(error: urllib.error.HTTPError) -> str:
    if error.code in (301, 302, 303, 307, 308):
        if "not allowed" in str(error.reason):
            return f"redirects to {error.url}, which is not followed"
        return f"cannot be fetched: it redirects more than {MOST_REDIRECTS} times"
    hint = "; the mock sends no credentials" if error.code in (401, 403) else ""
    return f"cannot be fetched: the server answers {error.code} {error.reason}{hint}".rstrip()
