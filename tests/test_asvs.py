"""docs/asvs.csv: every row says how a requirement is met and names a test that there is."""

import ast
import csv
import re
import tomllib
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings

from accounts_app.offblocks.credentials import Secret

ROOT = Path(__file__).resolve().parent.parent
COLUMNS = ["requirement", "level", "what it asks", "how met", "test"]
# Those of level 3 that the product has set itself.
LEVEL_3 = {"1.2.10", "2.3.5", "4.1.5", "7.5.3", "8.3.2", "13.1.4", "15.4.2"}
# The level of each requirement of ASVS 5.0.0, section by section: 70, 183 and 92 of them.
LEVELS = """
1.1 22  1.2 1111122223  1.3 112222222223  1.4 222  1.5 123
2.1 122  2.2 112  2.3 12223  2.4 23
3.1 3  3.2 113  3.3 12223  3.4 11222233  3.5 11122333  3.6 3  3.7 22333
4.1 12233  4.2 23333  4.3 22  4.4 1222
5.1 2  5.2 112333  5.3 113  5.4 222
6.1 122  6.2 111111112222  6.3 11223333  6.4 112233  6.5 22222333  6.6 2223  6.7 33  6.8 2222
7.1 222  7.2 1111  7.3 22  7.4 11222  7.5 223  7.6 22
8.1 1233  8.2 1123  8.3 133  8.4 23
9.1 111  9.2 1222
10.1 22  10.2 223  10.3 22223  10.4 1111122222233333  10.5 22222  10.6 22  10.7 222
11.1 2233  11.2 22233  11.3 11233  11.4 1222  11.5 23  11.6 23  11.7 33
12.1 12233  12.2 11  12.3 22223
13.1 2333  13.2 222223  13.3 2233  13.4 1222233
14.1 22  14.2 12223333  14.3 122
15.1 12233  15.2 12233  15.3 1222222  15.4 3333
16.1 2  16.2 22222  16.3 2222  16.4 222  16.5 2223
17.1 23  17.2 22223333  17.3 22
"""
LEVEL_OF = {
    f"{section}.{number}": level
    for section, levels in re.findall(r"(\d+\.\d+) (\d+)", LEVELS)
    for number, level in enumerate(levels, 1)
}
# What some rows call not applicable would come with one of these.
ABSENT = (
    *("graphene", "strawberry-graphql", "channels", "websockets", "aiortc", "ldap3", "lxml"),
    *("pymemcache", "pylibmc", "django-oauth-toolkit", "python3-saml", "django-ckeditor", "pillow"),
)
IN_THE_CODE = ("FileField(", "ImageField(", "request.FILES", "subprocess", "os.system(")


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


NOT_ASKED = {"S4", "S5", "S61"}


def test_every_clause_of_our_own_names_tests_that_there_are():
    with (ROOT / "docs" / "clauses.csv").open(encoding="utf-8", newline="") as file:
        clauses = list(csv.DictReader(file))
    assert [row["clause"] for row in clauses] == [f"S{number}" for number in range(1, 63)]
    assert {row["clause"] for row in clauses if not row["tests"]} == NOT_ASKED
    named = [test.partition("::") for row in clauses for test in row["tests"].split()]
    tests = ROOT / "tests"
    assert [name for path, _, name in named if name not in named_in(tests / path)] == []


def test_no_requirement_stands_there_twice():
    numbers = [row["requirement"] for row in rows()]
    assert len(numbers) == len(set(numbers))


def test_each_has_the_level_of_the_standard_and_none_is_left_out():
    assert Counter(LEVEL_OF.values()) == {"1": 70, "2": 183, "3": 92}
    told = {row["requirement"]: row["level"] for row in rows()}
    assert {number: LEVEL_OF.get(number) for number in told} == told
    assert {number for number, level in LEVEL_OF.items() if level < "3"} <= told.keys()


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


def test_every_secret_has_a_row_in_the_papers():
    names = {name for name in dir(settings) if name.isupper()} - {"DEMO_PASSWORD"}
    names = [name for name in names if isinstance(getattr(settings, name), Secret)]
    names += ["SECRET_KEY", "AUDIT_ANCHOR_KEY", "DATABASE_URL", "EMAIL_URL"]
    told = [line for line in (ROOT / "docs" / "keys.md").read_text().splitlines() if "|" in line]
    assert len(names) > 8
    assert [name for name in names if f"`{name}`" not in "".join(told)] == []
    assert [line for line in told if not all(cell.strip() for cell in line.split("|")[1:-1])] == []


def test_the_security_rules_are_on():
    tools = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]
    assert {"S", "B"} <= set(tools["ruff"]["lint"]["select"])
    # What bandit leaves out, ruff watches.
    assert all(number.startswith("B") for number in tools["bandit"]["skips"])
