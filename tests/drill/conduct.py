"""`python -m tests.drill.conduct FOLDER`: plays on one stack the scenarios named on its input.

Prints one JSON object per run, the last of them about the stack as a whole.
"""

import json
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.drill import matrix
from tests.drill.matrix import Scenario
from tests.drill.places import Postgres, Sqlite
from tests.drill.stack import running
from tests.drill.stage import Stage

# So many at a time that somebody is always left to serve.
AT_ONCE = {"others": 8, "frozen web": 2, "frozen worker": 8, "frozen celery": 5}


@dataclass(frozen=True)
class Row:
    """One run as the table shows it. `wrong` is empty when all held."""

    name: str
    state: str
    seconds: float
    effects: int
    missing: int
    differences: int
    wrong: list[str]


def conduct(folder: Path, scenarios: list[Scenario]) -> Iterator[Row]:
    """Bring the stack up, play everything, and look at all of it in the end."""
    database, engine = scenarios[0].database, scenarios[0].engine
    stage = Stage(scenarios)
    place = Postgres() if database == "postgres" else Sqlite(folder)
    with running(engine, folder, place, stage.seed) as stack:
        # These need Django, which is set up only now.
        from tests.drill import desk, ending  # noqa: PLC0415
        from tests.drill.acts import Theatre  # noqa: PLC0415

        desk.hire()
        for command in (("sync",), ("subscribe_webhooks",)):
            if stack.run(*command).wait():
                raise SystemExit(f"{command[0]} failed; see {folder / 'commands.log'}.")
        stack.serve()
        theatre = Theatre(stack, stage)
        yield from _all_of(theatre.play, scenarios)
        yield ending.look(stack, theatre.truth, scenarios[0].stack)


def _all_of(play: Callable[[Scenario], object], scenarios: list[Scenario]) -> Iterator[Row]:
    together = [scenario for scenario in scenarios if not scenario.is_alone]
    pools = {name: ThreadPoolExecutor(number) for name, number in AT_ONCE.items()}
    try:
        runs = [pools[_pool_of(scenario)].submit(_run, play, scenario) for scenario in together]
        for run in as_completed(runs):
            yield run.result()
    finally:
        for pool in pools.values():
            pool.shutdown(wait=False, cancel_futures=True)
    for scenario in scenarios:
        if scenario.is_alone:
            yield _run(play, scenario)


def _pool_of(scenario: Scenario) -> str:
    return f"frozen {scenario.where}" if scenario.signal == "stop" else "others"


def _run(play: Callable[[Scenario], object], scenario: Scenario) -> Row:
    """Play a scenario, once more when it never came to its boundary; a failure is a row, too."""
    import django.db  # noqa: PLC0415 -- Django is set up by now

    began = time.monotonic()
    try:
        seen = play(scenario)
        if not seen.reached and not seen.wrong:  # type: ignore[attr-defined]
            seen = play(scenario)
        told = asdict(seen)  # type: ignore[call-overload]
        wrong = told["wrong"] if told.pop("reached") else [*told["wrong"], "never came to it"]
        told["wrong"] = wrong
    except Exception as error:  # the other runs go on
        sys.stderr.write(f"{scenario.name}\n{traceback.format_exc()}")
        told = {"state": "", "effects": 0, "missing": 0, "differences": 0}
        told["wrong"] = [f"{type(error).__name__}: {error}"[:500]]
    finally:
        django.db.connections.close_all()
    return Row(name=scenario.name, seconds=round(time.monotonic() - began, 1), **told)


def main() -> None:
    """Read the names, play, print. Told to end, it takes everything away and leaves at once."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _interrupt)
    names = set(json.load(sys.stdin))
    scenarios = [scenario for scenario in matrix.everything() if scenario.name in names]
    try:
        for row in conduct(Path(sys.argv[1]), scenarios):
            print(json.dumps(asdict(row)), flush=True)
    except KeyboardInterrupt:
        # The runs in hand are not waited for.
        os._exit(130)


def _interrupt(_number: int, _frame: object) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt


if __name__ == "__main__":
    main()
