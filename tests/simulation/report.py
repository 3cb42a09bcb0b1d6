"""What is printed: a failing seed with its last lines, and the table of what occurred."""

from collections import Counter
from itertools import groupby

from tests.simulation.run import Outcome


def failure(outcome: Outcome, database: str, lines: int) -> str:
    """Say which seed broke which rule, what led there, and how to see all of it."""
    where = "" if database == "sqlite" else " --database ..."
    return "\n".join(
        [
            f"=== seed {outcome.seed} breaks {outcome.violation}",
            *outcome.log[-lines:],
            f"All of it: python -m tests.simulation --show {outcome.seed}{where}",
        ]
    )


def table(counts: Counter[tuple[str, str]]) -> str:
    """List what occurred how often, table by table."""
    rows = []
    for name, found in groupby(sorted(counts), key=lambda pair: pair[0]):
        rows.append(f"-- {name}")
        rows += [f"{counts[pair]:>9}  {pair[1]}" for pair in found]
    return "\n".join(rows)


def name(database: str) -> str:
    """Name a database without its address, which may hold a password."""
    return database.partition(":")[0]
