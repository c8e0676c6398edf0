"""`python -m benchmarks`: measure, print, and write down."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks import tables
from benchmarks.bench import Run
from benchmarks.contestants import install_peers
from benchmarks.measuring import Pace, Refused
from benchmarks.processes import DidNotStart
from benchmarks.scenarios import SCENARIOS

SCHEDULER = Path("/proc/self/schedstat")


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure what is asked for; 0 whatever comes out, 2 where something of ours could not be measured."""
    given = _parser().parse_args(arguments)
    if not SCHEDULER.exists():
        print(
            "CPU times are read from /proc, which this system does not have: the benchmarks need Linux.",
            file=sys.stderr,
        )
        return 2
    if given.peers and (why := install_peers()):
        print(f"Peers from npm are not measured: {why}.", file=sys.stderr)
    results, failed = [], False
    with tempfile.TemporaryDirectory(prefix="understudy-bench-") as folder:
        run = _run(given, Path(folder))
        for name in given.only or SCENARIOS:
            print(f"{name} ...", file=sys.stderr, flush=True)
            try:
                results.append(SCENARIOS[name](run))
            except (DidNotStart, Refused) as error:
                print(f"{name} could not be measured: {error}", file=sys.stderr)
                failed = True
                continue
            print(results[-1].markdown(), end="\n\n", flush=True)
    command = " ".join(["python -m benchmarks", *(sys.argv[1:] if arguments is None else arguments)])
    _write(given, results, command)
    return 2 if failed else 0


def _write(given: argparse.Namespace, results: Sequence[tables.Table], command: str) -> None:
    given.output.mkdir(parents=True, exist_ok=True)
    text = tables.as_markdown(results, command)
    (given.output / "results.md").write_text(text, "utf-8")
    (given.output / "results.json").write_text(tables.as_json(results), "utf-8")
    if given.page is not None:
        tables.put_into(given.page, text)
    print(f"Written: {given.output}/results.md and results.json", file=sys.stderr)


def _run(given: argparse.Namespace, folder: Path) -> Run:
    if given.quick:
        pace = Pace(rounds=1, seconds=0.1, warm_up=0.1)
        return Run(folder, given.port, pace, 1, 120, min(given.minutes, 0.02), given.seed, given.peers)
    pace = Pace(rounds=given.rounds, seconds=given.seconds)
    return Run(folder, given.port, pace, given.starts, given.operations, given.minutes, given.seed, given.peers)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description="Speed and memory of the mock server, side by side."
    )
    parser.add_argument("--only", action="append", choices=list(SCENARIOS), help="only this scenario (repeatable)")
    parser.add_argument(
        "--quick", action="store_true", help="one short round of everything: whether it works, not how fast"
    )
    parser.add_argument(
        "--no-peers", dest="peers", action="store_false", help="measure only the mock server and the bare app"
    )
    parser.add_argument("--rounds", type=int, default=15, help="rounds that count (%(default)s)")
    parser.add_argument("--seconds", type=float, default=0.3, help="of each turn (%(default)s)")
    parser.add_argument("--starts", type=int, default=5, help="that count, for the first answer (%(default)s)")
    parser.add_argument("--operations", type=int, default=1500, help="of the synthetic document (%(default)s)")
    parser.add_argument(
        "--minutes", type=float, default=3.0, help="of load, for the memory (%(default)s; 60 for an hour)"
    )
    parser.add_argument("--seed", type=int, default=0, help="of the synthetic document (%(default)s)")
    parser.add_argument(
        "--port", type=int, default=4600, help="the first of a hundred ports that may be used (%(default)s)"
    )
    parser.add_argument(
        "--output", type=Path, default=Path("build/benchmarks"), help="folder for the results (%(default)s)"
    )
    parser.add_argument("--page", type=Path, help="also put the results between the marks of this page")
    return parser


if __name__ == "__main__":
    sys.exit(main())
