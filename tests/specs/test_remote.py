"""Documents from the network: what is followed, and each error in a sentence."""

import http.server
import socket
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import specs
from specs import reading, remote

HEAD = "openapi: 3.1.0\ninfo: {title: T, version: '1'}\n"
Answer = tuple[int, dict[str, str], bytes]


class Site:
    """A web server; `pages` are what it answers, by path (query included). `{url}` in a page is its own."""

    def __init__(self) -> None:
        self.pages: dict[str, Answer | Callable[[socket.socket], None]] = {}
        self.asked: list[str] = []
        site = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append(self.path)
                page = site.pages.get(self.path, (404, {}, b"nothing here"))
                if callable(page):
                    page(self.connection)
                    self.close_connection = True
                    return
                status, headers, body = page
                self.send_response(status)
                for name, value in ({"Content-Length": str(len(body))} | headers).items():
                    self.send_header(name, value.replace("{url}", site.url))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def put(self, path: str, text: str, kind: str = "application/yaml") -> None:
        self.pages[path] = (200, {"Content-Type": kind}, text.replace("{url}", self.url).encode())

    def redirect(self, path: str, to: str, status: int = 302) -> None:
        self.pages[path] = (status, {"Location": to}, b"")


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()
    yield site
    site.server.shutdown()
    site.server.server_close()


def load(url: str) -> specs.Api:
    return specs.load(url, allow_remote=True)


def document(reference: str) -> str:
    content = f"{{application/json: {{schema: {{$ref: '{reference}'}}}}}}"
    return f"{HEAD}paths: {{/a: {{get: {{responses: {{200: {{content: {content}}}}}}}}}}}\n"


def schema_of(api: specs.Api) -> object:
    return api.resolve(api.operations[0].responses[0].content[0].schema)


def refusal(url: str) -> str:
    with pytest.raises(specs.SpecError) as refused:
        load(url)
    return str(refused.value)


def test_other_files_are_read_from_the_same_server(site: Site) -> None:
    site.put("/v1/api.yaml", document("../shared/b.yaml?rev=2#/B"))
    site.put(
        "/shared/b.yaml?rev=2", "B: {properties: {c: {$ref: 'c.json'}, again: {$ref: '{url}/v1/api.yaml#/x-d'}}}\n"
    )
    site.put("/shared/c.json", '{"type": "string"}', "application/json")
    site.put("/v1/api.yaml", document("../shared/b.yaml?rev=2#/B") + "x-d: {type: integer}\n")
    api = load(f"{site.url}/v1/api.yaml")
    assert [api.resolve(member) for member in schema_of(api)["properties"].values()] == [
        {"type": "string"},
        {"type": "integer"},
    ]
    assert sorted(site.asked) == ["/shared/b.yaml?rev=2", "/shared/c.json", "/v1/api.yaml"]
    assert (api.name, api.files) == ("api", ())


@pytest.mark.parametrize(
    ("path", "name"),
    [("/pets/openapi.yaml", "pets"), ("/pets.json?x=/y.z", "pets"), ("/spec/", "spec"), ("/", "127.0.0.1")],
)
def test_an_api_is_named_by_its_address(site: Site, path: str, name: str) -> None:
    site.put(path, HEAD)
    assert load(site.url + path).name.startswith(name)


def test_a_slash_at_the_end_counts(site: Site) -> None:
    site.put("/spec/", document("b.yaml"))
    site.put("/spec/b.yaml", "type: string\n")
    assert schema_of(load(f"{site.url}/spec/")) == {"type": "string"}


def test_references_are_relative_to_where_a_redirect_led(site: Site) -> None:
    site.redirect("/latest", "/v7/api.yaml", 301)
    site.put("/v7/api.yaml", document("b.yaml#/B"))
    site.redirect("/v7/b.yaml", "{url}/other/b.yaml", 307)
    site.put("/other/b.yaml", "B: {allOf: [{$ref: 'c.yaml'}, {$ref: '/v7/b.yaml#/D'}]}\nD: {minLength: 1}\n")
    site.put("/other/c.yaml", "type: string\n")
    api = load(f"{site.url}/latest")
    assert [api.resolve(part) for part in schema_of(api)["allOf"]] == [{"type": "string"}, {"minLength": 1}]
    assert site.asked.count("/other/b.yaml") == 1


@pytest.mark.parametrize(
    ("to", "told"),
    [
        ("/round", "redirects more than 5 times"),
        ("file:///etc/hostname", "redirects to file:///etc/hostname, which is not followed"),
        ("ftp://127.0.0.1/a.yaml", "redirects to ftp://127.0.0.1/a.yaml, which is not followed"),
    ],
)
def test_redirects_that_are_not_followed(site: Site, to: str, told: str) -> None:
    site.redirect("/round", to)
    assert refusal(f"{site.url}/round").startswith(f"{site.url}/round: ")
    assert told in refusal(f"{site.url}/round")


def test_nothing_leads_from_https_to_http() -> None:
    request = urllib.request.Request("https://a.example/x.yaml")
    with pytest.raises(
        specs.UnreadableDocument, match=r"redirects to http://a\.example/y\.yaml, which is not followed"
    ):
        remote.Redirects().redirect_request(request, None, 302, "", {}, "http://a.example/y.yaml")


