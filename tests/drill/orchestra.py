"""Plays the stacks side by side, each in a process of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from launcher.supervisor import LEASH, ROOT
from tests.drill import places
from tests.drill.conduct import Row
from tests.drill.crew import Broken
from tests.drill.matrix import STACKS, Scenario

AT_ONCE = 3
CONDUCTORS: "list[subprocess.Popen[str]]" = []
Tell = Callable[[Row], None]


def play(scenarios: list[Scenario], folder: Path, tell: Tell) -> list[Row]:
    """Play everything and return the rows in the matrix's order. Broken when something is amiss."""
    if any(scenario.database == "postgres" for scenario in scenarios):
        places.binaries()
    if any(scenario.engine == "celery" for scenario in scenarios):
        places.redis_server()
    os.environ["DRILL_STATIC"] = str(folder / "static")
    _collect_static()
    stacks = [f"{database}-{engine}" for database, engine in STACKS]
    parts = [[one for one in scenarios if one.stack == stack] for stack in stacks]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        runs = [pool.submit(_play, part, folder, tell) for part in parts if part]
        try:
            return [row for run in runs for row in run.result()]
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            for conductor in CONDUCTORS:
                # They end their processes and take their databases away.
                conductor.terminate()
            raise


def _collect_static() -> None:
    command = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity=0"]
    settings = {"SECRET_KEY": "only to collect files", "STATIC_ROOT": os.environ["DRILL_STATIC"]}
    subprocess.run(command, cwd=ROOT, env={"PATH": os.environ["PATH"], **settings}, check=True)


def _play(scenarios: list[Scenario], folder: Path, tell: Tell) -> list[Row]:
    stack = scenarios[0].stack
    place = folder / stack
    place.mkdir()
    command = [sys.executable, "-m", "tests.drill.conduct", str(place)]
    with (
        (place / "conduct.log").open("w") as log,
        subprocess.Popen(
            [sys.executable, "-I", "-S", str(LEASH), str(os.getpid()), *command],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        ) as conductor,
    ):
        CONDUCTORS.append(conductor)
        assert conductor.stdin is not None
        assert conductor.stdout is not None
        json.dump([scenario.name for scenario in scenarios], conductor.stdin)
        conductor.stdin.close()
        rows = [_read(line, tell) for line in conductor.stdout]
    if conductor.returncode:
        said = (place / "conduct.log").read_text()[-3000:]
        raise Broken(f"{stack} broke off with {conductor.returncode}:\n{said}")
    return rows


def _read(line: str, tell: Tell) -> Row:
    row = Row(**json.loads(line))
    tell(row)
    return row
