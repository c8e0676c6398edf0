"""What goes wrong on purpose: for whom, how often, and how it looks from outside."""

from __future__ import annotations

import random
import socket
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from click.testing import CliRunner

from mock_server import CannotServe, MockOptions, create_app
from mock_server.cli import main
from mock_server.faults import Delay, as_fault, as_json
from mock_server.faults.limits import MemoryWindows, Window
from mock_server.faults.scenario import read_scenario
from mock_server.simulation.store import LIMIT
from mock_server.threads import Mocks

from .conftest import TOKEN, asking
from .controlling import ROOT, controlling

PATH = "/v1/interviews/int_abc123def456"


@pytest.fixture
def ask(mock):
    return mock("jobhive", "driver_interviews", clock="2024-01-15T16:45:00Z")


@pytest.fixture
def control(ask):
    return controlling(ask)


def update(ask, position="X", **headers):
    return ask("PATCH", PATH, json={"position": position}, headers={**TOKEN, **headers})


def statuses(ask, count):
    return [update(ask).status_code for _ in range(count)]


def test_a_documented_error_stands_in_place_of_the_operation(ask, control):
    control("POST", "/faults", {"kind": "status", "status": 404})

    response = update(ask, "Lost")

    assert (response.status_code, response.json()["error"]["code"]) == (404, "INTERVIEW_NOT_FOUND")
    assert response.headers["mock-fault"] == "status"
    assert control("GET", "/state/jobhive/interview/int_abc123def456").json()["position"] != "Lost"


def test_an_error_that_is_not_documented_is_put_into_the_apis_words(ask, control):
    control("POST", "/faults", {"kind": "status", "status": 503})

    response = update(ask)

    assert (response.status_code, response.json()["error"]["code"]) == (503, "SERVICE_UNAVAILABLE")


def test_a_fault_is_over_after_the_next_requests(ask, control):
    control("POST", "/faults", {"kind": "status", "status": 503, "times": 2})

    assert statuses(ask, 2) == [503, 503]
    assert control("GET", "/faults").json() == {"faults": []}
    assert statuses(ask, 1) == [200]


def test_a_fault_strikes_by_probability_and_the_same_seed_strikes_alike(mock):
    def some(seed):
        ask = mock("jobhive", seed=seed)
        controlling(ask)("POST", "/faults", {"kind": "status", "status": 503, "probability": 0.5})
        return statuses(ask, 20)

    first = some(7)

    assert first == some(7)
    assert 3 < first.count(503) < 17


def test_a_fault_is_for_the_operations_that_it_names(ask, control):
    control("POST", "/faults", {"kind": "status", "status": 503, "operations": ["driver_interviews:updateInterview"]})

    assert statuses(ask, 1) == [200]


def test_a_fault_is_in_one_world(ask, control):
    control("POST", "/faults", {"kind": "status", "status": 503}, world="one")

    assert update(ask, **{"X-Mock-World": "one"}).status_code == 503
    assert update(ask).status_code == 200


def test_an_answer_can_be_late(ask, control):
    control("POST", "/faults", {"kind": "delay", "seconds": 0.15})
    begun = time.perf_counter()

    response = update(ask)

    assert response.status_code == 200
    assert time.perf_counter() - begun >= 0.15


def test_delays_and_errors_come_together(ask, control):
    control("PUT", "/faults", {"faults": [{"kind": "delay", "seconds": 0.1}, {"kind": "status", "status": 503}]})
    begun = time.perf_counter()

    assert update(ask).headers["mock-fault"] == "delay, status"
    assert time.perf_counter() - begun >= 0.1


def test_of_several_errors_the_first_is_answered_until_it_is_over(ask, control):
    wanted = [{"kind": "status", "status": status, "times": 1} for status in (503, 404)]
    control("PUT", "/faults", {"faults": wanted})

    assert statuses(ask, 3) == [503, 404, 200]


def test_faults_cannot_be_added_without_end(control):
    control("PUT", "/faults", {"faults": [{"kind": "reset"}] * 1000})

    assert control("POST", "/faults", {"kind": "reset"}).status_code == 409


