"""What the options of pytest ask for, read once and checked before anything runs."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import contract_tests
import specs
from contract_tests import parameters, states_file, waivers
from contract_tests.gates import Gate
from contract_tests.options import RunOptions
from contract_tests.redaction import redacted
from contract_tests.reports import View, write_all
from contract_tests.user_files import WrongFile
from specs import Api, Strength

Option = Callable[[str], Any]


class WrongOption(ValueError):
    """An option of pytest that cannot be followed; the message says which, and why."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A run that pytest is to make: of which API, how, with which waivers, through which gate, reported where to.

    `pages` is where the documentation pages are, for links to them.
    """

    api: Api
    options: RunOptions
    waivers: tuple[waivers.Waiver, ...]
    gate: Gate
    folder: Path | None
    pages: str

    @property
    def claims(self) -> tuple[str, ...]:
        """The ids of the claims that can be judged, in the order of the document."""
        return tuple(claim.id for claim in self.api.claims if claim.strength is not Strength.ASSUMED)

    def judged(self, only: Sequence[str]) -> View:
        """What is found at the target; of the claims in `only` alone, if there are any."""
        options = replace(self.options, only=tuple(only))
        report = redacted(contract_tests.run(self.api, options), self.api, options)
        if self.waivers:
            report = waivers.apply(report, self.waivers, date.today())
        view = View(report, self.gate, self.pages)
        if self.folder:
            write_all(view, self.folder)
        return view


def asked(option: Option) -> Asked:
    """The run that the options ask for; `option` gives the value of one. Raises WrongOption."""
    if not option("--url"):
        raise WrongOption("--api needs --url: the target that is to be judged")
    waiver_file, state_file, folder = (
        option(name) for name in ("--contract-waivers", "--states", "--contract-report-dir")
    )
    try:
        api = specs.load(option("--api"))
        known = waivers.load(Path(waiver_file)) if waiver_file else ()
        states = states_file.load(Path(state_file), api) if state_file else {}
    except (specs.SpecError, WrongFile) as error:
        raise WrongOption(str(error)) from None
    options = RunOptions(
        url=_read(option, "--url", parameters.target),
        token=option("--token") or os.environ.get("UNDERSTUDY_TOKEN") or None,
        states=states,
        setup=_read(option, "--contract-setup", parameters.setup),
        setup_token=os.environ.get("UNDERSTUDY_SETUP_TOKEN") or None,
        seed=option("--seed"),
        profile=option("--contract-profile"),
        safe=option("--contract-safe"),
        timeout=option("--contract-timeout"),
        headers=dict(_read(option, "--contract-header", parameters.header)),
        listen=_read(option, "--contract-listen", parameters.address),
        schemathesis=not option("--contract-no-schemathesis"),
        report_dir=Path(folder) if folder else None,
    )
    gate = Gate(
        Strength.INFERRED if option("--contract-strict") else Strength.DOCUMENTED,
        _read(option, "--contract-min-tested", parameters.share),
    )
    return Asked(api, options, known, gate, options.report_dir, option("--contract-pages"))


def _read(option: Option, name: str, parse: Callable[[str], Any]) -> Any:
    given = option(name)
    try:
        if isinstance(given, list):
            return [parse(one) for one in given]
        return parse(given) if given else None
    except ValueError as error:
        raise WrongOption(f"{name}: {error}") from None
