"""Reports made by hand, for the tests of what is made of reports."""

from __future__ import annotations

from typing import Any

from contract_tests.results import Failure, Judgement, Report, Step, Verdict
from specs import Claim, Source, Strength

PAGE = "page.txt"


def claim(name: str, strength: Strength = Strength.DOCUMENTED, **members: Any) -> Claim:
    """A claim of the operation `update`, read in line 12 of a page."""
    source = members.pop("source", Source(PAGE, "Request Body", 12, strength))
    text = members.pop("text", f"{name} is at most 90")
    return Claim(f"update/request/body/{name}:maximum", "request-schema", "update", text, source, **members)


def step(curl: str = "curl -X PATCH http://localhost:3000/v1/things/1", **members: Any) -> Step:
    """A request that was answered with 200."""
    given: dict[str, Any] = {
        "method": "PATCH",
        "url": "http://localhost:3000/v1/things/1",
        "headers": {"Authorization": "Bearer [redacted]"},
        "body": b'{"size": 91}',
        "status": 200,
        "answer_headers": {"Content-Type": "application/json"},
        "answer_body": b'{"size": 91}',
        "seconds": 0.25,
        "curl": curl,
    }
    return Step(**{**given, **members})


def failure(**members: Any) -> Failure:
    """A failure of one step."""
    given: dict[str, Any] = {"expected": "a refusal (4xx)", "got": "200", "where": "/size", "steps": (step(),)}
    return Failure(**{**given, **members})


def kept(name: str, strength: Strength = Strength.DOCUMENTED, **members: Any) -> Judgement:
    """A claim that was kept in two answers."""
    return Judgement(claim(name, strength, **members), Verdict.KEPT, observations=2)


def broken(name: str, strength: Strength = Strength.DOCUMENTED, **members: Any) -> Judgement:
    """A claim that was broken; `text`, `source` and `expected` go to the claim, the rest to the judgement."""
    of_claim = {key: members.pop(key) for key in ("text", "source") if key in members}
    given = {"failure": failure(), "observations": 1, **members}
    return Judgement(claim(name, strength, **of_claim), Verdict.BROKEN, **given)


def not_tested(name: str, reason: str = "no thing was given", strength: Strength = Strength.DOCUMENTED) -> Judgement:
    """A claim that was not tested."""
    return Judgement(claim(name, strength), Verdict.NOT_TESTED, reason=reason)


def report(*judgements: Judgement, **members: Any) -> Report:
    """A report on the API `things`."""
    given: dict[str, Any] = {
        "api": "things",
        "title": "Things",
        "url": "http://localhost:3000",
        "seed": 0,
        "profile": "gate",
        "requests": 42,
        "seconds": 1.5,
    }
    return Report(judgements=judgements, **{**given, **members})


def id_of(name: str) -> str:
    """The id of the claim that `claim(name)` makes."""
    return claim(name).id


def mixed() -> Report:
    """One claim of each standing, with texts that every format has to escape."""
    nasty = '<script>alert("&")</script> | `x` *y* 100% of [z] \x00 \N{SNOWMAN}'
    return report(
        kept("fine"),
        broken("weak", Strength.INFERRED),
        broken("root", text=f"root: {nasty}", failure=failure(got=nasty, steps=(step(curl=f"curl '{nasty}'"),))),
        broken("second"),
        broken("because", caused_by=id_of("root")),
        broken("known", waived="the limit is raised soon (team, until 2027-01-01)"),
        not_tested("unseen", "no thing in status done was given"),
        broken("guessed", Strength.ASSUMED),
        notes=("2 states were not given",),
        options={"api": "things", "shard": "1/1", "states": "my states.yaml"},
    )
