"""Small processes to supervise, and a small launcher that supervises them."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

SLEEPER = "import os, time; print(os.getpid()); time.sleep(60)"
STUBBORN = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {SLEEPER}"
PARENT = f"""
import subprocess, sys
subprocess.Popen([sys.executable, "-u", "-c", {SLEEPER!r}])
{SLEEPER}
"""

# A suite that was started with nohup passes its deafness to SIGHUP on.
LAUNCHER = """
import os, signal, sys
signal.signal(signal.SIGHUP, signal.SIG_DFL)
from launcher.commands import guard
from launcher.printing import Screen
from launcher.supervisor import Supervisor

def job():
    supervisor = Supervisor(Screen().say, patience=0.5)
    with supervisor.on_duty():
        for number, source in enumerate(sys.argv[1:]):
            supervisor.start(f"child{number}", [sys.executable, "-u", "-c", source], os.environ)
        supervisor.watch()

sys.exit(guard(job))
"""


@contextmanager
def launcher(*sources: str) -> Iterator[subprocess.Popen[str]]:
    """A launcher of its own process, supervising one Python process per source."""
    process = subprocess.Popen(
        [sys.executable, "-u", "-c", LAUNCHER, *sources],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def read_pids(process: subprocess.Popen[str], count: int) -> list[int]:
    """Read the process ids that the first lines carry."""
    assert process.stdout is not None
    return [int(process.stdout.readline().partition("|")[2]) for _ in range(count)]


def is_alive(pid: int) -> bool:
    """Tell whether a process runs; one that ended and was not collected yet does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def eventually(holds: Callable[[], bool], seconds: float = 20) -> bool:
    """Wait until something holds; false when it does not in time."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def run_make(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run make in the project with a changed environment, as a person would from a shell."""
    outer = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    return subprocess.run(
        ["make", *arguments],
        cwd=ROOT,
        env={**outer, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
