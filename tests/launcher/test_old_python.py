"""An old Python reads a sentence, not a syntax error."""

import ast

import pytest

from launcher.__main__ import complaint
from tests.launcher.processes import ROOT


def test_a_new_enough_python_is_accepted() -> None:
    assert complaint((3, 11, 0), "posix") == ""


@pytest.mark.parametrize("version", [(3, 6, 15), (3, 10, 13)])
def test_an_old_python_is_told_what_to_do(version: tuple[int, ...]) -> None:
    assert complaint(version, "posix") == (
        f"Python 3.11 or newer is needed and this is Python 3.{version[1]}. "
        "Install a newer one, or name it: make run PYTHON=/path/to/python3.11"
    )


def test_windows_is_sent_to_wsl() -> None:
    assert "WSL" in complaint((3, 13, 0), "nt")


@pytest.mark.parametrize("name", ["__init__.py", "__main__.py"])
def test_the_entry_parses_under_an_old_python(name: str) -> None:
    assert ast.parse((ROOT / "launcher" / name).read_text(), feature_version=(3, 6)).body
