"""Several runs against one API, united into one verdict: shards, or runs that had different states."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from contract_tests.results import Judgement, Report, Verdict


class CannotMerge(ValueError):
    """Reports that do not belong together; the message says why."""


def merge(reports: Sequence[Report]) -> Report:
    """One report of all: a claim is broken if any run broke it, kept if any kept it, else not tested.

    Of several failures of a claim the smallest reproduction stays. A shard that is missing is told in `could_not_run`.
    Raises CannotMerge for no report, for reports of different APIs, and for shards of different divisions.
    """
    _refuse_strangers(reports)
    first = reports[0]
    claims: dict[str, list[Judgement]] = {}
    for report in reports:
        for judgement in report.judgements:
            claims.setdefault(judgement.claim.id, []).append(judgement)
    return replace(
        first,
        url=" ".join(_unique(report.url for report in reports)),
        judgements=tuple(_unite(judgements) for judgements in claims.values()),
        requests=sum(report.requests for report in reports),
        seconds=max(report.seconds for report in reports),
        could_not_run="; ".join(_unique([*_trouble(reports), *_missing_shards(reports)])) or None,
        notes=tuple(_unique(note for report in reports for note in report.notes)),
        options={name: value for name, value in first.options.items() if name != "shard"},
    )


def found(paths: Sequence[Path]) -> tuple[Path, ...]:
    """The JSON reports that paths lead to: files, and the ones below folders, each once and in order.

    Raises CannotMerge for a path that is not there, and a folder that holds none.
    """
    files: dict[Path, None] = {}
    for path in paths:
        if not path.exists():
            raise CannotMerge(f"{path}: there is no such file or folder")
        reports = [path] if path.is_file() else [file for file in sorted(path.rglob("*.json")) if _is_report(file)]
        if not reports:
            raise CannotMerge(f"{path}: there is no report in it (`--report-dir` writes one as report.json)")
        files.update(dict.fromkeys(reports))
    return tuple(files)


def _is_report(file: Path) -> bool:
    with file.open("rb") as content:
        return b'"understudy-report"' in content.read(100)


def _refuse_strangers(reports: Sequence[Report]) -> None:
    if not reports:
        raise CannotMerge("there is no report to merge")
    apis = _unique(report.api for report in reports)
    if len(apis) > 1:
        raise CannotMerge(
            f"the reports are of different APIs ({', '.join(apis)}): merge those of each API by themselves"
        )
    divisions = _unique(shard.partition("/")[2] for report in reports if (shard := _shard(report)))
    if len(divisions) > 1:
        raise CannotMerge(f"the shards are of different divisions (of {' and of '.join(divisions)}): use those of one")


def _unite(judgements: Sequence[Judgement]) -> Judgement:
    broken = [judgement for judgement in judgements if judgement.verdict is Verdict.BROKEN]
    kept = [judgement for judgement in judgements if judgement.verdict is Verdict.KEPT]
    observations = sum(judgement.observations for judgement in judgements)
    if broken:
        return replace(min(broken, key=_weight), observations=observations)
    if kept:
        return replace(kept[0], observations=observations)
    told = [judgement for judgement in judgements if not judgement.left_out]
    return told[0] if told else replace(judgements[0], reason="no run of those that were merged judged it")


def _weight(judgement: Judgement) -> tuple[bool, bool, int, int]:
    """Roots before consequences, what is not waived before what is, few and short steps before many and long ones."""
    steps = judgement.failure.steps if judgement.failure else ()
    size = sum(len(step.body or b"") + len(step.url) for step in steps)
    return judgement.caused_by is not None, judgement.waived is not None, len(steps), size


def _shard(report: Report) -> str:
    """`2/4`; empty for a run that is no part of a division. Runs outside of the command tell it as two numbers."""
    told = report.options.get("shard") or ""
    shard = told if isinstance(told, str) else "/".join(map(str, told))
    return "" if shard.endswith("/1") else shard


def _trouble(reports: Sequence[Report]) -> list[str]:
    return [
        f"shard {shard}: {report.could_not_run}" if (shard := _shard(report)) else report.could_not_run
        for report in reports
        if report.could_not_run
    ]


def _missing_shards(reports: Sequence[Report]) -> list[str]:
    given = {_shard(report) for report in reports} - {""}
    if not given or "" in {_shard(report) for report in reports}:
        return []
    of = int(next(iter(given)).partition("/")[2])
    missing = [f"{number}/{of}" for number in range(1, of + 1) if f"{number}/{of}" not in given]
    return [f"the report of shard {shard} is missing" for shard in missing]


def _unique(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(texts))
