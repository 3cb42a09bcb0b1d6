"""The virtual environment is made once, again after a change, and anew after an interruption."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.launcher.processes import ROOT

INSTALL = """
import sys
from pathlib import Path
from launcher import installation
from launcher.commands import guard
from launcher.printing import Screen
from launcher.run_directory import RunDirectory
from launcher.supervisor import Supervisor

def job():
    screen = Screen()
    supervisor = Supervisor(screen.say)
    with supervisor.on_duty():
        folder = RunDirectory(Path(".run"))
        installation.ensure(supervisor, folder, installation.RUNTIME, screen.say)
    return 0

installation.MEGABYTES[installation.RUNTIME] = 1
sys.exit(guard(job))
"""
pytestmark = pytest.mark.xdist_group("installation")

UNREACHABLE = {"PIP_INDEX_URL": "http://127.0.0.1:9", "PIP_CONFIG_FILE": os.devnull}


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with a launcher, no requirements and a finished environment."""
    project = tmp_path_factory.mktemp("project")
    shutil.copytree(ROOT / "launcher", project / "launcher")
    (project / "requirements.txt").touch()
    assert install(project).returncode == 0
    return project


@pytest.fixture
def project(installed: Path, tmp_path: Path) -> Path:
    """The same, in a folder of its own."""
    return Path(shutil.copytree(installed, tmp_path / "project", symlinks=True))


def install(project: Path) -> subprocess.CompletedProcess[str]:
    """Install in a process of its own, with no index to reach."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PIP_")}
    return subprocess.run(
        [sys.executable, "-c", INSTALL],
        cwd=project,
        env=environment | UNREACHABLE,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_a_first_start_makes_the_environment(installed: Path) -> None:
    assert (installed / ".venv" / "bin" / "python").exists()
    assert not (installed / ".venv" / ".unfinished").exists()


def test_a_later_start_installs_nothing(project: Path) -> None:
    assert install(project).stdout == ""


def test_changed_requirements_are_installed(project: Path) -> None:
    (project / "requirements.txt").write_text("# changed\n")
    assert "Installed in" in install(project).stdout
    assert install(project).stdout == ""


def test_an_interrupted_installation_is_made_anew(project: Path) -> None:
    (project / ".venv" / ".unfinished").touch()
    shutil.rmtree(project / ".venv" / "lib")
    assert install(project).returncode == 0
    assert next((project / ".venv" / "lib").glob("*/site-packages/pip"))


def test_no_network_is_one_plain_sentence(project: Path) -> None:
    (project / "requirements.txt").write_text("a-package-that-is-not-here==1\n")
    failed = install(project)
    assert failed.returncode == 2
    assert failed.stderr.startswith("The Python package index cannot be reached. Check the network")
    assert len(failed.stderr.splitlines()) == 1


def test_a_failure_nobody_knows_shows_pips_own_last_lines(project: Path) -> None:
    (project / "requirements.txt").write_text("not a requirement\n")
    failed = install(project)
    assert failed.returncode == 2
    assert "install.log" in failed.stderr
    assert "Invalid requirement" in failed.stderr
