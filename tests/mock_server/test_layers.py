"""What stands around the operations: CORS, the mock's own pages, the log, the fixture, reading again."""

from __future__ import annotations

import io
import json
import shutil
import threading
import time
from contextlib import contextmanager

import httpx
import pytest

import specs
from mock_server import MockOptions, create_app
from mock_server.access_log import AccessLog, logged
from mock_server.creation import assemble, make_table
from mock_server.edge import edge
from mock_server.reloading import Reloading, folders_of
from mock_server.running import warn

from .conftest import TOKEN, asking

INTERVIEW = "/v1/interviews/int_abc123def456"
ORIGIN = {"Origin": "http://app.example"}


def test_a_preflight_is_granted(mock):
    asked = {**ORIGIN, "Access-Control-Request-Method": "PATCH", "Access-Control-Request-Headers": "authorization"}

    response = mock("jobhive")("OPTIONS", INTERVIEW, headers=asked)

    assert response.status_code == 204
    assert response.headers["access-control-allow-origin"] == "http://app.example"
    assert "PATCH" in response.headers["access-control-allow-methods"]
    assert response.headers["access-control-allow-headers"] == "authorization"


@pytest.mark.parametrize("headers", [TOKEN, {}], ids=["answered", "refused"])
def test_a_browser_may_read_every_answer(mock, headers):
    response = mock("jobhive")("PATCH", INTERVIEW, json={}, headers={**headers, **ORIGIN})

    assert response.headers["access-control-allow-origin"] == "http://app.example"
    assert "mock-decision" in response.headers["access-control-expose-headers"]


def test_a_documented_vary_stays_as_it_is(mock):
    path = "/api/v1/interviews/27"

    response = mock("driver_interviews")("PATCH", path, json={"interview": {}}, headers={**TOKEN, **ORIGIN})

    assert response.headers.get_list("vary") == ["Accept, Origin"]


def test_without_cors_no_leave_is_given(mock):
    response = mock("jobhive", cors=False)("PATCH", INTERVIEW, json={}, headers={**TOKEN, **ORIGIN})

    assert not [name for name in response.headers if name.startswith("access-control")]


def test_health_names_the_apis(mock):
    assert mock("jobhive", "kombo")("GET", "/_mock/health").json() == {"status": "ok", "apis": ["jobhive", "kombo"]}


@pytest.mark.parametrize("path", ["/_mock", "/_mock/"])
def test_a_page_shows_what_is_served(mock, path):
    response = mock("jobhive")("GET", path)

    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert "/v1/interviews/{id}" in response.text
    assert "/_mock/jobhive/openapi.yaml" in response.text


def test_the_original_document_is_served_in_both_notations(mock):
    ask, api = mock("jobhive"), specs.load("jobhive")

    assert ask("GET", "/_mock/jobhive/openapi.yaml").text == api.original
    document = ask("GET", "/_mock/jobhive/openapi.json").json()
    assert document["info"] == api.document["info"]
    assert document["openapi"] == "3.1.0"


def test_the_pages_of_the_mock_can_only_be_read(mock):
    assert mock("jobhive")("POST", "/_mock/health").status_code == 405
    assert "/_mock/health" in mock("jobhive")("GET", "/_mock/nothing").json()["detail"]


@pytest.mark.parametrize("log_format", ["text", "json"])
def test_each_answer_is_one_line_in_the_log(log_format):
    stream = io.StringIO()
    log = AccessLog(log_format, stream)
    ask = asking(logged(create_app("jobhive"), log))
    ask("PATCH", INTERVIEW, json={}, headers=TOKEN)
    ask("GET", "/nowhere%0Aelse")
    log.flush()

    lines = stream.getvalue().splitlines()
    assert len(lines) == 2
    if log_format == "json":
        assert [json.loads(line)["status"] for line in lines] == [200, 404]
    else:
        assert f"200 PATCH {INTERVIEW}" in lines[0]
        assert lines[0].endswith("jobhive:updateInterview")


