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
    most: int
    """Customers and accounts of the largest, which has nothing else."""
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
    synced: int
    """Accounts of an empty mirror's first sync."""
    compared: int
    """Accounts of a comparison; its memory is held against a tenth of them."""
    operations: int
    """Due when the workers start."""
    soak: int
    """Seconds."""
    left_out: tuple[str, ...] = ()
    """Benchmarks that are only done when asked for by name: they must reach nothing."""


FULL = Scale(
    name="full",
    repeats=9,
    web=2,
    few=10_000,
    many=1_000_000,
    most=3_000_000,
    history=10_000,
    deliveries=1000,
    visits=5,
    racers=200,
    flood=10_000,
    changes=60,
    synced=100_000,
    compared=1_000_000,
    operations=10_000,
    soak=600,
)
QUICK = Scale(
    name="quick",
    repeats=2,
    web=2,
    few=2_000,
    many=22_000,
    most=44_000,
    history=2_000,
    deliveries=1000,
    visits=3,
    racers=20,
    flood=600,
    changes=5,
    synced=500,
    compared=5_000,
    operations=40,
    soak=8,
    left_out=("embedded",),
)
TINY = Scale(
    name="tiny",
    repeats=1,
    web=1,
    few=20,
    many=40,
    most=60,
    history=20,
    deliveries=10,
    visits=1,
    racers=3,
    flood=20,
    changes=1,
    synced=20,
    compared=40,
    operations=6,
    soak=2,
)
SCALES = {scale.name: scale for scale in (FULL, QUICK, TINY)}
