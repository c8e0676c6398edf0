from pathlib import Path
from typing import Any

import pytest
import yaml

from mock_server.bodies import MalformedBody, decode
from mock_server.decoding import DEEPEST

CASES = yaml.safe_load((Path(__file__).parent / "data" / "bodies.yaml").read_text())
DOCUMENT = {"components": {"schemas": {"Person": {"type": "object", "properties": {"age": {"type": "integer"}}}}}}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_body_has_the_value_its_notation_says(case: dict[str, Any]) -> None:
    body = case["body"].encode(case.get("charset", "utf-8"))
    if "error" not in case:
        assert decode(case["type"], body, case.get("schema"), DOCUMENT, case.get("encoding")) == case["value"]
        return
    with pytest.raises(MalformedBody) as caught:
        decode(case["type"], body, case.get("schema"), DOCUMENT, case.get("encoding"))
    assert case["error"] in caught.value.message
    if "line" in case:
        assert caught.value.line == case["line"]
        assert f"line {case['line']}" in str(caught.value)
    if "column" in case:
        assert caught.value.column == case["column"]


def malformed(body: bytes) -> MalformedBody:
    with pytest.raises(MalformedBody) as caught:
        decode("application/json", body, None, {})
    return caught.value


def test_bytes_that_are_not_utf_8_are_refused_at_their_place() -> None:
    error = malformed(b'{"a":\n "x\xff"}')
    assert (error.position, error.line, error.column) == (9, 2, 4)
    assert "utf-8" in error.message


def test_a_byte_order_mark_is_no_part_of_the_value() -> None:
    assert decode("application/json", b"\xef\xbb\xbf[1]", None, {}) == [1]


def test_a_zero_byte_is_refused() -> None:
    assert malformed(b'{"a": "\x00"}').position == 7
    assert malformed(b"[1]\x00").position == 3


def test_as_deep_as_allowed_is_read_and_deeper_is_refused_at_its_place() -> None:
    deepest = b"[" * DEEPEST + b"]" * DEEPEST
    assert decode("application/json", deepest, None, {})
    assert malformed(b"[" + deepest + b"]").position == DEEPEST
    assert malformed(b'{"a":' * 100_000).message.startswith(f"The body has more than {DEEPEST}")


def test_many_members_beside_one_another_are_not_deep() -> None:
    assert len(decode("application/json", b"[" + b"{}," * 500 + b'"[["]', None, {})) == 501


def test_numbers_may_be_long_but_not_without_end() -> None:
    assert decode("application/json", b"9" * 900, None, {}) == int("9" * 900)
    assert malformed(b"[1, " + b"9" * 2000 + b"]").position == 4
    assert malformed(b"[1, " + b"9" * 9000 + b"]").position == 4


def test_long_digits_in_a_text_are_no_number() -> None:
    assert decode("application/json", b'["' + b"9" * 2000 + b'"]', None, {}) == ["9" * 2000]


def test_a_file_that_is_not_text_is_a_text_of_its_bytes() -> None:
    body = b'--x\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\n\xff\xfe\x00\r\n--x--\r\n'
    value = decode("multipart/form-data; boundary=x", body, None, {})
    assert value == {"f": "\xff\xfe\x00"}


def test_parts_of_one_name_are_an_array() -> None:
    part = b'--x\r\nContent-Disposition: form-data; name="f"\r\n\r\n%d\r\n'
    value = decode("multipart/form-data; boundary=x", part % 1 + part % 2 + b"--x--\r\n", None, {})
    assert value == {"f": ["1", "2"]}


def test_too_many_parts_are_refused() -> None:
    part = b'--x\r\nContent-Disposition: form-data; name="f"\r\n\r\n1\r\n'
    with pytest.raises(MalformedBody, match="parts"):
        decode("multipart/form-data; boundary=x", part * 1001 + b"--x--\r\n", None, {})


def test_a_boundary_without_end_is_refused():
    with pytest.raises(MalformedBody, match="256 characters"):
        decode(f"multipart/form-data; boundary={'x' * 257}", b"--x--\r\n", None, {})


def test_deep_xml_is_refused() -> None:
    with pytest.raises(MalformedBody, match="elements inside one another"):
        decode("application/xml", b"<a>" * 5000, None, {})