def test_a_fault_of_the_mock_is_answered_and_logged(caplog):
    async def broken(scope, receive, send):
        raise ZeroDivisionError

    response = asking(edge(broken))("GET", "/")

    assert (response.status_code, response.json()["status"]) == (500, 500)
    assert "ZeroDivisionError" in caplog.text


def test_the_fixture_starts_mocks_on_ports_of_their_own_and_in_process(understudy_mock):
    one, other = understudy_mock("jobhive"), understudy_mock("jobhive", tokens=("only",))

    assert one.url != other.url
    assert httpx.patch(one.url + INTERVIEW, json={}, headers=TOKEN).status_code == 200
    assert httpx.patch(other.url + INTERVIEW, json={}, headers=TOKEN).status_code == 401
    assert asking(understudy_mock("jobhive").app)("PATCH", INTERVIEW, json={}, headers=TOKEN).status_code == 200


@pytest.fixture
def reloading(tmp_path):
    folder = tmp_path / "specs" / "jobhive"
    original = specs.load("jobhive").file
    shutil.copytree(original.parent, folder)
    shutil.copytree(original.parents[2] / "fixtures" / "jobhive", tmp_path / "fixtures" / "jobhive")
    file = folder / "openapi.yaml"
    options = MockOptions()
    table = make_table(file, options)
    return Reloading(assemble(table), table, lambda: [specs.load(file)], options), file


def test_a_changed_document_is_served_and_the_state_goes_on(reloading, capsys):
    app, file = reloading
    ask = asking(app)
    ask("PATCH", INTERVIEW, json={"position": "Another"}, headers=TOKEN)
    file.write_text(file.read_text().replace("maximum: 90", "maximum: 120"))

    assert app.reload()

    data = ask("PATCH", INTERVIEW, json={"duration_minutes": 120}, headers=TOKEN).json()["data"]
    assert (data["position"], data["duration_minutes"]) == ("Another", 120)
    assert "the state was kept" in capsys.readouterr().err


def test_a_broken_document_is_not_served_and_the_old_one_stays(reloading, capsys):
    app, file = reloading
    file.write_text("openapi: 3.1.0\npaths: [}")

    assert not app.reload()

    assert asking(app)("PATCH", INTERVIEW, json={}, headers=TOKEN).status_code == 200
    assert f"{file}:2" in capsys.readouterr().err


@contextmanager
def watching(app):
    watcher = threading.Thread(target=app._watch, daemon=True)
    watcher.start()
    time.sleep(0.5)
    try:
        yield
    finally:
        app._stop.set()
        watcher.join(10)


def wait_for(expected, ask):
    deadline = time.monotonic() + 10
    while (got := ask()) != expected and time.monotonic() < deadline:
        time.sleep(0.05)
    assert got == expected


def test_a_change_is_noticed(reloading):
    app, file = reloading
    with watching(app):
        file.write_text(file.read_text().replace("maximum: 90", "maximum: 120"))
        body = {"duration_minutes": 120}
        wait_for(200, lambda: asking(app)("PATCH", INTERVIEW, json=body, headers=TOKEN).status_code)


@pytest.fixture
def in_parts(tmp_path):
    """A document whose parts stand in a folder below its own, and in one of those."""
    (tmp_path / "parts" / "deep").mkdir(parents=True)
    for path in ("a", "b"):
        text = "get: {responses: {'200': {description: ok, content: {application/json: {$ref: deep/shared.yaml}}}}}\n"
        (tmp_path / "parts" / f"{path}.yaml").write_text(
            text.replace("{$ref", "{schema: {$ref").replace("yaml}", "yaml}}")
        )
    (tmp_path / "parts" / "deep" / "shared.yaml").write_text("const: 1\n")
    file = tmp_path / "api.yaml"
    file.write_text("openapi: 3.1.0\npaths: {/a: {$ref: parts/a.yaml}, /b: {$ref: parts/b.yaml}}\n")
    options = MockOptions()
    table = make_table(file, options)
    return Reloading(assemble(table), table, lambda: [specs.load(file)], options), tmp_path


