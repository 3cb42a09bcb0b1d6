"""`make dependencies`: known vulnerabilities of what we install, and the hashes of the lock file.

Both ask public services. Where one cannot be reached its check is skipped, and a line says so.
"""

import json
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from launcher.installation import PYTHON
from launcher.printing import Screen
from launcher.supervisor import ROOT

LOCK = "requirements.lock"
AUDIT = ("-m", "pip_audit", "--requirement", LOCK, "--disable-pip", "--format", "json")
DOWNLOAD = ("-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes", "--requirement")
WRONG_HASH = "DO NOT MATCH THE HASHES"
NOT_LOCKED = "require-hashes mode"


def check() -> int:
    """Run both checks; return 1 when one found something wrong."""
    screen = Screen()
    results = [_ask_for_vulnerabilities(screen), hold(ROOT / LOCK, screen)]
    return 0 if all(results) else 1


def _ask_for_vulnerabilities(screen: Screen) -> bool:
    """Whether no locked version is known to be vulnerable, as far as that can be asked."""
    done = _run(*AUDIT)
    try:
        found = json.loads(done.stdout)["dependencies"]
    except ValueError:
        screen.print(f"SKIPPED vulnerabilities: {_last_line(done)}")
        return True
    return is_sound(found, screen)


def is_sound(found: list[dict[str, Any]], screen: Screen) -> bool:
    """Whether none of the packages that could be asked about is vulnerable; name those that are."""
    asked = [one for one in found if "skip_reason" not in one]
    known = [one for one in asked if one["vulns"]]
    for one in known:
        ids = ", ".join(vulnerability["id"] for vulnerability in one["vulns"])
        screen.print(f"Vulnerable: {one['name']} {one['version']}: {ids}. Raise its version.")
    if len(asked) < len(found):
        missing = len(found) - len(asked)
        screen.print(f"SKIPPED vulnerabilities of {missing} of {len(found)}: not to be asked here.")
    return not known


def hold(lock: Path, screen: Screen) -> bool:
    """Whether what the index offers is byte for byte what was locked."""
    with tempfile.TemporaryDirectory() as folder:
        done = _run(*DOWNLOAD, str(lock), "--dest", folder)
    said = done.stdout + done.stderr
    if done.returncode and (WRONG_HASH in said or NOT_LOCKED in said):
        screen.print(f"{lock.name} does not hold:\n{said}")
        return False
    if done.returncode:
        screen.print(f"SKIPPED hashes: {_last_line(done)}")
    return True


def _run(*command: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([PYTHON, *command], cwd=ROOT, capture_output=True, text=True, check=False)


def _last_line(done: "subprocess.CompletedProcess[str]") -> str:
    lines = (done.stderr or done.stdout).strip().splitlines()
    return lines[-1] if lines else f"it ended with {done.returncode}."