def test_delays_are_drawn_from_their_distributions():
    chance = random.Random(1)
    uniform = [Delay("uniform", 1, 2).drawn(chance) for _ in range(500)]
    lognormal = sorted(Delay("lognormal", 0.2, 0.5).drawn(chance) for _ in range(501))

    assert (min(uniform) >= 1, max(uniform) <= 2, 1.45 < sum(uniform) / 500 < 1.55) == (True, True, True)
    assert 0.18 < lognormal[250] < 0.22
    assert 0.10 < lognormal[79] < 0.14  # one standard deviation below: 0.2 / e ** 0.5
    assert Delay("fixed", 0.5).drawn(chance) == 0.5


def test_a_rate_limit_counts_refuses_and_lets_in_again(ask, control):
    control("POST", "/faults", {"kind": "rate_limit", "limit": 2, "seconds": 60})

    first, second, third = (update(ask) for _ in range(3))

    assert (first.headers["x-ratelimit-limit"], first.headers["x-ratelimit-remaining"]) == ("2", "1")
    assert (second.status_code, second.headers["x-ratelimit-remaining"]) == (200, "0")
    assert (third.status_code, third.json()["error"]["code"]) == (429, "TOO_MANY_REQUESTS")
    assert (third.headers["retry-after"], third.headers["x-ratelimit-reset"]) == ("60", "60")
    assert control("GET", "/faults").json()["faults"][0]["struck"] == 1
    control("POST", "/clock/advance", {"seconds": 45})
    assert update(ask).headers["retry-after"] == "15"
    control("POST", "/clock/advance", {"seconds": 15})
    assert update(ask).status_code == 200


def test_a_rate_limit_is_told_in_the_headers_that_the_document_has_for_it(mock, document):
    headers = {
        "RateLimit-Remaining": {"schema": {"type": "integer"}, "example": 4999},
        "X-Rate-Limit-Reset": {"schema": {"type": "integer"}, "example": 1700000000},
    }
    refused = {"description": "Later", "headers": {"Retry-After": {"schema": {"type": "integer"}, "example": 7}}}
    answers = {"200": {"description": "Here", "headers": headers}, "429": refused}
    ask = mock(document({"/things": {"get": {"responses": answers}}}), clock="2024-01-15T16:45:00Z")
    controlling(ask)("POST", "/faults", {"kind": "rate_limit", "limit": 1, "seconds": 60})

    first, second = ask("GET", "/things"), ask("GET", "/things")

    shown = [(name, value) for name, value in first.headers.multi_items() if "limit" in name]
    reset = ("x-rate-limit-reset", "1705337160")
    assert sorted(shown) == [("ratelimit-remaining", "0"), reset, ("x-ratelimit-limit", "1")]
    assert (second.status_code, second.headers.get_list("retry-after")) == (429, ["60"])


def test_of_several_rate_limits_the_nearest_is_told(ask, control):
    wanted = [{"kind": "rate_limit", "limit": limit, "seconds": 60} for limit in (5, 2, 9)]
    control("PUT", "/faults", {"faults": wanted})

    assert [update(ask).headers["x-ratelimit-remaining"] for _ in range(2)] == ["1", "0"]
    refused = update(ask)
    assert (refused.status_code, refused.headers["x-ratelimit-limit"]) == (429, "2")


SCHEMES = {
    "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
    "asked": {"type": "apiKey", "in": "query", "name": "key"},
    "baked": {"type": "apiKey", "in": "cookie", "name": "key"},
}
CLIENTS = {
    "bearer tokens": ({"headers": {"Authorization": "Bearer a"}}, {"headers": {"Authorization": "Bearer b"}}),
    "keys in headers": ({"headers": {"X-Key": "a"}}, {"headers": {"X-Key": "b"}}),
    "keys in the query": ({"params": {"key": "a", "x": "1"}}, {"params": {"key": "b"}}),
    "keys in cookies": ({"headers": {"Cookie": "x=1; key=a"}}, {"headers": {"Cookie": "key=b"}}),
    "names in digests": (
        {"headers": {"Authorization": 'Digest username="a", nonce="1"'}},
        {"headers": {"Authorization": 'Digest username="b", nonce="1"'}},
    ),
    "a credential and none": ({"headers": {"Authorization": "Bearer a"}}, {}),
}


