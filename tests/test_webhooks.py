"""The judge awaits events, and the mock sends them: both by what the documentation says, and over HTTP only."""

from __future__ import annotations

import socket

import specs
from contract_tests import RunOptions, Verdict, run
from mock_server.threads import Mocks

TOKEN = "tok-of-the-test"


def test_the_events_of_the_mock_keep_what_is_documented_of_them() -> None:
    api = specs.load("jobhive")
    claims = tuple(claim.id for claim in api.claims if claim.kind == "webhook")
    with socket.create_server(("127.0.0.1", 0)) as free:
        address = free.getsockname()
    mocks = Mocks()
    try:
        mock = mocks("jobhive", tokens=(TOKEN,), webhooks=(f"http://{address[0]}:{address[1]}/",), webhook_backoff=0.1)
        options = RunOptions(url=mock.url, token=TOKEN, only=claims, schemathesis=False, listen=address)
        judgements = {judgement.claim.id: judgement.verdict for judgement in run(api, options).judgements}
    finally:
        mocks.close()

    assert claims
    assert {judgements[claim] for claim in claims} == {Verdict.KEPT}
