"""docs/asvs.csv: every row says how a requirement is met and names a test that there is."""

import ast
import csv
import tomllib
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
COLUMNS = ["requirement", "level", "what it asks", "how met", "test"]
LEVEL_3 = {"2.3.5", "4.1.5", "7.5.3", "15.4.2"}
# What some rows call not applicable would come with one of these.
ABSENT = (
    *("graphene", "strawberry-graphql", "channels", "websockets", "aiortc", "ldap3", "lxml"),
    *("pymemcache", "pylibmc", "django-oauth-toolkit", "python3-saml", "django-ckeditor", "pillow"),
)
IN_THE_CODE = ("FileField(", "ImageField(", "request.FILES")


def rows() -> list[dict[str, str]]:
    """Read the table."""
    with (ROOT / "docs" / "asvs.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def named_in(path: Path) -> set[str]:
    """Return the names of a file's tests, read and not run."""
    tree = ast.walk(ast.parse(path.read_text()))
    functions = (node.name for node in tree if isinstance(node, ast.FunctionDef))
    return {name for name in functions if name.startswith("test_")}


def test_the_table_has_its_columns_and_no_empty_cell():
    assert list(rows()[0]) == COLUMNS
    assert [row["requirement"] for row in rows() if not all(map(str.strip, row.values()))] == []


def test_every_row_names_a_test_that_there_is():
    missing = []
    for row in rows():
        path, _, name = row["test"].partition("::")
        if not (ROOT / path).is_file() or name not in named_in(ROOT / path):
            missing.append(f"{row['requirement']}: {row['test']}")
    assert missing == []


def test_every_clause_about_our_calls_names_a_test_that_there_is():
    rows_told = (ROOT / "docs" / "provider.md").read_text().splitlines()[6:]
    named = [line.rpartition("`")[0].rpartition("`")[2].partition("::") for line in rows_told]
    assert len(named) > 20
    assert [name for path, _, name in named if name not in named_in(ROOT / path)] == []


def test_no_requirement_stands_there_twice():
    numbers = [row["requirement"] for row in rows()]
    assert len(numbers) == len(set(numbers))


def test_the_chosen_requirements_of_level_three_stand_there():
    assert {row["requirement"] for row in rows() if row["level"] == "3"} >= LEVEL_3


@pytest.mark.parametrize("chapter", range(1, 18))
def test_every_chapter_is_there(chapter):
    assert [row for row in rows() if row["requirement"].startswith(f"{chapter}.")]


def test_what_is_called_not_applicable_is_really_absent():
    lock = (ROOT / "requirements.lock").read_text().lower().splitlines()
    packages = {line.partition("==")[0].strip() for line in lock if "==" in line}
    assert packages & set(ABSENT) == set()
    sources = list((ROOT / "accounts_app").rglob("*.py"))
    used = {word for path in sources for word in IN_THE_CODE if word in path.read_text()}
    assert used == set()


def test_the_security_rules_are_on():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]
    assert {"S", "B"} <= set(settings["ruff"]["lint"]["select"])
    # What bandit leaves out, ruff watches.
    assert all(number.startswith("B") for number in settings["bandit"]["skips"])
