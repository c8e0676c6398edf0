"""Answers of upstream, read within bounds."""

from __future__ import annotations

import gzip
import socket
import zlib

import pytest

from mock_server.proxy import upstream
from mock_server.proxy.upstream import NoUpstream, Upstream

from .conftest import reply


@pytest.mark.parametrize(
    ("raw", "encoding", "plain"),
    [
        (b"{}", b"", b"{}"),
        (b"{}", b"identity", b"{}"),
        (gzip.compress(b"{}", mtime=0), b"gzip", b"{}"),
        (zlib.compress(b"{}"), b"deflate", b"{}"),
        (zlib.compress(b"{}", wbits=-15), b"deflate", b"{}"),
        (b"no gzip", b"gzip", None),
        (gzip.compress(b"{}", mtime=0)[:-9], b"gzip", None),
        (b"?", b"br", None),
        (b"", b"br", b""),
    ],
)
def test_compressions_are_taken_off_where_they_can_be(raw, encoding, plain):
    assert upstream._plain(raw, encoding) == plain


def test_a_body_that_would_become_too_long_is_not_unpacked():
    assert upstream._plain(gzip.compress(bytes(upstream.LONGEST + 1)), b"gzip") is None


def test_an_answer_that_is_too_long_passes_unread(proxy, implementation):
    body = b"x" * (upstream.LONGEST + 1000)
    running = proxy(implementation(lambda handler: reply(handler, 200, body)))

    response = running.update()

    assert response.content == body
    assert response.headers["mock-decision"] == "proxy; upstream; unchecked"
    assert running.journal()[0]["violations"] == []


@pytest.mark.parametrize(
    ("url", "path", "at_upstream"),
    [
        ("http://a", b"/v1/x", b"/v1/x"),
        ("http://a/", b"/v1/x", b"/v1/x"),
        ("http://a/b", b"/v1/x", b"/b/x"),
        ("http://a/b/", b"/v1/x", b"/b/x"),
        ("http://a/b", b"/other", b"/other"),
        ("http://a/b", b"/v10/x", b"/v10/x"),
    ],
)
def test_a_path_of_the_url_stands_in_for_the_base_path(url, path, at_upstream):
    assert Upstream(url).path(path, "/v1") == at_upstream


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("", "no URL"),
        ("api.example.com", "no URL"),
        ("ftp://a", "no URL"),
        ("http://", "no URL"),
        ("http://[::1", "no URL"),
        ("http://a:port", "no URL"),
        ("http://a:99999", "no URL"),
        ("http://a:0", "no URL"),
        ("http://a b", "no URL"),
        ("http://a/?b=c", "query"),
        ("http://a#b", "fragment"),
        ("http://me:geheim@a/b", "Credentials have no place"),
    ],
)
def test_what_is_no_url_of_upstream_is_told(url, told):
    with pytest.raises(NoUpstream, match=told) as error:
        Upstream(url)
    assert "geheim" not in str(error.value)


@pytest.mark.parametrize("target", ["/a/../b", "//a//b", "/a%2Fb%41", "/a{b}|c", "/a?b=%0d%0a&c=|", "*"])
def test_a_path_passes_as_it_came(proxy, implementation, target):
    asked = []

    def answer(handler):
        asked.append(handler.requestline.split()[1])
        reply(handler, 204)

    running = proxy(implementation(answer))
    host, port = running.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=20) as connection:
        method = "OPTIONS" if target == "*" else "GET"
        connection.sendall(f"{method} {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        status = connection.recv(1000).split()[1]

    assert (status, asked) == (b"204", [target])
