"""What is wrong with Kombo's good answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tests.targets import edits
from tests.targets.catalogue import Faults
from tests.targets.faults import common
from tests.targets.faults.kombo.samples import SAMPLES
from tests.targets.messages import Json, write_json
from tests.targets.target import Change

SCHEMAS = "OpenAPI / components / schemas"


def add(faults: Faults) -> None:
    """Add them."""
    common.add_outside(faults, SAMPLES, "OpenAPI / paths / responses", statuses=True)
    _bodies(faults)


def _bodies(faults: Faults) -> None:
    bodies: Mapping[str, tuple[str, str, Callable[[Json], Json]]] = {
        "no_status": ("status is left out", "status required", lambda body: {"data": body["data"]}),
        "status_ok": ("status is ok", "status const", lambda body: {**body, "status": "ok"}),
        "status_upper_case": ("status is SUCCESS", "status const", lambda body: {**body, "status": "SUCCESS"}),
        "status_true": ("status is true", "status type", lambda body: {**body, "status": True}),
        "status_number": ("status is 200", "status type", lambda body: {**body, "status": 200}),
        "status_null": ("status is null", "status type", lambda body: {**body, "status": None}),
        "status_error": ("status is error", "status const", lambda body: {**body, "status": "error"}),
        "status_renamed": (
            "status is called result",
            "status required",
            lambda b: {"result": "success", "data": b["data"]},
        ),
        "no_data": ("data is left out", "data required", lambda _: {"status": "success"}),
        "data_null": ("data is null", "data type", lambda body: {**body, "data": None}),
        "data_array": ("data is an array", "data type", lambda body: {**body, "data": [body["data"]]}),
        "data_text": ("data is a text", "data type", lambda body: {**body, "data": "interview-1"}),
        "data_true": ("data is true", "data type", lambda body: {**body, "data": True}),
        "data_number": ("data is a number", "data type", lambda body: {**body, "data": 1}),
        "data_renamed": ("data is called interview", "data required", lambda _: {"status": "success", "interview": {}}),
        "no_envelope": ("Only the data are answered", "body required", lambda body: body["data"]),
        "body_array": ("The body is an array of one", "body type", lambda body: [body]),
        "body_null": ("The body is null", "body type", lambda _: None),
        "body_as_text": ("The body is JSON in a JSON text", "body type", lambda body: write_json(body).decode()),
        "body_deeper": ("The body is one level deeper", "status required", lambda body: {"response": body}),
        "capitalised": ("The members are called Status and Data", "status required", edits.cased(str.title)),
    }
    for name, (words, claim, change) in bodies.items():
        faults.add(name, words, SCHEMAS, f"200 {claim}", Change(body=edits.whole(change)))
