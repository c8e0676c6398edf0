"""The rules of the house: who may import whom, what a package's door holds, where heavy things live."""

import ast
import importlib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("specs", "mock_server", "contract_tests")

MAY_IMPORT = {"specs": set(), "mock_server": {"specs"}, "contract_tests": {"specs"}}

ROOMS = {
    "connexion": {"mock_server/app.py"},
    "opentelemetry": {"mock_server/traces.py"},
    "prance": {"specs/lint.py"},
    "openapi_spec_validator": {"specs/lint.py"},
    "sqlalchemy": {
        "mock_server/stores/database.py",
        "mock_server/stores/sql.py",
        "mock_server/stores/sql_records.py",
        "mock_server/stores/sql_store.py",
        "mock_server/stores/statements.py",
        "mock_server/stores/tables.py",
    },
    "standardwebhooks": {"mock_server/webhooks/sending.py"},
    "yaml": {"specs/yaml_text.py"},
}
"""Heavy or particular dependencies, and the files that may import them."""


def modules(package: str) -> Iterator[Path]:
    yield from sorted((ROOT / package).rglob("*.py"))


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


@pytest.mark.parametrize("package", PACKAGES)
def test_packages_import_only_towards_specs(package: str) -> None:
    for path in modules(package):
        for name in imports(path):
            top = name.partition(".")[0]
            if top in PACKAGES and top != package:
                assert top in MAY_IMPORT[package], f"{path.relative_to(ROOT)} imports {name}"


@pytest.mark.parametrize("package", ["mock_server", "contract_tests"])
def test_specs_is_entered_by_its_door(package: str) -> None:
    for path in modules(package):
        for name in imports(path):
            if name.startswith("specs."):
                assert name in ("specs.pointers", "specs.reading"), f"{path.relative_to(ROOT)} imports {name}"


@pytest.mark.parametrize("dependency", sorted(ROOMS))
def test_a_heavy_dependency_lives_in_its_room(dependency: str) -> None:
    found = {
        str(path.relative_to(ROOT))
        for package in PACKAGES
        for path in modules(package)
        if any(name.partition(".")[0] == dependency for name in imports(path))
    }
    assert found <= ROOMS[dependency]


@pytest.mark.parametrize("package", PACKAGES)
def test_the_door_of_a_package_is_complete_and_sorted(package: str) -> None:
    door = importlib.import_module(package)
    assert door.__doc__
    assert list(door.__all__) == sorted(door.__all__)
    for name in door.__all__:
        assert getattr(door, name) is not None
    bound = {
        alias.asname or alias.name
        for node in ast.walk(ast.parse((ROOT / package / "__init__.py").read_text("utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith(f"{package}.")
        for alias in node.names
    }
    assert {name for name in bound if not name.startswith("_")} <= set(door.__all__)


def test_fixtures_are_pure_data() -> None:
    assert {path.suffix for path in (ROOT / "fixtures").rglob("*") if path.is_file()} == {".yaml"}


@pytest.mark.parametrize("package", PACKAGES)
def test_every_module_says_why_it_exists(package: str) -> None:
    for path in modules(package):
        assert ast.get_docstring(ast.parse(path.read_text("utf-8"))), path


@pytest.mark.parametrize("package", PACKAGES)
def test_functions_fit_on_a_screen_and_modules_in_a_room(package: str) -> None:
    for path in modules(package):
        text = path.read_text("utf-8")
        assert text.count("\n") <= 350, f"{path} is too long"
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                assert (node.end_lineno or 0) - node.lineno <= 60, f"{path}:{node.lineno} {node.name} is too long"
