"""`python -m tests.drill`: the whole matrix, or what is named; 1 when anything did not hold."""

import argparse
import shutil
import signal
import sys
import tempfile
from pathlib import Path

from tests.drill import matrix, orchestra, table
from tests.drill.crew import Broken
from tests.drill.matrix import Scenario


def main(arguments: list[str] | None = None) -> int:
    """Play the chosen scenarios and tell what came of them."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    options = _parser().parse_args(arguments)
    chosen = _chosen(options)
    if not chosen:
        print("Nothing of the matrix is called so; --list names everything.", file=sys.stderr)
        return 2
    if options.list:
        print("\n".join(scenario.name for scenario in chosen))
        return 0
    folder = Path(tempfile.mkdtemp(prefix="drill-"))
    try:
        rows = orchestra.play(chosen, folder, table.print_row)
    except Broken as broken:
        print(broken, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        shutil.rmtree(folder)
        return 130
    return table.close(rows, chosen, folder, is_whole=len(chosen) == len(matrix.everything()))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.drill", description=__doc__)
    add = parser.add_argument
    add("--only", action="append", default=[], metavar="NAME", help="a run, or how its name begins")
    add("--quick", action="store_true", help="a handful of runs")
    add("--database", choices=["sqlite", "postgres"], help="runs on this database alone")
    add("--engine", choices=["inline", "celery"], help="runs with this engine alone")
    add("--list", action="store_true", help="name the runs and end")
    return parser


def _chosen(options: argparse.Namespace) -> list[Scenario]:
    return [
        scenario
        for scenario in matrix.everything()
        if options.database in (None, scenario.database)
        and options.engine in (None, scenario.engine)
        and (not options.quick or scenario.name in matrix.QUICK)
        and (not options.only or scenario.name.startswith(tuple(options.only)))
    ]


if __name__ == "__main__":
    sys.exit(main())
