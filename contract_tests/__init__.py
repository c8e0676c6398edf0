"""Judges a live implementation by what its documentation promises: `run(api, RunOptions(url=...))` gives a `Report`.

What the door gives is imported when it is asked for: every pytest run imports this package, by its plugin.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from contract_tests.judging import Interrupted, run
    from contract_tests.options import Profile, RunOptions
    from contract_tests.results import Failure, Judgement, Report, Step, Verdict

__all__ = [
    "Failure",
    "Interrupted",
    "Judgement",
    "Profile",
    "Report",
    "RunOptions",
    "Step",
    "Verdict",
    "run",
]

_ROOMS = {"run": "judging", "Interrupted": "judging", "Profile": "options", "RunOptions": "options"}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_ROOMS.get(name, 'results')}"), name)
