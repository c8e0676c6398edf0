"""Requests about which the pages are silent, or whose answers may look otherwise: what tells honest targets apart."""

from __future__ import annotations

from collections.abc import Mapping

from tests.targets.faults.common import with_body, with_headers
from tests.targets.faults.driver_interviews import samples as driver
from tests.targets.faults.jobhive import samples as jobhive
from tests.targets.faults.kombo import samples as kombo
from tests.targets.messages import Call


def _anywhere(good: Call) -> tuple[Call, ...]:
    """What can be sent to any API."""
    return (
        good,
        with_headers(good, authorization=None),
        with_headers(good, authorization="Bearer garbage"),
        with_headers(good, content_type="text/plain"),
        with_body(good, b"{"),
        Call("DELETE", good.path, {}),
        Call(good.method, "/nowhere", {}),
        Call(good.method, f"{good.path}/", good.body),
    )


FORM = Call(
    "PATCH",
    f"/api/v1/interviews/{driver.FIRST}",
    b"interview%5Blocation%5D=Elsewhere&interview%5Binterviewee_id%5D=295",
    {"content-type": "application/x-www-form-urlencoded"},
)
"""An update in the notation of the tables of parameters."""

PROBES: Mapping[str, tuple[Call, ...]] = {
    "jobhive": (
        *_anywhere(jobhive.EVERYTHING),
        jobhive.UNKNOWN,
        jobhive.update("int_invalid123", duration_minutes=5),
        jobhive.update(),
        jobhive.update(nonsense=1),
        jobhive.update(position=None),
        jobhive.update(position=" ", skills=[]),
        jobhive.update(position="long " * 300),
        jobhive.update(position="Zürich"),
        jobhive.update(position="Editor", send_notification="false"),
        jobhive.update(duration_minutes=30.0),
        jobhive.update(candidate_email='"a b"@localhost'),
        jobhive.update(scheduled_at="2026-03-09T11:05:37+02:00"),
        jobhive.update(scheduled_at="2026-03-09"),
        jobhive.update(company_name="The same"),
        jobhive.update(company_name="The same"),
        jobhive.update(jobhive.IN_PROGRESS, instructions="Another question"),
        jobhive.update(jobhive.IN_PROGRESS, position="Platform Engineer"),
        jobhive.update(jobhive.IN_PROGRESS, position="Editor"),
        jobhive.update(jobhive.IN_PROGRESS, company_name="Elsewhere"),
    ),
    "driver_interviews": (
        *_anywhere(driver.UPDATED),
        with_body(driver.create(), b"{"),
        driver.create(),
        driver.create(),
        driver.create(location=...),
        FORM,
        driver.create(kind=...),
        driver.create(kind="phone_call"),
        driver.create(start_at="2026-01-01T10:00:00Z", end_at="2026-01-01T09:00:00Z"),
        driver.create(interviewee_id=999_999),
        driver.create(interviewee_id="289"),
        driver.update(),
        driver.update(nonsense=1),
        driver.update(kind=None),
        driver.update(kind=" "),
        driver.update(location="long " * 300),
        driver.update(location="Zürich"),
        driver.update(interviewee_id=289.0),
        driver.update(start_at="2026-01-01T10:00:00+02:00"),
        driver.update(start_at="2026-01-01"),
        driver.update(999_999, location="London"),
        driver.amend(),
        driver.amend(),
        driver.update(driver.SECOND, location="Elsewhere"),
    ),
    "kombo": (
        *_anywhere(kombo.update()),
        kombo.UNKNOWN,
        kombo.INVALID,
        with_body(kombo.update(), b""),
        with_headers(kombo.update(), x_integration_id=""),
        with_headers(kombo.update(), x_integration_id="another"),
        kombo.update(interview_id="interview-Zürich"),
        kombo.update(nonsense=1),
        kombo.update(interviewer_user_ids=[]),
        kombo.update(location={"type": "PHYSICAL"}),
        kombo.update(title=" "),
        kombo.update(title="long " * 300),
        kombo.update(title="Zürich"),
        kombo.update(start_time="soon"),
        kombo.update(start_time="2025-03-04T11:00:00+02:00"),
        kombo.update(start_time="2025-03-05T09:00:00Z"),
        Call("PATCH", "/v1/ats/applications/application-Zürich/interviews", dict(kombo.GOOD)),
    ),
}
"""By API, in an order in which each of them still finds what it needs."""
