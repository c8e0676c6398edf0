"""The journal as an HTTP Archive (HAR 1.2), which browsers and test tools read."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterable
from http import HTTPStatus
from urllib.parse import parse_qsl, urlsplit

import harfile

from mock_server.journal.entries import redactor_of, time_of
from mock_server.journal.noted import Noted, header
from mock_server.redaction import Redactor


def as_har(exchanges: Iterable[Noted], scheme: str = "http") -> str:
    """The exchanges as the text of a HAR file, without secrets; `scheme` is that of their URLs."""
    text = io.StringIO()
    creator = harfile.Creator(name="understudy", version="1")
    with harfile.HarFile.open(text, creator=creator) as archive:
        for noted in exchanges:
            milliseconds = round(noted.seconds * 1000, 3)
            redactor = redactor_of(noted)
            archive.add_entry(
                startedDateTime=time_of(noted),
                time=milliseconds,
                request=_request(noted, redactor, scheme),
                response=_response(noted, redactor),
                timings=harfile.Timings(send=0, wait=milliseconds, receive=0),
                comment=noted.operation.id if noted.operation else None,
            )
    return text.getvalue()


def _request(noted: Noted, redactor: Redactor, scheme: str) -> harfile.Request:
    target = redactor.target(noted.target)
    post = None
    if noted.length:
        kind = header(noted.headers, b"content-type")
        post = harfile.PostData(mimeType=kind, text=redactor.body(noted.body, kind) or "")
    return harfile.Request(
        method=noted.method,
        url=f"{scheme}://{header(noted.headers, b'host') or 'localhost'}{target}",
        httpVersion="HTTP/1.1",
        headers=[harfile.Record(name=name, value=value) for name, value in redactor.headers(noted.headers)],
        queryString=[
            harfile.Record(name=name, value=value)
            for name, value in parse_qsl(urlsplit(target).query, keep_blank_values=True)
        ],
        postData=post,
        bodySize=noted.length,
    )


def _response(noted: Noted, redactor: Redactor) -> harfile.Response:
    kind = header(noted.answer_headers, b"content-type")
    text = redactor.body(noted.answer_body, kind)
    content = harfile.Content(size=noted.answer_length, mimeType=kind, text=text)
    if text is None:
        content = harfile.Content(
            size=noted.answer_length,
            mimeType=kind,
            text=base64.b64encode(noted.answer_body).decode(),
            encoding="base64",
        )
    known = noted.status in HTTPStatus._value2member_map_
    return harfile.Response(
        status=noted.status,
        statusText=HTTPStatus(noted.status).phrase if known else "",
        httpVersion="HTTP/1.1",
        headers=[harfile.Record(name=name, value=value) for name, value in redactor.headers(noted.answer_headers)],
        content=content,
        redirectURL=header(noted.answer_headers, b"location"),
        bodySize=noted.answer_length,
    )