@pytest.fixture
def limited(document):
    """`limited("10.0.0.1")` asks, from there, a mock that lets each client ask twice in a minute."""
    file = document(
        {"/things": {"get": {"responses": {"204": {"description": "None"}}}}}, components={"securitySchemes": SCHEMES}
    )
    per_client = {"kind": "rate_limit", "limit": 2, "seconds": 60, "per": "client"}
    app = create_app(file, MockOptions(faults=(per_client,), clock="2024-01-15T16:45:00Z"))

    def from_(address):
        return asking(app, address)

    return from_


@pytest.mark.parametrize("clients", CLIENTS.values(), ids=CLIENTS.keys())
def test_a_rate_limit_can_count_each_client_by_its_credential(limited, clients):
    one, other = clients

    def remaining(client, address="10.0.0.1"):
        return limited(address)("GET", "/things", **client).headers["x-ratelimit-remaining"]

    assert [remaining(one), remaining(one), remaining(other), remaining(other)] == ["1", "0", "1", "0"]
    refused = limited("10.0.0.1")("GET", "/things", **one)
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "60")


def test_a_client_is_known_by_its_credential_wherever_it_is_and_else_by_its_address(limited):
    def status(address, **client):
        return limited(address)("GET", "/things", **client).status_code

    assert [status("10.0.0.1"), status("10.0.0.1"), status("10.0.0.1"), status("10.0.0.2")] == [204, 204, 429, 204]
    known = [status(f"10.0.1.{number}", headers={"X-Key": "a"}) for number in range(3)]
    assert known == [204, 204, 429]


def test_the_digest_of_a_client_may_be_another_in_each_request(limited):
    digests = [{"Authorization": f'Digest nonce="{number}", username="a"'} for number in range(3)]

    assert [limited("10.0.0.1")("GET", "/things", headers=one).status_code for one in digests] == [204, 204, 429]


def test_a_window_of_a_client_begins_with_its_first_request(limited):
    one, other = ({"X-Key": key} for key in "ab")
    ask = limited("10.0.0.1")
    ask("GET", "/things", headers=one)
    controlling(limited("127.0.0.1"))("POST", "/clock/advance", {"seconds": 40})

    assert ask("GET", "/things", headers=one).headers["x-ratelimit-reset"] == "20"
    assert ask("GET", "/things", headers=other).headers["x-ratelimit-reset"] == "60"


def test_the_clients_that_are_counted_are_bounded():
    windows = MemoryWindows()
    windows.put("first", Window(0, 1))
    windows.put("second", Window(0, 1))
    windows.put("first", Window(0, 2))
    for number in range(LIMIT - 1):
        windows.put(str(number), Window(0, 1))

    assert (windows.get("first"), windows.get("second")) == (Window(0, 2), None)


def test_an_answer_can_come_in_pieces(ask, control):
    usual = update(ask)
    control("POST", "/faults", {"kind": "dribble", "seconds": 0.2, "pieces": 4})
    begun = time.perf_counter()

    assert update(ask).json()["data"] == usual.json()["data"]
    assert time.perf_counter() - begun >= 0.2


def test_faults_are_listed_replaced_and_taken_out(control):
    first = control("POST", "/faults", {"kind": "reset", "probability": 0.5, "operations": ["createInterview"]})
    control("POST", "/faults", {"kind": "delay", "from": 0, "to": 1})

    assert first.status_code == 201
    wanted = {"kind": "reset", "probability": 0.5, "operations": ["createInterview"]}
    assert first.json() == {"id": "fault-1", "fault": wanted, "struck": 0, "left": None}
    assert control("DELETE", "/faults/fault-1").status_code == 204
    assert control("DELETE", "/faults/fault-1").status_code == 404
    assert [fault["id"] for fault in control("GET", "/faults").json()["faults"]] == ["fault-2"]
    assert control("DELETE", "/faults").status_code == 204
    assert control("GET", "/faults").json() == {"faults": []}


