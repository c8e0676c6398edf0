"""What passes through a proxy: as it is, held against the claims, answered by the mock where it was told to."""

from __future__ import annotations

import gzip
import json

import httpx
import pytest

import specs
from mock_server import MockOptions
from mock_server.proxy.running import ProxyOptions, finish
from mock_server.proxy.session import UnknownOperation
from mock_server.proxy.upstream import NoUpstream
from tests.targets import serve

from .conftest import AUTHORIZED, GONE, INTERVIEW, reply


def violations(response):
    return json.loads(response.headers["mock-violations"])


def test_an_answer_passes_as_it_is(proxy):
    with serve("jobhive") as target:
        direct = httpx.patch(target.url + INTERVIEW, json={"position": "Developer"}, headers=AUTHORIZED)
        response = proxy(target.url).update(position="Developer")

    assert (response.status_code, response.json()["data"]["position"]) == (200, "Developer")
    assert response.json().keys() == direct.json().keys()
    assert "mock-violations" not in response.headers
    assert response.headers["mock-decision"] == "proxy; upstream"


def test_what_upstream_breaks_is_told_with_its_source_in_the_header_the_journal_and_the_report(proxy):
    with serve("jobhive", fault="other_type_of_position") as target:
        running = proxy(target.url)
        response = running.update(position="Developer")

    (told,) = [one for one in violations(response) if one["where"] == "/data/position"]
    assert (told["side"], told["keyword"]) == ("upstream", "type")
    assert told["source"].startswith("003_1268dbac8b877aa1.txt")
    assert told in running.journal()[0]["violations"]
    report = running.client.get("/_mock/api/coverage").json()
    broken = [judgement["claim"]["id"] for judgement in report["judgements"] if judgement["verdict"] == "broken"]
    assert told["claim"] in broken
    assert running.session.fails


def test_what_the_client_breaks_is_told_and_passes_all_the_same(proxy):
    with serve("jobhive") as target:
        running = proxy(target.url)
        response = running.update(duration_minutes=91)

    assert 400 <= response.status_code < 500
    (told,) = violations(response)
    assert (told["side"], told["claim"]) == ("client", "updateInterview/request/body/duration_minutes:maximum")


def test_a_path_that_is_not_documented_passes_and_is_told(proxy, implementation):
    url = implementation(lambda handler: reply(handler, 200, handler.path.encode(), Content_Type="text/plain"))

    response = proxy(url).client.get("/other?a=b%20c")

    assert response.text == "/other?a=b%20c"
    assert violations(response)[0]["keyword"] == "documented"


def test_bytes_headers_and_queries_reach_upstream_as_they_were_sent(proxy, implementation):
    seen = {}

    def answer(handler):
        seen.update(path=handler.path, body=handler.sent, headers=dict(handler.headers), method=handler.command)
        reply(handler, 200, b"{}", Content_Type="application/json", X_Own="yes", Connection="X-Hop", X_Hop="1")

    running = proxy(implementation(answer))
    headers = {
        **AUTHORIZED,
        "X-Of-Mine": "value",
        "Accept-Encoding": "br, gzip",
        "Connection": "x-private",
        "X-Private": "1",
    }
    response = running.client.patch(
        "/v1/interviews/a%2Fb?x=%C3%A4", content=b'{"position": "\xc3\xa4"}', headers=headers
    )

    assert (seen["method"], seen["path"], seen["body"]) == (
        "PATCH",
        "/v1/interviews/a%2Fb?x=%C3%A4",
        b'{"position": "\xc3\xa4"}',
    )
    sent = {name.lower(): value for name, value in seen["headers"].items()}
    assert (sent["authorization"], sent["x-of-mine"]) == ("Bearer some-token", "value")
    assert sent["accept-encoding"] == "gzip"
    assert sent["host"] != running.client.base_url.netloc.decode()
    assert "x-private" not in sent
    assert response.headers["x-own"] == "yes"
    assert "x-hop" not in response.headers


