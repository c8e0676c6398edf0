"""The report for a terminal: at most one screen, worst first."""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import ceil
from textwrap import shorten

from contract_tests.gates import Standing
from contract_tests.reports.view import View, described, facts
from contract_tests.results import Judgement

Line = tuple[str, str]
"""A line and its style: `bad`, `warn`, `good`, `strong`, `quiet` or empty."""

_MAX_TEXT = 300
_CONTROL = re.compile("[\x00-\x08\x0a-\x1f\x7f-\x9f]")


def render(view: View) -> str:
    """The whole report as plain text: every failure and warning in full."""
    return "".join(f"{_visible(text)}\n" for _, text in _full(view))


def _full(view: View) -> Iterator[Line]:
    """The report without a limit: the verdict, every failure and warning, what was waived and not tested, the notes."""
    yield from _head(view)
    for judgement in view.having(Standing.FAILED, Standing.WARNING):
        yield "", ""
        label, style = _label(view, judgement)
        first, *rest = described(view, judgement).splitlines()
        yield style, f"{label} {first}"
        yield from (("", line) for line in rest)
    for judgement in view.having(Standing.WAIVED):
        yield "quiet", f"WAIVED  {judgement.claim.id}: {judgement.waived or 'with its cause'}"
    for reason, judgements in view.not_tested():
        yield from (("", ""), ("quiet", f"NOT TESTED ({reason})"))
        yield from (("quiet", f"  {judgement.claim.id}: {judgement.claim.text}") for judgement in judgements)
    yield from _notes(view)


def screen(view: View, *, width: int = 100, height: int = 24) -> list[Line]:
    """What is worth knowing first, in at most `height` lines of a terminal that is `width` wide (wrapping included).

    Failures are shown in full as long as there is room, then by name, then by number; what room is left is for the
    reasons why claims were not tested, and for notes.
    """
    room = max(height, 14) - 1  # the prompt comes back on the last line
    head, end = list(_head(view)), _closing(view)
    broken = view.having(Standing.FAILED, Standing.WARNING)
    room -= _rows(head, width) + _rows(end, width)
    lines: list[Line] = []
    for number, judgement in enumerate(broken):
        others = len(broken) - number - 1
        needed_after = min(others, 1)  # the line that counts them
        for block in (_short(view, judgement), [_named(view, judgement, width)]):
            if _rows(block, width) + needed_after <= room:
                break
        else:
            lines.append(("bad", f"and {others + 1} more"))
            break
        lines += block
        room -= _rows(block, width)
    for note in (*_reasons(view), *_notes(view)):
        room -= _rows([note], width)
        if room < 0:
            break
        lines.append(note)
    return [(style, _visible(text)) for style, text in [*head, *lines, *end]]


def _head(view: View) -> Iterator[Line]:
    report = view.report
    style = {0: "good", 1: "bad"}.get(view.decision.code, "warn")
    yield "strong", f"{report.title} at {report.url}"
    for headline in view.headlines():
        yield "", headline
    yield style, view.decision.sentence


def _short(view: View, judgement: Judgement) -> list[Line]:
    """A failure in a few lines: long texts are cut."""
    label, style = _label(view, judgement)
    rows = [*facts(judgement)]
    if judgement.failure and judgement.failure.curl:
        rows.append(("curl", judgement.failure.curl.splitlines()[-1]))
    others = view.consequences(judgement)
    if others:
        rows.append(("breaks", f"{len(others)} more: {', '.join(other.claim.id for other in others)}"))
    rows.insert(0, ("claim", judgement.claim.id))
    lines = [(style, f"{label} {judgement.claim.text}")]
    for name, text in rows:
        cut = text if name == "curl" else shorten(text, _MAX_TEXT, placeholder=" ...")
        lines.append(("", f"  {name:<9} {cut}"))
    return [("", ""), *lines]


def _named(view: View, judgement: Judgement, width: int) -> Line:
    label, style = _label(view, judgement)
    return style, shorten(f"{label} {judgement.claim.id}: {judgement.claim.text}", max(width, 40), placeholder=" ...")


def _label(view: View, judgement: Judgement) -> Line:
    return ("BROKEN", "bad") if view.standing(judgement) is Standing.FAILED else ("WARNING", "warn")


def _reasons(view: View) -> Iterator[Line]:
    """Why claims were not tested, where the headlines have no room for it."""
    groups = view.not_tested()
    if len(groups) > 1:
        yield from (("quiet", f"not tested: {len(judgements)}, {reason}") for reason, judgements in groups)


def _notes(view: View) -> Iterator[Line]:
    yield from (("quiet", f"note: {note}") for note in view.report.notes)


def _closing(view: View) -> list[Line]:
    failed = view.having(Standing.FAILED, Standing.WARNING)
    return [("", ""), ("quiet", f"again: {view.again(failed[0])}")] if failed else []


def _visible(text: str) -> str:
    """Text that a target cannot use to write elsewhere on the terminal."""
    return _CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}", text)


def _rows(lines: list[Line], width: int) -> int:
    return sum(max(1, ceil(len(text) / max(width, 1))) for _, text in lines)
