"""`python -m tests.conformance [--mode MODE] [FOLDER|FILE...]`: run cases and print what is otherwise than expected."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.conformance.corpus import CASES, HERE, Case, in_mode, read_cases, read_sheet
from tests.conformance.judging import differences


def main(arguments: Sequence[str] | None = None) -> int:
    """1 if a case fails, else 0."""
    parser = argparse.ArgumentParser(prog="python -m tests.conformance")
    parser.add_argument("--mode", choices=("simulation", "examples", "dynamic"), help="run every mock in this mode")
    parser.add_argument("paths", nargs="*", default=[str(CASES)], help="folders or files of cases")
    asked = parser.parse_args(arguments)
    cases = [case for name in asked.paths for case in _cases(name)]
    failed = 0
    for case in cases:
        found = _differences(in_mode(case, asked.mode) if asked.mode else case)
        failed += bool(found)
        if found:
            print(case.id, *(f"    {line}" for line in found), sep="\n")  # noqa: T201
    print(f"{len(cases)} cases, {failed} failed")  # noqa: T201
    return min(failed, 1)


def _differences(case: Case) -> list[str]:
    try:
        return differences(case)
    except Exception as error:  # a fault of the mock is one of its differences
        return [f"{type(error).__name__}: {error}"]


def _cases(name: str) -> list[Case]:
    path = Path(name) if Path(name).exists() else HERE / name
    return list(read_cases(path)) if path.is_dir() else read_sheet(path)


if __name__ == "__main__":
    sys.exit(main())
