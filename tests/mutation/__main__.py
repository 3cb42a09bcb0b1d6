"""`python -m tests.mutation`: seeds deliberate defects, one at a time, and tells what caught each.

Ends with 1 when one survives both the suite and the simulator. The whole list also writes
docs/mutation.md. With a PostgreSQL in DATABASE_URL, defects that need one are tried there.
"""

import argparse
import os
import queue
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.mutation import report
from tests.mutation.copy import ROOT, Copy
from tests.mutation.hunt import Hunt, Result, baseline, folder_of
from tests.mutation.mutant import Mutant
from tests.mutation.mutants import MUTANTS

PAGE = ROOT / "docs" / "mutation.md"


def main() -> int:
    """Do what the command line asks for and return the exit code."""
    options = _options()
    chosen = [mutant for mutant in MUTANTS if options.only.lower() in mutant.name.lower()]
    if options.list:
        print("\n".join(f"{mutant.name}: {mutant.harm}" for mutant in chosen))
        return 0
    for mutant in chosen:
        mutant.source(ROOT)
    with tempfile.TemporaryDirectory(prefix="mutation-") as folder:
        copies = [Copy(folder_of(Path(folder), number)) for number in range(options.jobs)]
        if failing := baseline(copies[0], chosen):
            print(f"Nothing was tried: {failing} fails without any defect.", file=sys.stderr)
            return 2
        results = list(_results(chosen, copies, both=options.both))
    if not options.only:
        PAGE.write_text(report.table(results))
    survivors = [result for result in results if not result.is_caught]
    print(f"{len(results) - len(survivors)} of {len(results)} were caught.")
    return 1 if survivors else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m tests.mutation")
    parser.add_argument("--only", default="", help="only defects whose name has this in it")
    parser.add_argument("--list", action="store_true", help="name the defects and stop")
    parser.add_argument(
        "--both", action="store_true", help="run the simulator for each defect, too"
    )
    parser.add_argument("--jobs", type=int, default=2, help="how many defects at a time")
    return parser.parse_args()


def _results(mutants: Sequence[Mutant], copies: list[Copy], *, both: bool) -> Iterator[Result]:
    """Hunt the defects, one per copy at a time; tell each as it is known, return them in order."""
    free: queue.SimpleQueue[Copy] = queue.SimpleQueue()
    for copy in copies:
        free.put(copy)
    postgresql = _postgresql()

    def hunt(mutant: Mutant) -> Result:
        copy = free.get()
        try:
            result = Hunt(copy, postgresql).result(mutant, both=both)
        finally:
            free.put(copy)
        print(report.line(result), flush=True)
        return result

    tried = [mutant for mutant in mutants if postgresql or not mutant.needs_postgresql]
    for mutant in set(mutants) - set(tried):
        print(f"not tried {mutant.name}: it needs a PostgreSQL in DATABASE_URL", flush=True)
    with ThreadPoolExecutor(len(copies)) as pool:
        yield from pool.map(hunt, tried)


def _postgresql() -> str:
    address = os.environ.get("DATABASE_URL", "")
    return address if address.startswith("postgres") else ""


if __name__ == "__main__":
    sys.exit(main())
