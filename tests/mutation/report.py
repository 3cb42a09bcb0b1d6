"""The table of what caught each defect: for the screen and for docs/mutation.md."""

from collections.abc import Sequence

from tests.mutation.hunt import SEEDS, Result

HEAD = f"""# Deliberate defects, and what catches them

`make mutate` seeds one defect at a time into a copy of the tree and runs the tests, then, where
they miss it or with `ARGS=--both`, {SEEDS} seeds of the simulator. A defect that neither catches
would reach customers unseen: the command then ends with 1. The defects are data in
`tests/mutation/mutants`.

| Defect | What it would do | Caught by the suite | Caught by the simulator |
|---|---|---|---|
"""


def line(result: Result) -> str:
    """Say in one line what came of a defect."""
    if not result.is_caught:
        name = result.mutant.name
        return f"NO ANSWER {name}: {result.failure}" if result.failure else f"SURVIVED  {name}"
    by = " and ".join(filter(None, [result.test, result.seed and f"seed {result.seed}"]))
    return f"caught    {result.mutant.name}: {by}"


def table(results: Sequence[Result]) -> str:
    """Return the whole page in Markdown."""
    rows = [_row(result) for result in results]
    caught = sum(result.is_caught for result in results)
    return HEAD + "\n".join(rows) + f"\n\n{caught} of {len(results)} were caught.\n"


def _row(result: Result) -> str:
    mutant = result.mutant
    where = " (on PostgreSQL)" if mutant.needs_postgresql else ""
    cells = (mutant.name + where, mutant.harm, _test(result), _seed(result))
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _test(result: Result) -> str:
    if not result.test:
        return "no"
    path, _, name = result.test.partition("::")
    return f"`{name}` in {path}" if name else path


def _seed(result: Result) -> str:
    if result.seed == "":
        return "not needed"
    return f"seed {result.seed}" if result.seed else f"not in {SEEDS} seeds"
