"""The lock file: complete, and refused when the index offers other bytes; vulnerable versions."""

import hashlib
import re
import zipfile
from pathlib import Path

import pytest

from launcher import dependencies
from launcher.printing import Screen

ROOT = Path(__file__).resolve().parents[2]
PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==(\S+)", re.MULTILINE)
METADATA = "Metadata-Version: 2.1\nName: small\nVersion: 1.0\n"


def pins(name: str) -> dict[str, str]:
    """Return name and version of everything a file of requirements pins."""
    found = PIN.findall((ROOT / name).read_text())
    return {re.sub(r"[-_.]+", "-", package).lower(): version for package, version in found}


@pytest.fixture
def index(tmp_path) -> Path:
    """A folder that serves as index, with one small package."""
    with zipfile.ZipFile(tmp_path / "small-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr("small-1.0.dist-info/METADATA", METADATA)
        wheel.writestr("small-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        wheel.writestr("small-1.0.dist-info/RECORD", "")
    return tmp_path


def locked(index: Path, digest: str) -> Path:
    """Write a lock file for the small package with this digest, or without one."""
    file = index / "requirements.lock"
    pinned = f"small==1.0 --hash=sha256:{digest}" if digest else "small==1.0"
    file.write_text(f"--no-index\n--find-links {index}\n{pinned}\n")
    return file


def digest_of(index: Path) -> str:
    """Return the digest of the small package."""
    return hashlib.sha256(next(index.glob("*.whl")).read_bytes()).hexdigest()


def test_the_lock_holds_what_the_requirements_pin():
    required, lock = pins("requirements.txt"), pins("requirements.lock")
    assert required.items() <= lock.items()


def test_every_locked_package_has_a_hash():
    packages = (ROOT / "requirements.lock").read_text().split("\n\n")
    entries = re.split(r"\n(?=[a-z0-9])", "\n\n".join(packages))
    unlocked = [one.split()[0] for one in entries if PIN.match(one) and "--hash=sha256:" not in one]
    assert unlocked == []


def test_the_same_bytes_pass(index, capsys):
    assert dependencies.hold(locked(index, digest_of(index)), Screen())
    assert capsys.readouterr().out == ""


def test_other_bytes_are_refused(index, capsys):
    assert not dependencies.hold(locked(index, "0" * 64), Screen())
    assert "requirements.lock does not hold" in capsys.readouterr().out


def test_a_package_without_a_hash_is_refused(index):
    assert not dependencies.hold(locked(index, ""), Screen())


def test_an_index_without_the_package_is_no_failure_and_is_told(index, capsys):
    lock = locked(index, digest_of(index))
    next(index.glob("*.whl")).unlink()
    assert dependencies.hold(lock, Screen())
    assert capsys.readouterr().out.startswith("SKIPPED hashes: ")


def test_a_vulnerable_version_fails_and_is_named(capsys):
    found = [{"name": "small", "version": "1.0", "vulns": [{"id": "PYSEC-2026-1"}]}]
    assert not dependencies.is_sound(found, Screen())
    assert "Vulnerable: small 1.0: PYSEC-2026-1." in capsys.readouterr().out


def test_what_cannot_be_asked_is_told(capsys):
    found = [{"name": "small", "skip_reason": "away"}, {"name": "x", "version": "1", "vulns": []}]
    assert dependencies.is_sound(found, Screen())
    assert "SKIPPED vulnerabilities of 1 of 2" in capsys.readouterr().out
