"""What is measured, in turns with a baseline, and what it must reach."""

from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import median

Measure = Callable[[], "Taken"]


@dataclass(frozen=True)
class Taken:
    """What one repeat measured: figures by name, and how many of its requests or rows failed."""

    figures: dict[str, float]
    failures: int = 0


@dataclass(frozen=True)
class Target:
    """What a figure must reach; `is_ratio`: not by itself but divided by the baseline's.

    Without a bound the figure is shown for the record.
    """

    figure: str
    unit: str
    at_least: float | None = None
    at_most: float | None = None
    is_ratio: bool = True

    def is_met(self, value: float) -> bool | None:
        """Whether the value reaches it; None where there is nothing to reach."""
        if self.at_least is None and self.at_most is None:
            return None
        is_enough = self.at_least is None or value >= self.at_least
        return is_enough and (self.at_most is None or value <= self.at_most)

    def __str__(self) -> str:
        if self.at_least is None and self.at_most is None:
            return ""
        sign, bound = ("≥", self.at_least) if self.at_most is None else ("≤", self.at_most)
        sign = "=" if self.at_least == self.at_most else sign
        return f"{sign} {bound:g}{' x' if self.is_ratio else f' {self.unit}'}"


@dataclass(frozen=True)
class Comparison:
    """Our work and its baseline. `versus` says what the baseline is, `warm_up` what came before."""

    name: str
    ours: Measure
    targets: tuple[Target, ...]
    versus: str = ""
    baseline: Measure | None = None
    warm_up: str = "one repeat of each"
    once: bool = False
    """Measured once and not warmed up: it is long, or holds a bound that must never be passed."""


@dataclass(frozen=True)
class Spread:
    """The figures of several repeats."""

    values: tuple[float, ...]

    @property
    def middle(self) -> float:
        """Their median."""
        return median(self.values)

    @property
    def ends(self) -> tuple[float, float]:
        """The least and the greatest."""
        return min(self.values), max(self.values)


@dataclass(frozen=True)
class Row:
    """One figure of one comparison: the repeats of both, and whether the target is met."""

    name: str
    versus: str
    target: Target
    ours: Spread
    other: Spread | None
    failures: int
    warm_up: str = field(default="", repr=False)

    @property
    def ratio(self) -> float | None:
        """The median of the ratios of each repeat to the baseline's beside it.

        Of pairs, because a machine that others use changes its pace between them.
        """
        if self.other is None:
            return None
        pairs = zip(self.ours.values, self.other.values, strict=True)
        return median(mine / theirs if theirs else float("inf") for mine, theirs in pairs)

    @property
    def is_met(self) -> bool | None:
        """Whether the target is met; never while anything failed. None where there is none."""
        value = self.ratio if self.target.is_ratio else self.ours.middle
        met = None if value is None else self.target.is_met(value)
        return met and not self.failures if met is not None else None


def measured(comparison: Comparison, repeats: int) -> list[Row]:
    """Warm both up, then measure them in turns; return a row per figure."""
    sides = [comparison.ours, *([comparison.baseline] if comparison.baseline else [])]
    repeats = 1 if comparison.once else repeats
    for side in sides if not comparison.once else ():
        side()
    taken = [[side() for side in sides] for _ in range(repeats)]
    failures = sum(one.failures for turn in taken for one in turn)
    return [_row(comparison, target, taken, failures) for target in comparison.targets]


def _row(comparison: Comparison, target: Target, taken: list[list[Taken]], failures: int) -> Row:
    # What only ours tells has no baseline, also where something else of it has one.
    sides = [
        Spread(tuple(one.figures[target.figure] for one in side))
        for side in zip(*taken, strict=True)
        if target.figure in side[0].figures
    ]
    return Row(
        name=comparison.name,
        versus=comparison.versus,
        target=target,
        ours=sides[0],
        other=sides[1] if len(sides) > 1 else None,
        failures=failures,
        warm_up=comparison.warm_up,
    )
