"""Facts about report folders."""

from __future__ import annotations

from pathlib import Path

from contract_tests.reports import FILES, FORMATS, View, read, render, write_all
from tests.contract_tests.made import mixed


def test_a_report_folder_has_every_file(tmp_path: Path) -> None:
    paths = write_all(View(mixed()), tmp_path / "deep" / "down")
    assert sorted(path.name for path in paths) == sorted(FILES.values())
    assert read(tmp_path / "deep" / "down" / "report.json") == mixed()


def test_the_same_report_gives_the_same_bytes(tmp_path: Path) -> None:
    write_all(View(mixed()), tmp_path / "a")
    write_all(View(mixed()), tmp_path / "b")
    for name in FILES.values():
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_every_format_ends_its_last_line() -> None:
    assert all(render(View(mixed()), name).endswith("\n") for name in FORMATS)