def test_a_path_of_upstream_stands_in_for_the_documented_base_path(proxy, implementation):
    url = implementation(lambda handler: reply(handler, 200, b'"%s"' % handler.path.encode()))

    assert proxy(f"{url}/staging/v9/").update().json() == "/staging/v9/interviews/int_abc123def456"


def test_a_compressed_answer_passes_compressed_and_is_read(proxy, implementation):
    body = gzip.compress(b'{"success": "yes"}')
    url = implementation(
        lambda handler: reply(handler, 200, body, Content_Type="application/json", Content_Encoding="gzip")
    )

    response = proxy(url).update()

    assert response.headers["content-encoding"] == "gzip"
    assert response.json() == {"success": "yes"}
    assert any(told["where"] == "/success" for told in violations(response))


def test_cookies_of_one_client_are_not_sent_for_another(proxy, implementation):
    seen = []

    def answer(handler):
        seen.append(handler.headers.get("cookie"))
        reply(handler, 200, b"{}", Set_Cookie="sid=mine")

    url = proxy(implementation(answer)).url
    for _ in range(2):
        httpx.get(f"{url}/any", trust_env=False)

    assert seen == [None, None]


def test_a_stream_passes_as_it_comes(proxy, implementation):
    def answer(handler):
        handler.send_response(200)
        handler.send_header("Content-Type", "text/event-stream")
        handler.send_header("Connection", "close")
        handler.end_headers()
        handler.wfile.write(b"data: one\n\n")
        handler.wfile.flush()
        handler.wfile.write(b"data: two\n\n")
        handler.close_connection = True

    response = proxy(implementation(answer)).client.get("/events")

    assert response.text == "data: one\n\ndata: two\n\n"
    assert response.headers["mock-decision"] == "proxy; upstream; unchecked"


def test_an_upstream_that_is_down_is_told_as_a_bad_gateway(proxy):
    running = proxy(GONE)
    response = running.update()

    assert response.status_code == 502
    assert "upstream is down" in response.json()["detail"]
    assert running.journal()[0]["refusal"]["kind"] == "unavailable"
    assert not running.session.fails


def test_an_upstream_that_does_not_answer_is_not_waited_for(proxy, implementation):
    import threading

    release = threading.Event()
    url = implementation(lambda handler: (release.wait(10), reply(handler, 200))[1])

    response = proxy(url, seconds=0.3).update()
    release.set()

    assert response.status_code == 502
    assert "in time" in response.json()["detail"]


def test_the_mock_answers_where_upstream_is_down(proxy):
    response = proxy(GONE, answerers={"updateInterview": "fallback"}).update(position="Developer")

    assert (response.status_code, response.json()["data"]["position"]) == (200, "Developer")
    assert "down" in response.headers["mock-proxy"]


@pytest.mark.parametrize(
    ("status", "body", "kind", "by_mock"),
    [
        (404, b"<h1>Not found</h1>", "text/html", True),
        (404, b'{"success": false}', "application/json", False),
        (405, b"", "", True),
        (501, b"", "", True),
        (503, b"", "", True),
        (500, b"", "", False),
    ],
)
def test_the_mock_answers_where_upstream_has_no_route(proxy, implementation, status, body, kind, by_mock):
    url = implementation(lambda handler: reply(handler, status, body, Content_Type=kind or "text/plain"))

    response = proxy(url, answerers={"all": "fallback"}).update()

    assert ("mock-proxy" in response.headers) is by_mock
    assert response.status_code == (200 if by_mock else status)


def test_who_answers_is_switched_by_operation_while_it_runs(proxy):
    running = proxy(GONE)
    switched = running.client.patch("/_mock/api/proxy", json={"operations": {"updateInterview": "mock"}})

    assert switched.json() == {"upstream": GONE, "operations": {"updateInterview": "mock"}}
    assert running.client.get("/_mock/api/proxy").json() == switched.json()
    assert running.update().status_code == 200
    unknown = running.client.patch("/_mock/api/proxy", json={"operations": {"nothing": "mock"}})
    assert (unknown.status_code, "updateInterview" in unknown.json()["detail"]) == (422, True)