def test_a_change_of_a_file_that_several_refer_to_is_noticed(in_parts):
    app, folder = in_parts
    with watching(app):
        (folder / "parts" / "deep" / "shared.yaml").write_text("const: 2\n")
        for path in ("/a", "/b"):
            wait_for(2, lambda path=path: asking(app)("GET", path).json())


def test_the_files_of_the_new_document_are_watched(in_parts):
    app, folder = in_parts
    new = folder / "new"
    new.mkdir()
    (new / "c.yaml").write_text("const: 3\n")
    with watching(app):
        (folder / "parts" / "b.yaml").write_text(
            (folder / "parts" / "b.yaml").read_text().replace("deep/shared", "../new/c")
        )
        wait_for(3, lambda: asking(app)("GET", "/b").json())
        time.sleep(0.5)
        (new / "c.yaml").write_text("const: 4\n")
        wait_for(4, lambda: asking(app)("GET", "/b").json())


def test_a_file_that_was_missing_is_noticed(in_parts, capsys):
    app, folder = in_parts
    with watching(app):
        (folder / "parts" / "b.yaml").write_text("get: {responses: {'200': {$ref: answer.yaml}}}\n")
        wait_for(True, lambda: "no such file" in capsys.readouterr().err)
        (folder / "parts" / "answer.yaml").write_text("content: {application/json: {example: 5}}\n")
        wait_for(5, lambda: asking(app)("GET", "/b").json())


def test_what_belongs_to_no_document_changes_nothing(in_parts, capsys):
    app, folder = in_parts
    with watching(app):
        (folder / "package.json").write_text("{}")
        (folder / "parts" / "other.yaml").write_text("{}")
        time.sleep(1.0)
    assert capsys.readouterr().err == ""


def test_the_folders_of_fixtures_and_references_are_watched(reloading, in_parts):
    _, file = reloading

    assert folders_of([specs.load(file)]) == [file.parent, file.parents[2] / "fixtures" / "jobhive"]
    _, folder = in_parts
    assert folders_of([specs.load(folder / "api.yaml")]) == [folder, folder / "parts", folder / "parts" / "deep"]
    assert folders_of([specs.load({"openapi": "3.1.0", "paths": {}})]) == []


DOCUMENT = {"openapi": "3.1.0", "paths": {"/a": {"get": {"responses": {200: {"content": {"a/json": {"example": 1}}}}}}}}


def test_a_document_may_be_given_as_a_dict(understudy_mock):
    assert asking(create_app(DOCUMENT))("GET", "/a").json() == 1
    assert asking(create_app([DOCUMENT, "jobhive"]))("GET", "/a").json() == 1
    assert httpx.get(understudy_mock(DOCUMENT, mode="examples").url + "/a").json() == 1


@pytest.mark.parametrize(
    ("document", "told"),
    [
        ({**DOCUMENT, "x-time": object()}, "more than JSON can hold"),
        ({}, "neither `openapi` nor `swagger`"),
        ({"openapi": "3.1.0", "paths": {"/a": {"$ref": "a.yaml"}}}, "leaves the folder of the spec"),
        ({"openapi": "3.1.0", "paths": []}, "the document:3: `paths` has to be an object"),
    ],
)
def test_a_dict_that_is_no_document_is_told(document, told):
    with pytest.raises(specs.SpecError, match=told):
        create_app(document)


def test_long_lists_of_warnings_are_cut(capsys):
    paths = {f"/{n}": {"get": {"responses": {"200": {"description": "ok"}}}} for n in range(50)}
    warn(make_table({"openapi": "3.1.0", "info": {"title": "T"}, "paths": paths}, MockOptions()))
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 20
    assert lines[-1] == "warning: ... and 31 more; api-specs lint tells them all"
