"""How large everything is: the whole benchmark, the quick one, and the one that tests this code."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Scale:
    """Sizes of what is compared, and how often it is done."""

    name: str
    repeats: int
    web: int
    """Processes of gunicorn; each has four threads."""
    few: int
    """Accounts of the small programme."""
    many: int
    """Accounts of the large one."""
    history: int
    """Of every sort of record, in the account with the long story; the short one has ten."""
    deliveries: int
    """In one repeat."""
    visits: int
    """To a page in one repeat."""
    racers: int
    """Customers that change five times each while answers are slow."""
    flood: int
    """Deliveries about a hundred accounts; about a tenth of those where it is small."""
    changes: int
    """One after the other on an idle system."""


SCALES = {
    scale.name: scale
    for scale in (
        Scale("full", 3, 2, 10_000, 1_000_000, 10_000, 3000, 15, 200, 10_000, 60),
        Scale("quick", 3, 2, 2_000, 50_000, 5_000, 400, 8, 40, 600, 8),
        Scale("tiny", 1, 1, 20, 40, 20, 10, 1, 3, 20, 1),
    )
}
