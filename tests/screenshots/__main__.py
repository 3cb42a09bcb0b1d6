"""`python -m tests.screenshots`: seeds the demo and takes the pictures into docs/img.

It runs under pytest, whose parts it borrows; the suite does not collect it.
"""

import os
import sys

import pytest

from tests.screenshots import FOLDER


def main() -> int:
    """Take all pictures; returns the exit code."""
    os.environ["REQUIRE_BROWSER"] = "1"
    code = pytest.main(["-q", "-p", "no:randomly", "tests/screenshots/shoot.py", *sys.argv[1:]])
    print(f"The pictures are in {FOLDER}." if code == 0 else "Not all pictures were taken.")
    return int(code)


if __name__ == "__main__":
    sys.exit(main())