@pytest.mark.parametrize(
    ("page", "told"),
    [
        ((404, {}, b""), "cannot be fetched: the server answers 404 Not Found"),
        ((401, {}, b""), "cannot be fetched: the server answers 401 Unauthorized; the mock sends no credentials"),
        ((503, {}, b"openapi: 3.1.0"), "cannot be fetched: the server answers 503 Service Unavailable"),
        ((200, {"Content-Type": "text/html"}, b"hello"), "is a page for people, no document"),
        ((200, {}, b"\n<!doctype html><p>hello"), "is a page for people, no document"),
        ((200, {}, b"openapi: 3.1.0\npaths: [}"), ":2: is not YAML"),
        ((200, {}, b'{"openapi":\n}'), ".json:2: is not JSON"),
        ((200, {}, b"a: \xff\n"), ":1: is not UTF-8 text"),
        ((200, {}, b""), "is not an OpenAPI document: its root is no object"),
        ((200, {"Content-Length": "999"}, b"openapi: 3.1.0\n"), "cannot be fetched: the answer ends too early"),
        ((204, {}, b""), "is not an OpenAPI document"),
    ],
)
def test_what_is_no_document_is_told(site: Site, page: Answer, told: str) -> None:
    site.pages["/a.json"] = page
    message = refusal(f"{site.url}/a.json")
    assert message.startswith(f"{site.url}/a.json:")
    assert told in message


def test_a_server_that_speaks_no_http_is_told(site: Site) -> None:
    site.pages["/a.yaml"] = lambda connection: connection.sendall(b"HELLO\r\n\r\n")
    assert "cannot be fetched: " in refusal(f"{site.url}/a.yaml")
    site.pages["/b.yaml"] = lambda connection: None
    assert "cannot be fetched: " in refusal(f"{site.url}/b.yaml")


def test_a_server_that_is_not_there_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as bound:
        port = bound.getsockname()[1]
    assert "cannot be fetched: [Errno" in refusal(f"http://127.0.0.1:{port}/a.yaml")
    assert "cannot be fetched: " in refusal("http://no.such.host.invalid/a.yaml")
    assert "cannot be fetched: " in refusal("http://127.0.0.1:port/a.yaml")
    assert "cannot be fetched: " in refusal("http:///a.yaml")


def test_a_document_without_end_is_left(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote, "MAX_BYTES", 1 << 20)

    def endless(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        try:
            while True:
                connection.sendall(b"#" * 65536)
        except OSError:
            return

    site.pages["/a.yaml"] = endless
    assert "is larger than" in refusal(f"{site.url}/a.yaml")
    assert reading.MAX_BYTES > 1 << 20


def test_a_silent_server_is_left(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote, "PATIENCE", 0.2)
    site.pages["/a.yaml"] = lambda connection: time.sleep(1)
    assert "cannot be fetched: the server is silent" in refusal(f"{site.url}/a.yaml")


def test_a_slow_server_is_left(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote, "LONGEST", 0.3)

    def slow(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        for _ in range(50):
            try:
                connection.sendall(b"#\n")
            except OSError:
                return
            time.sleep(0.05)

    site.pages["/a.yaml"] = slow
    assert "it takes longer than" in refusal(f"{site.url}/a.yaml")


def test_a_file_that_another_refers_to_is_told_with_the_place_of_the_reference(site: Site) -> None:
    site.put("/a.yaml", document("b.yaml"))
    message = refusal(f"{site.url}/a.yaml")
    assert message.startswith(f"{site.url}/a.yaml:3: the reference 'b.yaml' cannot be followed: ")
    assert "404 Not Found" in message
    site.put("/b.yaml", "a: 1\nb: [}\n")
    assert "is not YAML" in refusal(f"{site.url}/a.yaml")
    assert "in its line 2" in refusal(f"{site.url}/a.yaml")


@pytest.mark.parametrize("reference", ["file:///etc/hostname", "ftp://127.0.0.1/x", "file:x.yaml"])
def test_a_document_from_the_network_does_not_reach_this_machine(site: Site, reference: str) -> None:
    site.put("/a.yaml", document(reference))
    assert "leads from the network to this machine" in refusal(f"{site.url}/a.yaml")


def test_nothing_beside_the_address_is_read_from_this_machine(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "rules.yaml").write_text("nonsense: 1\n")
    site.put("/a.yaml", HEAD)
    assert load(f"{site.url}/a.yaml").rules == specs.Rules()
    assert specs.load({"openapi": "3.1.0", "paths": {}}).rules == specs.Rules()


def test_a_local_document_may_refer_to_the_network_with_leave(site: Site, tmp_path: Path) -> None:
    site.put("/b.yaml", "B: {$ref: c.yaml}\n")
    site.put("/c.yaml", "type: string\n")
    path = tmp_path / "a.yaml"
    path.write_text(document(f"{site.url}/b.yaml#/B"))
    api = specs.load(path, allow_remote=True)
    assert schema_of(api) in ({"type": "string"}, {"$ref": "#/components/schemas/c"})
    assert api.files == (path,)
    with pytest.raises(specs.UnsafeReference, match="--allow-remote"):
        specs.load(path)