@pytest.mark.parametrize(
    "written",
    [
        {"kind": "delay", "seconds": 0.5},
        {"kind": "delay", "from": 0.1, "to": 0.5, "times": 3},
        {"kind": "delay", "median": 0.2, "sigma": 0.5},
        {"kind": "status", "status": 503, "example": "down", "operations": ["createInterview"]},
        {"kind": "rate_limit", "limit": 10, "seconds": 60.0},
        {"kind": "rate_limit", "limit": 10, "seconds": 60.0, "per": "client"},
        {"kind": "dribble", "seconds": 1.0, "pieces": 3},
        {"kind": "malformed_chunk", "probability": 0.25},
    ],
)
def test_a_fault_is_shown_as_it_was_written(written):
    assert as_json(as_fault(written)) == written


@pytest.mark.parametrize(
    "written",
    [
        {"kind": "explosion"},
        {"kind": "status"},
        {"kind": "status", "status": 200},
        {"kind": "rate_limit", "limit": 1, "seconds": 0},
        {"kind": "rate_limit", "limit": 1, "seconds": 1, "per": "user"},
        {"kind": "dribble"},
        {"kind": "delay"},
        {"kind": "delay", "from": 1},
        {"kind": "delay", "from": 2, "to": 1},
        {"kind": "delay", "seconds": 1, "median": 1, "sigma": 1},
        {"kind": "delay", "seconds": 601},
        {"kind": "reset", "operations": ["updateIntervie"]},
        {"kind": "reset", "probability": 0},
        {"kind": "reset", "times": 0},
    ],
)
def test_what_is_no_fault_is_refused(control, written):
    assert control("POST", "/faults", written).status_code == 422
    assert control("PUT", "/faults", {"faults": [{"kind": "reset"}, written]}).status_code == 422
    assert control("GET", "/faults").json() == {"faults": []}


def test_a_scenario_file_lets_things_go_wrong_from_the_start_in_every_world(mock, tmp_path):
    file = tmp_path / "scenario.yaml"
    file.write_text("faults:\n  - {kind: status, status: 503, operations: [updateInterview], times: 1}\n")
    ask = mock("jobhive", faults=read_scenario(file))

    assert statuses(ask, 2) == [503, 200]
    assert update(ask, **{"X-Mock-World": "one"}).status_code == 503


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("faults: 1", "a list of faults"),
        ("[]", "a list of faults"),
        ("faults: [{kind: slow}]", "/faults/0/kind: expected one of"),
        ("faults: [{kind: delay, from: 1}]", "either seconds, or from and to"),
        ("faults: [{kind: reset, operations: [updateIntervie]}]", "updateInterview"),
    ],
)
def test_a_scenario_that_has_no_sense_is_not_served(tmp_path, text, told):
    file = tmp_path / "scenario.yaml"
    file.write_text(text)

    with pytest.raises(CannotServe, match=told):
        create_app("jobhive", MockOptions(faults=read_scenario(file)))


def test_a_scenario_that_cannot_be_read_is_not_served(tmp_path):
    with pytest.raises(CannotServe, match="cannot be read"):
        read_scenario(tmp_path)


def test_a_fault_that_breaks_connections_says_that_there_is_none(ask):
    response = update(ask, Prefer="fault=reset")

    assert (response.status_code, "test's process" in response.json()["detail"]) == (500, True)


def test_a_client_may_prefer_a_fault_or_be_told_which_there_are(ask):
    assert update(ask, Prefer="fault=dribble").status_code == 200
    refused = update(ask, Prefer="fault=explosion")
    assert (refused.status_code, "malformed_chunk" in refused.text) == (422, True)


@pytest.fixture
def url():
    mocks = Mocks()
    yield mocks("jobhive").url
    mocks.close()


def raw(url, **headers):
    """Everything that comes back over a socket; None where the connection was reset."""
    fields = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    body = b'{"position":"Lost"}'
    host, port = url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as wire:
        head = f"PATCH {PATH} HTTP/1.1\r\nHost: mock\r\nAuthorization: Bearer x\r\nContent-Type: application/json\r\n"
        wire.sendall(f"{head}{fields}Content-Length: {len(body)}\r\n\r\n".encode() + body)
        received = b""
        try:
            while chunk := wire.recv(65536):
                received += chunk
        except ConnectionResetError:
            return None
    return received


