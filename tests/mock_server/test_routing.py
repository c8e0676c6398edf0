"""Paths find their operation by specificity; everything else is told what there is."""

from __future__ import annotations

import time

import pytest

import specs
from mock_server import CannotServe, MockOptions, create_app
from mock_server.creation import make_table
from mock_server.routing import RouteCollision, Router
from mock_server.samples import listing

from .conftest import TOKEN


def router(*templates):
    made = Router()
    for template in templates:
        made.add("GET", template, template)
    return made


def found(made, path, raw=None):
    match = made.find(path, raw)
    if match is None:
        return None
    route, values = match
    names, target = route.methods["GET"]
    return target, dict(zip(names, values, strict=True))


@pytest.mark.parametrize("order", [1, -1])
def test_a_static_segment_wins_over_a_templated_one_in_any_order(order):
    made = router(*["/a/{id}", "/a/new", "/{x}/new", "/a/{id}.json"][::order])

    assert found(made, "/a/new") == ("/a/new", {})
    assert found(made, "/a/7") == ("/a/{id}", {"id": "7"})
    assert found(made, "/b/new") == ("/{x}/new", {"x": "b"})
    assert found(made, "/a/7.json") == ("/a/{id}.json", {"id": "7"})


def test_a_static_segment_that_leads_nowhere_is_no_trap():
    made = router("/a/new/x", "/a/{id}/y")

    assert found(made, "/a/new/y") == ("/a/{id}/y", {"id": "new"})


def test_several_parameters_can_share_a_segment():
    assert found(router("/report-{year}-{month}"), "/report-2025-11") == (
        "/report-{year}-{month}",
        {"year": "2025", "month": "11"},
    )


@pytest.mark.parametrize("template", ["/things", "/things/", "/things/{id}", "/things/{id}/"])
def test_both_forms_of_a_trailing_slash_are_found(template):
    path = template.replace("{id}", "7")
    other = path[:-1] if path.endswith("/") else path + "/"

    assert found(router(template), path) == found(router(template), other) is not None


def test_an_encoded_slash_belongs_to_a_value():
    assert found(router("/a/{id}/b"), "/a/x/y/b", b"/a/x%2Fy/b") == ("/a/{id}/b", {"id": "x%2Fy"})


def test_an_encoded_static_segment_is_found():
    assert found(router("/a b"), "/a b", b"/a%20b") == ("/a b", {})
    assert found(router("/a%20b/{id}"), "/a b/1", b"/a%20b/1") == ("/a%20b/{id}", {"id": "1"})


def test_text_around_a_parameter_may_be_encoded():
    made = router("/Orders({id})", "/jobs/{id}:run")

    assert found(made, "/Orders(7)", b"/Orders%287%29") == ("/Orders({id})", {"id": "7"})
    assert found(made, "/jobs/a/b:run", b"/jobs/a%2Fb%3Arun") == ("/jobs/{id}:run", {"id": "a%2Fb"})


def test_an_empty_segment_is_no_value():
    assert router("/a/{id}/b").find("/a//b") is None


def test_one_place_has_one_target():
    made = router("/a/{id}")

    with pytest.raises(RouteCollision):
        made.add("GET", "/a/{name}", "other")


def test_an_unknown_path_is_told_which_ones_there_are(mock):
    response = mock("jobhive")("GET", "/nowhere")

    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"
    assert "/v1/interviews/{id}" in response.json()["detail"]


def test_a_near_miss_is_named(mock):
    response = mock("driver_interviews")("POST", "/api/v1/interviws")

    assert "look like it: /api/v1/interviews" in response.json()["detail"]


def test_an_undocumented_method_is_refused_with_the_allowed_ones(mock):
    response = mock("jobhive")("DELETE", "/v1/interviews/int_1", headers=TOKEN)

    assert (response.status_code, response.headers["allow"]) == (405, "OPTIONS, PATCH")
    assert response.json()["error"]["code"] == "METHOD_NOT_ALLOWED"


def test_options_tells_the_allowed_methods(mock):
    response = mock("jobhive")("OPTIONS", "/v1/interviews/int_1")

    assert (response.status_code, response.headers["allow"], response.content) == (204, "OPTIONS, PATCH", b"")


