"""`python -m tests.bench`: every benchmark beside its baseline; 1 when a target was not met."""

import argparse
import signal
import sys
from collections.abc import Iterator

from tests.bench import machine, table
from tests.bench.benchmarks import ALL
from tests.bench.figures import Row, measured
from tests.bench.scale import SCALES, Scale
from tests.bench.stand import Stand, load
from tests.drill.crew import Broken


def main(arguments: list[str] | None = None) -> int:
    """Measure what was chosen, print the table, and keep every figure."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    options = _parser().parse_args(arguments)
    unknown = sorted(set(options.only) - ALL.keys())
    if unknown:
        print(f"No benchmark is called {unknown[0]}; there are {', '.join(ALL)}.", file=sys.stderr)
        return 2
    try:
        with Stand(SCALES[options.scale], _say) as stand:
            told = machine.described(stand.server.settings(), options.scale)
            _introduce(told)
            rows = list(_rows(stand, options.only or _usual(stand.scale)))
    except Broken as broken:
        print(broken, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    print(f"\n{table.table(rows)}\n\nLoad of the machine in the end: {load()}")
    if options.scale != "tiny":
        table.write(rows, told)
        print(f"Every figure is in {table.FILE.relative_to(table.ROOT)}.")
    return 1 if any(row.is_met is False for row in rows) else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    add = parser.add_argument
    add("--only", action="append", default=[], metavar="NAME", help=f"of {', '.join(ALL)}")
    add("--scale", choices=SCALES, default="full")
    add("--quick", dest="scale", action="store_const", const="quick", help="small and soon done")
    return parser


def _usual(scale: Scale) -> list[str]:
    for name in scale.left_out:
        _say(f"Left out, because it must reach nothing: {name} (--only {name} does it).")
    return [name for name in ALL if name not in scale.left_out]


def _rows(stand: Stand, names: list[str]) -> Iterator[Row]:
    for name in names:
        for comparison in ALL[name](stand):
            for row in measured(comparison, stand.scale.repeats):
                _say(table.line(row))
                yield row


def _introduce(told: dict[str, object]) -> None:
    for name, value in told.items():
        _say(f"{name}: {value}")
    _say("One repeat of each warms up and does not count; then ours and the baseline in turns.")


def _say(words: str) -> None:
    print(words, flush=True)


if __name__ == "__main__":
    sys.exit(main())