def test_each_world_has_its_exchanges_in_a_journal_of_its_own(proxy):
    with serve("jobhive") as target:
        running = proxy(target.url)
        running.client.patch(INTERVIEW, json={}, headers={**AUTHORIZED, "X-Mock-World": "mine"})
        running.client.patch(f"/_world/mine{INTERVIEW}", json={}, headers=AUTHORIZED)

    assert running.journal() == []
    mine = running.client.get("/_mock/api/journal", headers={"X-Mock-World": "mine"}).json()
    assert [entry["answer"]["status"] for entry in mine["entries"]] == [200, 200]


def test_a_body_over_the_limit_is_refused(proxy):
    response = proxy(GONE, mock=MockOptions(body_limit=10)).update(position="too long for this")

    assert response.status_code == 413


def test_many_exchanges_at_once_are_all_counted(proxy):
    from concurrent.futures import ThreadPoolExecutor

    with serve("jobhive") as target:
        running = proxy(target.url)
        with ThreadPoolExecutor(8) as pool:
            statuses = list(pool.map(lambda n: running.update(position=f"Number {n}").status_code, range(40)))

    assert statuses == [200] * 40
    assert running.session.ledgers["jobhive"].exchanges == 40


@pytest.mark.parametrize("url", ["api.example.com", "ftp://api.example.com", "http://"])
def test_what_is_no_url_is_refused_with_a_sentence(proxy, url):
    with pytest.raises(NoUpstream, match="no URL"):
        proxy(url)


def test_an_unknown_operation_is_refused_with_those_that_there_are(proxy):
    with pytest.raises(UnknownOperation, match="updateInterview"):
        proxy(GONE, answerers={"nothing": "mock"})


ODD = {
    "deep": b"[" * 100_000,
    "half a pair": b'{"success": true, "data": {"status": "\\ud800"}}',
    "half a pair as a name": b'{"\\udc00": 1}',
    "no number": b'{"success": NaN}',
    "long number": b'{"success": ' + b"9" * 5000 + b"}",
    "no text": b'{"success": "\xff"}',
}


@pytest.mark.parametrize("body", ODD.values(), ids=ODD.keys())
def test_what_is_no_good_json_passes_and_is_blamed(proxy, implementation, tmp_path, body):
    answering = implementation(lambda handler: reply(handler, 200, body, content_type="application/json"))
    running = proxy(answering, record=tmp_path)

    response = running.update()
    request = running.client.patch(INTERVIEW, content=body, headers={**AUTHORIZED, "Content-Type": "application/json"})

    assert (response.content, request.content) == (body, body)
    assert {one["side"] for one in violations(request)} == {"client", "upstream"}
    assert len(running.journal()) == 2
    assert running.client.get("/_mock/api/coverage").json()["decision"]["exit_code"] == 1
    asked = {"request": {"body": {"success": False}}}
    assert running.client.post("/_mock/api/journal/verify", json=asked).json()["count"] == 0
    assert len(specs.recordings(tmp_path)) == len(list(tmp_path.iterdir())) > 0


def test_a_report_may_tell_of_half_a_surrogate_pair(proxy, implementation, tmp_path):
    running = proxy(implementation(lambda handler: reply(handler, 200, b"{}", content_type="application/json")))
    options = ProxyOptions("", {}, report_dir=tmp_path, quiet=True)
    sent = b'{"position": "\\ud800", "duration_minutes": "\\udc00"}'
    running.client.patch(INTERVIEW, content=sent, headers={**AUTHORIZED, "Content-Type": "application/json"})

    assert finish(running.session, options) == 1
    assert json.loads((tmp_path / "report.json").read_text("utf-8"))["decision"]["exit_code"] == 1
