"""Secrets are taken out of every form in which they come."""

from __future__ import annotations

import time

import pytest

from mock_server.redaction import Redactor, secret_names
from specs import load


@pytest.fixture
def redactor():
    return Redactor(frozenset({"x-integration"}), [(b"authorization", b"Bearer s3cret token")], b"")


@pytest.mark.parametrize(
    ("kind", "body", "shown"),
    [
        ("application/json", '{"password": "a\\"b", "b": 1}', '{"password": "[redacted]", "b": 1}'),
        (
            "application/json",
            '{"apiKey":1234567,"next_page_token":"p2"}',
            '{"apiKey":"[redacted]","next_page_token":"p2"}',
        ),
        ("application/json", '{"secret": "cut off he', '{"secret": "[redacted]"'),
        ("application/json", '{"x-integration": "abc"}', '{"x-integration": "[redacted]"}'),
        ("application/json", '{"credentials": {"user": "u"}}', '{"credentials": {"user": "u"}}'),
        ("application/x-www-form-urlencoded", "user=u&client%5Fsecret=x", "user=u&client%5Fsecret=[redacted]"),
        (
            "application/xml",
            "<a><accessToken n='1'>x</accessToken><b>y</b></a>",
            "<a><accessToken n='1'>[redacted]</accessToken><b>y</b></a>",
        ),
        ("text/plain", "it is s3cret token, isn't it", "it is [redacted], isn't it"),
    ],
)
def test_bodies_are_shown_without_secrets(redactor, kind, body, shown):
    assert redactor.body(body.encode(), kind) == shown


def test_a_part_of_a_form_that_is_named_like_a_secret_is_hidden(redactor):
    part = '--b\r\nContent-Disposition: form-data; name="{}"\r\n\r\n{}\r\n'
    body = part.format("password", "hunter2") + part.format("user", "u") + "--b--\r\n"

    shown = redactor.body(body.encode(), "multipart/form-data; boundary=b")

    assert "hunter2" not in shown
    assert shown == body.replace("hunter2", "[redacted]")


def test_a_credential_is_hidden_in_a_path_whatever_its_notation(redactor):
    assert redactor.target("/a/s3cret%20token?q=s3cret+token&key=k") == "/a/[redacted]?q=[redacted]&key=k"


def test_of_headers_the_scheme_and_the_names_of_cookies_stay(redactor):
    headers = [
        (b"authorization", b"Basic dTpw"),
        (b"cookie", b"a=1; b=2"),
        (b"set-cookie", b"sid=1; Path=/"),
        (b"accept", b"*/*"),
    ]

    assert redactor.headers(headers) == [
        ("authorization", "Basic [redacted]"),
        ("cookie", "a=[redacted]; b=[redacted]"),
        ("set-cookie", "sid=[redacted]"),
        ("accept", "*/*"),
    ]


def test_what_is_no_text_is_none(redactor):
    assert redactor.body(b"\xff\xfe\x00 and more", "application/octet-stream") is None
    assert redactor.body("cut within é".encode()[:-1], "text/plain") == "cut within "


def test_the_parameters_that_show_who_a_client_is_are_secret():
    assert secret_names(None) == frozenset()
    assert secret_names(load("jobhive")) == frozenset()


@pytest.mark.parametrize(
    ("kind", "unit"),
    [
        ("application/xml", "a"),
        ("application/xml", "<a "),
        ("application/xml", "<a>x"),
        ("application/json", '"'),
        ("application/json", '"a":"\\'),
        ("application/json", '"a"          '),
        ("multipart/form-data", 'name="x"\r\n'),
        ("multipart/form-data", 'name="'),
        ("application/x-www-form-urlencoded", "a=&"),
    ],
)
def test_no_text_takes_long(redactor, kind, unit):
    body = b"<" + (unit * 65_536)[:65_535].encode()
    begun = time.perf_counter()

    redactor.body(body, kind)

    assert time.perf_counter() - begun < 0.6