def test_head_is_get_without_the_body(mock, document):
    ask = mock(document({"/a": {"get": {"responses": {"200": {"content": {"application/json": {"example": [1]}}}}}}}))

    get, head = ask("GET", "/a"), ask("HEAD", "/a")

    assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", "3")
    assert dict(head.headers) == dict(get.headers)


@pytest.mark.parametrize("path", ["/api/v1/interviews", "/api/v1/interviews/"])
def test_the_documented_trailing_slash_is_optional(mock, path):
    assert mock("driver_interviews")("POST", path).status_code == 401


def test_a_base_path_of_ones_own_replaces_the_documented_one(mock):
    ask = mock("jobhive", base_path="/mine")

    assert ask("PATCH", "/mine/interviews/int_abc123def456", json={}, headers=TOKEN).status_code == 200
    assert ask("PATCH", "/v1/interviews/int_abc123def456", json={}, headers=TOKEN).status_code == 404


def test_apis_with_prefixes_are_served_below_their_names(mock):
    ask = mock("jobhive", "driver_interviews", base_path="/v9", serve_by="prefix")

    assert ask("PATCH", "/jobhive/v9/interviews/int_abc123def456", json={}, headers=TOKEN).status_code == 200
    assert ask("PATCH", "/driver_interviews/v9/interviews/27", json={"interview": {}}, headers=TOKEN).status_code == 200


def test_apis_can_be_told_apart_by_host(mock):
    ask = mock("jobhive", "driver_interviews", base_path="/v9", serve_by="host")
    drivers = {**TOKEN, "Host": "example.org"}
    jobhive = {**TOKEN, "Host": "backend.jobhive.ai:4010"}

    assert ask("PATCH", "/v9/interviews/27", json={"interview": {}}, headers=drivers).status_code == 200
    assert ask("PATCH", "/v9/interviews/int_abc123def456", json={}, headers=jobhive).status_code == 200


def test_for_another_host_is_found_what_only_one_api_has(mock):
    ask = mock("jobhive", "kombo", serve_by="host")

    assert ask("PATCH", "/v1/interviews/int_abc123def456", json={}, headers=TOKEN).status_code == 200


def test_apis_that_collide_are_served_below_their_names(mock):
    ask = mock("jobhive", "driver_interviews", "kombo", base_path="/v9")

    assert ask("PATCH", "/jobhive/v9/interviews/int_abc123def456", json={}, headers=TOKEN).status_code == 200
    assert ask("PATCH", "/driver_interviews/v9/interviews/27", json={"interview": {}}, headers=TOKEN).status_code == 200
    assert ask("PATCH", "/v9/interviews/27", json={}, headers=TOKEN).status_code == 404
    kombo = next(operation for operation in specs.load("kombo").operations)
    assert ask(kombo.method, f"/v9{kombo.path}").status_code == 401


def test_apis_of_one_host_that_collide_are_not_served_together():
    document = {"openapi": "3.1.0", "servers": [{"url": "https://a.example"}], "paths": {"/a": {"get": {}}}}

    with pytest.raises(CannotServe, match="both have GET /a: serve them with --serve-by prefix"):
        create_app([document, document], MockOptions(serve_by="host"))


def test_each_curl_says_for_which_host_it_is():
    host = {"openapi": "3.1.0", "servers": [{"url": "https://a.example"}], "paths": {"/a": {"get": {}}}}
    other = {**host, "servers": [{"url": "https://b.example"}]}
    printed = "\n".join(listing(make_table([host, other], MockOptions(serve_by="host")), "http://here"))

    assert "curl -i -H 'Host: a.example' http://here/a" in printed
    assert "curl -i -H 'Host: b.example' http://here/a" in printed


def test_paths_that_look_like_one_are_found_soon_among_many():
    router = Router()
    for number in range(3000):
        router.add("GET", f"/owners/{{owner}}/things-{number}/{{id}}/some-items/of-it", number)
    begun = time.perf_counter()

    near = router.near("/owners/{owner}/things-7/{id}/some-items/of-itt")

    assert near[0] == "/owners/{owner}/things-7/{id}/some-items/of-it"
    assert time.perf_counter() - begun < 0.15
