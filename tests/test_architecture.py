"""The walls of the house: who may import whom, how long a file may be, who uses the door."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("accounts_app", "backoffice", "sandbox", "launcher")
SOURCES = sorted(
    path
    for package in PACKAGES
    for path in (ROOT / package).rglob("*.py")
    if "migrations" not in path.parts
)
MODULES = [path.relative_to(ROOT) for path in SOURCES]


def functions_of(path: Path) -> list[ast.FunctionDef]:
    """Return every function in a file."""
    tree = ast.walk(ast.parse(path.read_text()))
    return [node for node in tree if isinstance(node, ast.FunctionDef)]


def length(node: ast.FunctionDef) -> int:
    """Return a function's length in lines."""
    return (node.end_lineno or node.lineno) - node.lineno + 1


def test_the_import_contracts_hold():
    command = [Path(sys.executable).with_name("lint-imports")]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_a_file_has_one_job(module):
    assert len((ROOT / module).read_text().splitlines()) <= 250


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_no_function_is_longer_than_a_page(module):
    too_long = [node.name for node in functions_of(ROOT / module) if length(node) > 50]
    assert too_long == []


def test_the_median_function_is_short():
    lengths = sorted(length(node) for path in SOURCES for node in functions_of(path))
    assert lengths[len(lengths) // 2] < 10


def test_only_the_mirror_uses_the_door():
    users = [
        str(module) for module in MODULES if re.search(r"\.door\b", (ROOT / module).read_text())
    ]
    assert users == ["accounts_app/mirror.py"]


def test_nothing_is_printed_but_by_the_launcher_and_commands():
    speakers = [
        str(module)
        for module in MODULES
        if module.parts[0] in ("accounts_app", "backoffice")
        and re.search(r"^\s*print\(", (ROOT / module).read_text(), re.MULTILINE)
    ]
    assert speakers == []


def test_pragmas_are_rationed():
    uses = [module for module in MODULES if "pragma: no cover" in (ROOT / module).read_text()]
    assert len(uses) <= 3
