"""How the suite is run: what is dear to make is made once."""

import re
import subprocess
import sys
from pathlib import Path

from launcher import quality

GROUPED = """
import pytest

pytestmark = pytest.mark.xdist_group("dear")


@pytest.mark.parametrize("number", range(12))
def test_one(number):
    pass
"""
PASSED = re.compile(r"^\[(gw\d+)\].* PASSED", re.MULTILINE)


def test_the_tests_of_a_group_are_given_to_one_process(tmp_path: Path):
    for name in ("test_first.py", "test_second.py"):
        (tmp_path / name).write_text(GROUPED)
    told = subprocess.run(
        [sys.executable, *quality.PYTEST, "--verbose", "-p", "no:django", "--rootdir", "."],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    passed = PASSED.findall(told.stdout)
    assert (len(passed), len(set(passed))) == (24, 1)
