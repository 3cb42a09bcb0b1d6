"""The fault matrix is covered: every row of it has a test that is named after it.

O are the rows about sending operations, H about people, W about webhooks and the mirror.
"""

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parent
ROWS = {"o": 25, "h": 11, "w": 29}
NAMED = re.compile(r"^ *def test_([ohw])([0-9]{2})_\w+\(", re.MULTILINE)
# Cases that several test files share are collected through them.
SOURCES = [*TESTS.rglob("test_*.py"), *TESTS.rglob("*_cases.py")]
TESTED = {
    f"{letter}{number}" for path in SOURCES for letter, number in NAMED.findall(path.read_text())
}
MATRIX = [f"{letter}{number:02}" for letter, last in ROWS.items() for number in range(1, last + 1)]


@pytest.mark.parametrize("row", MATRIX)
def test_a_row_of_the_fault_matrix_has_a_test(row):
    assert row in TESTED


def test_no_test_is_named_after_a_row_that_does_not_exist():
    assert TESTED - set(MATRIX) == set()
