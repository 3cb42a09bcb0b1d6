"""What the runs showed: a line each while they go, and the table in docs/drill.md."""

import shlex
import shutil
from collections import defaultdict
from pathlib import Path

from launcher.supervisor import ROOT
from tests.drill import matrix
from tests.drill.conduct import Row
from tests.drill.matrix import Scenario
from tests.drill.stack import LEASE

FILE = ROOT / "docs" / "drill.md"
COLUMNS = (
    "Where",
    "Trouble",
    "Boundary",
    "Kind",
    "Came to",
    "Seconds",
    "Effects",
    "Acknowledged, not stored",
    "Mirror differs",
    "Verdict",
)
INTRODUCTION = """# The drill

`make drill` plays this on real processes: gunicorn, the bundled worker or Celery with its beat, the
sandbox, SQLite or a PostgreSQL of its own, a Redis of its own. At every boundary in the life of an
operation and of a delivery a process is killed, or frozen until others have taken over its work and
then let go; the database is restarted without a farewell, the broker stopped and killed, tasks come
three times and late. Two workers, or four Celery processes, and four web processes are always at
it together. Afterwards everything is compared with what the sandbox knows.

A run holds when the operation has ended as it should with one audit entry of its end; when the
sandbox's ledger shows exactly one effective change under its key, and none under another (a
challenge changes nothing and is fetched at most once: lost, it ends as failed); when every event we
acknowledged is stored once; and when the mirror is the provider, field by field.

Leases are shortened to {lease:g} seconds and the pauses between tries to three at most. Frozen
processes sleep longer than a lease. The waits of ten minutes and more, at whose end an operation is
known to be not applied, are left to the simulator.

To repeat a run: `make drill ARGS="--only NAME"`, where NAME is
`stack/act/where/trouble/boundary/kind`, or how such a name begins. `make drill QUICK=1` plays a
handful.

## Sum

{sum}

{words}
"""


def print_row(row: Row) -> None:
    """Say at once what came of a run."""
    verdict = "holds" if not row.wrong else f"VIOLATED: {'; '.join(row.wrong)}"
    facts = f"{row.effects} effects, {row.missing} missing, {row.differences} different"
    print(f"{row.name:<88} {row.seconds:>5.0f} s  {row.state}, {facts}: {verdict}", flush=True)


def close(rows: list[Row], chosen: list[Scenario], folder: Path, *, is_whole: bool) -> int:
    """Print the sum, keep the table of a whole drill, and name what did not hold."""
    told = {row.name for row in rows}
    silent = [scenario.name for scenario in chosen if scenario.name not in told]
    violated = [row for row in rows if row.wrong]
    print(f"\n{_sum(rows)}\n")
    if is_whole:
        FILE.write_text(document(rows))
        print(f"The table is in {FILE.relative_to(ROOT)}.")
    for row in violated:
        print(f"VIOLATED {row.name}: {'; '.join(row.wrong)}")
        print(f"  repeat: python -m tests.drill --only {shlex.quote(_repeats(row))}")
    for name in silent:
        print(f"NOT PLAYED {name}")
    if violated or silent:
        print(f"What the processes said is in {folder}.")
        return 1
    shutil.rmtree(folder)
    return 0


def _repeats(row: Row) -> str:
    """Return what to name: what was seen of a stack as a whole needs all of its runs."""
    return row.name if row.name.count("/") > 1 else row.name.partition("/")[0] + "/"


def document(rows: list[Row]) -> str:
    """Return the page that is kept: the sum, what the words mean, and a table per stack and act."""
    text = INTRODUCTION.format(sum=_sum(rows), words=_words(), lease=LEASE)
    parts: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in sorted(rows, key=_place):
        stack, act = row.name.split("/")[:2]
        parts[stack, act].append(row)
    for (stack, act), found in parts.items():
        text += f"\n## {stack}: {act}\n\n{_table(found)}\n"
    return text


def _place(row: Row) -> int:
    names = [scenario.name for scenario in matrix.everything()]
    return names.index(row.name) if row.name in names else len(names)


def _table(rows: list[Row]) -> str:
    return _lines(COLUMNS, [_cells(row) for row in rows])


def _cells(row: Row) -> list[str]:
    where, trouble, at, kind = [*row.name.split("/")[2:], "", "", "", ""][:4]
    verdict = "holds" if not row.wrong else f"**violated**: {'; '.join(row.wrong)}"
    numbers = [f"{row.seconds:.0f}", row.effects, row.missing, row.differences]
    return [where, trouble, at, kind, row.state, *map(str, numbers), verdict]


def _sum(rows: list[Row]) -> str:
    found = []
    for database, engine in matrix.STACKS:
        ours = [row for row in rows if row.name.startswith(f"{database}-{engine}/")]
        if ours:
            total = [sum(getattr(row, n) for row in ours[:-1]) for n in ("missing", "differences")]
            violated = sum(bool(row.wrong) for row in ours)
            found.append([database, engine, len(ours), *total, violated])
    heads = ("Database", "Engine", "Runs", "Acknowledged, not stored", "Mirror differs", "Violated")
    return _lines(heads, [[str(cell) for cell in line] for line in found])


def _words() -> str:
    signals = [["", name, words] for name, words in matrix.SIGNALS.items()]
    points = [
        [act, at, words]
        for act, points in matrix.BOUNDARIES.items()
        for at, words in points.items()
    ]
    return _lines(("Act", "Trouble or boundary", "Meaning"), signals + points)


def _lines(heads: tuple[str, ...], rows: list[list[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
