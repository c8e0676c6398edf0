"""Judges a live implementation by what its documentation promises: `run(api, RunOptions(url=...))` gives a `Report`."""

from contract_tests.options import Profile, RunOptions
from contract_tests.results import Failure, Judgement, Report, Step, Verdict
from contract_tests.run import run

__all__ = [
    "Failure",
    "Judgement",
    "Profile",
    "Report",
    "RunOptions",
    "Step",
    "Verdict",
    "run",
]
