"""Bodies of events have the form that the document gives, and are filled from what happened."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import specs
from mock_server import MockOptions
from mock_server.creation import make_table
from mock_server.schemas import compile_schema
from mock_server.webhooks.payloads import Happened, Payloads

ORDER = {"id": 7, "status": "paid", "note": None}
HAPPENED = Happened(ORDER, "order", 7, datetime(2024, 1, 15, 16, 45, tzinfo=UTC), "msg_1")
TIME = "2024-01-15T16:45:00.000Z"
Make = Callable[..., Any]


@pytest.fixture
def payload(tmp_path: Path) -> Make:
    """The body of the event `order.paid` whose document has this schema."""

    def make(schema: Any, happened: Happened = HAPPENED, event: str = "order.paid", **media: Any) -> Any:
        content = {"application/json": {"schema": schema, **media}}
        hook = {"post": {"requestBody": {"content": content}, "responses": {"200": {"description": "Taken"}}}}
        whole = {"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "webhooks": {"order.paid": hook}}
        file = tmp_path / "hooks.json"
        file.write_text(json.dumps(whole))
        served = make_table(specs.load(file), MockOptions()).apis[0]
        body = Payloads(event, served).body(happened)
        if event == "order.paid":
            compile_schema(schema, served.api.document).validate(body)
        return body

    return make


def objects(required: list[str] | None = None, **properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": required or []}


TEXT, NUMBER = {"type": "string"}, {"type": "integer"}


def test_what_no_document_shows_has_the_form_of_standard_webhooks(payload):
    assert payload(True, event="unknown") == {"type": "unknown", "timestamp": TIME, "data": ORDER}
    assert payload({"type": "object"}) == {"type": "order.paid", "timestamp": TIME, "data": ORDER}


def test_members_are_told_by_their_names_and_types(payload):
    schema = objects(eventType=TEXT, occurred_at=TEXT, id=TEXT, payload={"type": "object"})

    assert payload(schema) == {"eventType": "order.paid", "occurred_at": TIME, "id": "msg_1", "payload": ORDER}


def test_a_flat_body_has_the_members_of_the_resource(payload):
    schema = objects(["created"], event=TEXT, created=NUMBER, id=NUMBER, status=TEXT, order_id=NUMBER)

    assert payload(schema) == {
        "event": "order.paid",
        "created": 1705337100,
        "id": 7,
        "status": "paid",
        "order_id": 7,
    }


def test_the_resource_may_stand_under_the_name_of_its_kind(payload):
    assert payload(objects(type=TEXT, order={"type": "object"})) == {"type": "order.paid", "order": ORDER}


def test_data_with_members_of_its_own_is_filled_from_the_resource(payload):
    data = {**objects(["order_id", "by"], order_id=NUMBER, status=TEXT, by=TEXT), "additionalProperties": False}
    body = payload(objects(["data"], type=TEXT, data=data))

    assert (body["data"]["order_id"], body["data"]["status"]) == (7, "paid")
    assert isinstance(body["data"]["by"], str)


def test_what_else_is_required_is_made_up(payload):
    body = payload(objects(["version", "data"], event=TEXT, data={"type": "object"}, version={"enum": ["2024-01"]}))

    assert body == {"version": "2024-01", "event": "order.paid", "data": ORDER}


def test_a_constant_is_kept(payload):
    assert payload(objects(["type"], type={"const": "event"}, event=TEXT)) == {"type": "event", "event": "order.paid"}


def test_members_of_all_parts_of_a_schema_are_filled(payload):
    schema = {"allOf": [objects(event=TEXT), objects(timestamp=TEXT)]}

    assert payload(schema) == {"event": "order.paid", "timestamp": TIME}


def test_a_body_that_cannot_say_what_happened_is_that_of_the_example(payload):
    schema = objects(["type"], type={"enum": ["order_paid"]})

    assert payload(schema, example={"type": "order_paid"}) == {"type": "order_paid"}


def test_without_a_resource_data_is_made_up_in_its_form(payload):
    happened = Happened(None, "", None, HAPPENED.now, "msg_1")
    body = payload(objects(["event", "data"], event=TEXT, data=objects(["status"], status=TEXT)), happened)

    assert body["event"] == "order.paid"
    assert isinstance(body["data"]["status"], str)
