"""Exchanges that were recorded are fixtures like those that people wrote."""

from __future__ import annotations

import shutil

import specs
from tests.targets import serve

from .conftest import INTERVIEW


def test_what_was_recorded_is_read_as_fixtures_of_the_api(proxy, tmp_path):
    original = specs.load("jobhive").file
    folder, fixtures = tmp_path / "specs" / "jobhive", tmp_path / "fixtures" / "jobhive"
    shutil.copytree(original.parent, folder)
    shutil.copytree(original.parents[2] / "fixtures" / "jobhive", fixtures)
    with serve("jobhive") as target:
        running = proxy(target.url, record=fixtures)
        running.update(position="012", instructions="yes", company_name="1e3")
        running.update(position="012", instructions="yes", company_name="1e3")
        running.update(position="Another")

    loaded = {fixture.name: fixture for fixture in specs.load(folder / "openapi.yaml").fixtures}

    assert {"update_interview_200", "update_interview_200_2"} <= loaded.keys()
    assert "update_interview_200_3" not in loaded
    first = loaded["update_interview_200"]
    assert first.request.path == INTERVIEW
    assert first.request.body == {"position": "012", "instructions": "yes", "company_name": "1e3"}
    assert first.response.status == 200
    assert first.response.body["data"]["position"] == "012"
    assert first.source.strength == "inferred"


def test_recordings_hold_no_secrets(proxy, tmp_path):
    with serve("jobhive") as target:
        proxy(target.url, record=tmp_path).update(position="Guard of some-token")

    (file,) = tmp_path.glob("*.yaml")
    text = file.read_text()
    assert "some-token" not in text
    assert "Bearer [redacted]" in text
    assert "Guard of [redacted]" in text
