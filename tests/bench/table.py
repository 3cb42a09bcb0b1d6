"""What the benchmarks showed: a line each while they go, a table at the end, and a file."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from launcher.supervisor import ROOT
from tests.bench.figures import Row, Spread

FILE = ROOT / "bench" / "results.json"
HEADS = (
    *("Work", "Baseline", "Figure", "Ours", "min", "max"),
    *("Baseline's", "Ratio", "Target", "Verdict"),
)
VERDICTS = {True: "met", False: "NOT MET", None: ""}


def line(row: Row) -> str:
    """Say what came of one figure."""
    cells = dict(zip(HEADS, _cells(row), strict=True))
    theirs = cells["Baseline's"]
    versus = f", {theirs} {row.versus}: {cells['Ratio']}" if row.other else ""
    target = f" ({row.target}: {cells['Verdict']})" if str(row.target) else ""
    return f"{row.name}, {cells['Figure']}: {cells['Ours']}{versus}{target}"


def table(rows: Iterable[Row]) -> str:
    """Return all figures as a table that reads in a terminal and in Markdown."""
    lines = [list(HEADS), *(_cells(row) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    lines.insert(1, ["-" * width for width in widths])
    return "\n".join(_padded(cells, widths) for cells in lines)


def _padded(cells: list[str], widths: list[int]) -> str:
    return f"| {' | '.join(map(str.ljust, cells, widths))} |"


def write(rows: Iterable[Row], machine: dict[str, Any], path: Path = FILE) -> None:
    """Keep every repeat's figures, and what they were taken on."""
    path.parent.mkdir(exist_ok=True)
    told = {"machine": machine, "figures": [_told(row) for row in rows]}
    path.write_text(json.dumps(told, indent=2) + "\n")


def _cells(row: Row) -> list[str]:
    least, most = row.ours.ends
    unit = f"{row.target.figure}, {row.target.unit}" if row.target.unit else row.target.figure
    verdict = VERDICTS[row.is_met]
    return [
        *(row.name, row.versus, unit),
        *(_short(value) for value in (row.ours.middle, least, most)),
        _short(row.other.middle) if row.other else "",
        "" if row.ratio is None else f"{row.ratio:.2f} x",
        str(row.target),
        f"{verdict} {row.failures} failed".strip() if row.failures else verdict,
    ]


def _told(row: Row) -> dict[str, Any]:
    return {
        "work": row.name,
        "baseline": row.versus,
        "figure": row.target.figure,
        "unit": row.target.unit,
        "ours": _spread(row.ours),
        "baselines": _spread(row.other) if row.other else None,
        "ratio": row.ratio,
        "target": str(row.target),
        "met": row.is_met,
        "failures": row.failures,
        "warm_up": row.warm_up,
    }


def _spread(spread: Spread) -> dict[str, Any]:
    least, most = spread.ends
    return {"median": spread.middle, "min": least, "max": most, "repeats": spread.values}


def _short(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
