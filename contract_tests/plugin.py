"""The suite under pytest: `pytest --pyargs contract_tests --api jobhive --url http://localhost:3000`.

One test per claim of the API; the target is judged once per session, also when the tests are spread over processes,
and of the tests that were chosen (`-k`, `--lf`, ids) alone.
Without `--api` the plugin does nothing. Everything but pytest is imported only when it is needed, because pytest loads
plugins in every project of an environment.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from contract_tests.asked import Asked
    from contract_tests.reports import View

_ASKED: pytest.StashKey[Asked] = pytest.StashKey()
_CHOSEN: pytest.StashKey[list[str]] = pytest.StashKey()
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
    setup = "asked, by POST with UNDERSTUDY_SETUP_TOKEN, to bring the target into a state"
    group.addoption("--contract-setup", metavar="URL", help=setup)
    group.addoption("--contract-profile", choices=["gate", "thorough"], default="gate", help="seconds, or minutes")
    group.addoption("--contract-safe", action="store_true", help="send nothing that could change data")
    group.addoption("--contract-timeout", metavar="S", type=float, default=10.0, help="seconds for one answer")
    group.addoption("--contract-listen", metavar="HOST:PORT", help="await the target's webhooks here")
    group.addoption("--contract-strict", action="store_true", help="let broken inferred claims fail too")
    group.addoption("--contract-min-tested", metavar="95%", default="0%", help="the share that must be tested")
    group.addoption("--contract-waivers", metavar="FILE", help="known failures")
    group.addoption("--contract-report-dir", metavar="DIR", help="write the report in every format into this folder")
    group.addoption("--contract-pages", metavar="PATH|URL", default="", help="where the documentation pages are")
    group.addoption("--contract-no-schemathesis", action="store_true", help="leave out the generated requests")


def pytest_configure(config: pytest.Config) -> None:
    """Reads what `--api` asks for; what is wrong with it is told before anything is collected."""
    if config.getoption("--api"):
        from contract_tests.asked import WrongOption, asked

        try:
            config.stash[_ASKED] = asked(config.getoption)
        except WrongOption as error:
            raise pytest.UsageError(str(error)) from None


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test per claim that is judged, for tests that ask for `understudy_claim`."""
    if "understudy_claim" in metafunc.fixturenames:
        asked = metafunc.config.stash.get(_ASKED, None)
        ids = asked.claims if asked else ()
        metafunc.parametrize("understudy_claim", ids, ids=ids)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Notes which claims were chosen, so that only these are judged."""
    asked = session.config.stash.get(_ASKED, None)
    if asked is not None:
        parameters = [item.callspec.params for item in session.items if hasattr(item, "callspec")]
        ids = [chosen["understudy_claim"] for chosen in parameters if "understudy_claim" in chosen]
        session.config.stash[_CHOSEN] = ids if len(ids) < len(asked.claims) else []


@pytest.fixture(scope="session")
def understudy_view(request: pytest.FixtureRequest) -> View:
    """What the run found at the target, seen through the gate of the options."""
    return _view(request.config)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Under pytest-xdist: the target is judged before the workers start, and each is told what was found."""
    if _ASKED in node.config.stash:
        from contract_tests.reports import render

        node.workerinput[_WORKER_INPUT] = render(_view(node.config), "json")


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """The headlines of the run, and its notes."""
    view = config.stash.get(_VIEW, None)
    if view is not None:
        terminalreporter.section(f"contract of {view.report.title}")
        for line in (*view.headlines(), view.decision.sentence, *(f"note: {note}" for note in view.report.notes)):
            terminalreporter.line(line)


def _view(config: pytest.Config) -> View:
    """The one view of the session: made at the first call; in a worker, from what the controller found."""
    view = config.stash.get(_VIEW, None)
    if view is None:
        asked, told = config.stash[_ASKED], getattr(config, "workerinput", {}).get(_WORKER_INPUT)
        chosen: list[str] = config.stash.get(_CHOSEN, [])
        view = _told(told, asked) if told else asked.judged(chosen)
        config.stash[_VIEW] = view
    return view


def _told(text: str, asked: Asked) -> View:
    from contract_tests.reports import View
    from contract_tests.reports.json import parse

    return View(parse(text), asked.gate, asked.pages)
