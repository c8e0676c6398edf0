"""Facts about calls: what is sent, as whom, and how it is told."""

from __future__ import annotations

import shlex

import pytest

import specs
from contract_tests.calls import Call, encoded, path_values
from contract_tests.credentials import GARBAGE, Credentials, Secrets
from contract_tests.curl import command
from contract_tests.places import NOTHING


@pytest.fixture(scope="module")
def jobhive() -> specs.Api:
    return specs.load("jobhive")


def test_a_documented_path_gives_its_parameters_with_or_without_the_base_path(jobhive: specs.Api) -> None:
    operation = jobhive.operations[0]
    assert path_values(operation, "/v1/interviews/int_1") == {"id": "int_1"}
    assert path_values(operation, "/interviews/a%2Fb?x=1") == {"id": "a/b"}
    assert path_values(operation, "/v1/candidates/int_1") is None


def test_a_changed_call_leaves_the_first_as_it_was(jobhive: specs.Api) -> None:
    call = Call(jobhive.operations[0], {"id": "a b/c"}, body={"position": "x"})
    changed = call.sending("/skills", ["a"]).without("/position").with_parameter("header", "X-One", "1")
    assert changed.body == {"skills": ["a"]}
    assert changed.parameter("header", "x-one") == "1"
    assert changed.with_parameter("header", "x-ONE", NOTHING).headers == {}
    assert call.body == {"position": "x"}
    assert call.path == "/interviews/a%20b%2Fc"


def test_bodies_are_compact_json_or_the_bytes_that_were_given(jobhive: specs.Api) -> None:
    call = Call(jobhive.operations[0])
    assert encoded(call) is None
    assert encoded(call.with_body({"a": "é"})) == '{"a":"é"}'.encode()
    assert encoded(call.with_body(b"{")) == b"{"
    assert encoded(call.with_body(None)) == b"null"


def test_a_call_shows_the_credential_of_whom_it_is_from(jobhive: specs.Api) -> None:
    credentials = Credentials.of(jobhive, "tok-given")
    call = Call(jobhive.operations[0])
    assert credentials.applied(call)[0]["Authorization"] == "Bearer tok-given"
    assert credentials.applied(call.as_who("garbage"))[0]["Authorization"] == f"Bearer {GARBAGE}"
    assert credentials.applied(call.as_who("other-scheme"))[0]["Authorization"].startswith("Basic ")
    assert "Authorization" not in credentials.applied(call.as_who("nobody"))[0]


def test_without_a_given_token_the_documented_one_of_the_operation_is_sent() -> None:
    api = specs.load("driver_interviews")
    credentials = Credentials.of(api, None)
    tokens = {credentials.applied(Call(operation))[0]["Authorization"] for operation in api.operations}
    assert len(tokens) == 3


def test_secrets_are_hidden_in_texts_and_bytes(jobhive: specs.Api) -> None:
    secrets = Secrets.of(Credentials.of(jobhive, "tok-given"), {"X-Api-Key": "key-given", "X-Other": "other"})
    assert secrets.hidden("a tok-given key-given other") == "a $TOKEN $TOKEN other"
    assert secrets.hidden(b"tok-given") == b"$TOKEN"


def test_a_curl_command_can_be_pasted_and_leaves_the_token_to_the_shell() -> None:
    text = command("PATCH", "http://x/y?a=b c", {"Authorization": "Bearer $TOKEN", "Host": "x"}, b'{"a":"it\'s"}')
    words = shlex.split(text)
    assert words[:5] == ["curl", "-i", "-X", "PATCH", "http://x/y?a=b c"]
    assert "Authorization: Bearer $TOKEN" in words
    assert '"Authorization: Bearer $TOKEN"' in text
    assert words[-1] == '{"a":"it\'s"}'
    assert not any(word.startswith("Host") for word in words)