def kept(url):
    return httpx.get(f"{url}{ROOT}/state/jobhive/interview/int_abc123def456").json()["position"]


def test_a_connection_is_reset_behind_an_operation_that_was_performed(url):
    assert raw(url, Prefer="fault=reset") is None
    assert kept(url) == "Lost"


def test_an_answer_can_be_empty(url):
    assert raw(url, Prefer="fault=empty") == b""


def test_an_answer_can_have_a_malformed_chunk(url):
    received = raw(url, Prefer="fault=malformed-chunk")

    assert received.startswith(b"HTTP/1.1 200 OK\r\n")
    assert b"transfer-encoding: chunked" in received.lower()
    assert received.endswith(b"\r\nno length\r\n\r\n")
    with pytest.raises(httpx.RemoteProtocolError):
        httpx.patch(url + PATH, json={"position": "X"}, headers={**TOKEN, "Prefer": "fault=malformed_chunk"})


def test_a_broken_answer_can_be_late_as_well(url):
    httpx.put(
        f"{url}{ROOT}/faults", json={"faults": [{"kind": "delay", "seconds": 0.1}, {"kind": "empty", "times": 1}]}
    )
    begun = time.perf_counter()

    assert raw(url) == b""
    assert time.perf_counter() - begun >= 0.1
    assert raw(url, Connection="close").startswith(b"HTTP/1.1 200 OK")


def test_other_clients_are_unharmed_by_a_broken_connection(url):
    with httpx.Client(base_url=url, headers=TOKEN) as client:
        assert client.patch(PATH, json={"position": "A"}).status_code == 200
        assert raw(url, Prefer="fault=reset") is None
        assert client.patch(PATH, json={"position": "B"}).status_code == 200


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ({"kind": "status", "status": 503, "seconds": 2}, "'status' takes no 'seconds'; it takes: status, example,"),
        ({"kind": "reset", "status": 503}, "'reset' takes no 'status'; it takes: operations, probability, times."),
        ({"kind": "delay", "seconds": 1, "per": "client"}, "'delay' takes no 'per'"),
    ],
)
def test_a_fault_with_what_its_kind_does_not_take_is_refused(control, tmp_path, fault, told):
    assert told in control("POST", "/faults", fault).json()["detail"]
    with pytest.raises(CannotServe, match=told):
        create_app("jobhive", MockOptions(faults=(fault,)))


def test_whole_numbers_are_whole_in_every_notation(url):
    fault = '{"kind": "dribble", "seconds": 0.01, "pieces": 2.0, "times": 1e0}'
    made = httpx.post(f"{url}{ROOT}/faults", content=fault, headers={"Content-Type": "application/json"})

    assert (made.status_code, made.json()["fault"]["pieces"], made.json()["left"]) == (201, 2, 1)
    assert raw(url, Connection="close").startswith(b"HTTP/1.1 200 OK")
    assert httpx.get(f"{url}{ROOT}/faults").json() == {"faults": []}


def test_the_command_refuses_a_scenario_with_a_sentence(tmp_path):
    file = tmp_path / "scenario.yaml"
    file.write_text("faults: [{kind: reset, operations: [updateIntervie]}]")

    result = CliRunner().invoke(main, ["jobhive", "--port", "0", "--scenario", str(file)])

    assert (result.exit_code, "There is no operation 'updateIntervie'" in result.output) == (2, True)


@pytest.mark.parametrize("late", ["wait=50", "wait=50, fault=dribble"])
def test_an_answer_that_is_late_on_purpose_is_sent_when_the_mock_stops(monkeypatch, late):
    monkeypatch.setattr("mock_server.faults.delivery.GRACE", 0.2)
    mocks = Mocks()
    mock = mocks("jobhive")
    url = mock.url
    with ThreadPoolExecutor() as pool:
        headers = {**TOKEN, "Prefer": late}
        waiting = pool.submit(httpx.patch, url + PATH, json={}, headers=headers, timeout=60)
        time.sleep(0.3)
        begun = time.monotonic()
        mocks.close()
        answer = waiting.result()

    assert 0.1 < time.monotonic() - begun < 4
    assert (answer.status_code, answer.json()["success"]) == (200, True)
