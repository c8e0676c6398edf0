"""The suite under pytest: `pytest --pyargs contract_tests --api jobhive --url http://localhost:3000`.

One test per claim of the API; the target is judged once per session, also when the tests are spread over processes.
Without `--api` the plugin does nothing. Everything but pytest is imported only when it is needed, because pytest loads
plugins in every project of an environment.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from contract_tests.reports import View
    from contract_tests.results import Report

_VIEW: pytest.StashKey[View] = pytest.StashKey()
_WORKER_INPUT = "understudy_report"


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options of `contract-tests run`; those whose names are common begin with `--contract-`."""
    group = parser.getgroup("understudy", "contract tests of a documented API (pytest --pyargs contract_tests)")
    group.addoption("--api", metavar="API", help="judge this API: a bundled name, or the path of an OpenAPI document")
    group.addoption("--url", metavar="URL", help="the target")
    group.addoption("--token", metavar="T", help="its credential (or UNDERSTUDY_TOKEN)")
    group.addoption("--states", metavar="FILE", help="what stands at the target for the states that are needed")
    group.addoption("--seed", metavar="N", type=int, default=0, help="decides everything random")
    group.addoption("--contract-header", metavar="'N: v'", action="append", default=[], help="sent with every request")
    group.addoption("--contract-setup", metavar="URL", help="asked, by POST, to bring the target into a state")
    group.addoption("--contract-profile", choices=["gate", "thorough"], default="gate", help="seconds, or minutes")
    group.addoption("--contract-safe", action="store_true", help="send nothing that could change data")
    group.addoption("--contract-timeout", metavar="S", type=float, default=10.0, help="seconds for one answer")
    group.addoption("--contract-listen", metavar="HOST:PORT", help="await the target's webhooks here")
    group.addoption("--contract-strict", action="store_true", help="let broken inferred claims fail too")
    group.addoption("--contract-min-tested", metavar="95%", default="0%", help="the share that must be tested")
    group.addoption("--contract-waivers", metavar="FILE", help="known failures")
    group.addoption("--contract-report-dir", metavar="DIR", help="write the report in every format into this folder")
    group.addoption("--contract-no-schemathesis", action="store_true", help="leave out the generated requests")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test per claim that is judged, for tests that ask for `understudy_claim`."""
    if "understudy_claim" not in metafunc.fixturenames:
        return
    api = metafunc.config.getoption("--api")
    ids = _claims(api) if api else []
    metafunc.parametrize("understudy_claim", ids, ids=ids)


@pytest.fixture(scope="session")
def understudy_view(request: pytest.FixtureRequest) -> View:
    """What the run found at the target, seen through the gate of the options."""
    return _view(request.config)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Under pytest-xdist: the target is judged before the workers start, and each is told what was found."""
    if node.config.getoption("--api"):
        from contract_tests.reports import render

        node.workerinput[_WORKER_INPUT] = render(_view(node.config), "json")


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """The headlines of the run, and its notes."""
    view = config.stash.get(_VIEW, None)
    if view is not None:
        terminalreporter.section(f"contract of {view.report.title}")
        for line in (*view.headlines(), view.decision.sentence, *(f"note: {note}" for note in view.report.notes)):
            terminalreporter.line(line)


def _claims(name: str) -> list[str]:
    import specs

    try:
        claims = specs.load(name).claims
    except specs.SpecError as error:
        raise pytest.UsageError(str(error)) from None
    return [claim.id for claim in claims if claim.strength is not specs.Strength.ASSUMED]


def _view(config: pytest.Config) -> View:
    """The one view of the session: made at the first call; in a worker, from what the controller found."""
    view = config.stash.get(_VIEW, None)
    if view is None:
        view = config.stash[_VIEW] = _made_view(config)
    return view


def _made_view(config: pytest.Config) -> View:
    from contract_tests import parameters
    from contract_tests.gates import Gate
    from contract_tests.reports import View, write_all
    from contract_tests.reports.json import parse
    from specs import Strength

    told = getattr(config, "workerinput", {}).get(_WORKER_INPUT)
    fail_on = Strength.INFERRED if config.getoption("--contract-strict") else Strength.DOCUMENTED
    gate = Gate(fail_on, _read(parameters.share, config, "--contract-min-tested"))
    view = View(parse(told) if told else _run(config), gate)
    folder = config.getoption("--contract-report-dir")
    if folder and not told:
        write_all(view, Path(folder))
    return view


def _run(config: pytest.Config) -> Report:
    import os
    from datetime import date

    import contract_tests
    import specs
    from contract_tests import parameters, states_file, waivers
    from contract_tests.options import RunOptions
    from contract_tests.redaction import redacted
    from contract_tests.user_files import WrongFile

    option = config.getoption
    try:
        api = specs.load(option("--api"))
        known = waivers.load(Path(option("--contract-waivers"))) if option("--contract-waivers") else ()
        states = states_file.load(Path(option("--states")), api) if option("--states") else {}
    except (specs.SpecError, WrongFile) as error:
        raise pytest.UsageError(str(error)) from None
    folder = option("--contract-report-dir")
    options = RunOptions(
        url=_read(parameters.target, config, "--url"),
        token=option("--token") or os.environ.get("UNDERSTUDY_TOKEN") or None,
        states=states,
        setup=_read(parameters.setup, config, "--contract-setup") if option("--contract-setup") else None,
        seed=option("--seed"),
        profile=option("--contract-profile"),
        safe=option("--contract-safe"),
        timeout=option("--contract-timeout"),
        headers=dict(_read(parameters.header, config, "--contract-header")),
        listen=_read(parameters.address, config, "--contract-listen") if option("--contract-listen") else None,
        schemathesis=not option("--contract-no-schemathesis"),
        report_dir=Path(folder) if folder else None,
    )
    report = redacted(contract_tests.run(api, options), api, options)
    return waivers.apply(report, known, date.today()) if known else report


def _read(parse: Any, config: pytest.Config, name: str) -> Any:
    given = config.getoption(name)
    try:
        return [parse(one) for one in given] if isinstance(given, list) else parse(given)
    except ValueError as error:
        raise pytest.UsageError(f"{name}: {error}") from None


def pytest_configure(config: pytest.Config) -> None:
    """Refuses `--api` without `--url`, before anything is collected."""
    if config.getoption("--api") and not config.getoption("--url"):
        raise pytest.UsageError("--api needs --url: the target that is to be judged")
