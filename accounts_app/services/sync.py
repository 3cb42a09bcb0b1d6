"""Pull the whole programme into the mirror: customers, then accounts, then cards."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from accounts_app import conf, mirror
from accounts_app.errors import ParentMissing
from accounts_app.models import Account, Card, Customer, Mirrored, Source
from accounts_app.services import refresh

Progress = Callable[[Iterable[Any], str], Iterable[Any]]


@dataclass
class Tally:
    """What a pull did: outcomes counted per kind, and mirrored rows the provider did not list."""

    outcomes: dict[str, Counter[str]] = field(default_factory=dict)
    absent: dict[str, int] = field(default_factory=dict)


def run(progress: Progress) -> Tally:
    """Read the provider's three lists and observe each entry; `progress` wraps what is iterated.

    Absent rows are counted and left as they are: a closed account may no longer be listed.
    Provider errors pass through; what was observed before stays.
    """
    client, tally = conf.client(), Tally()
    for model, read in (
        (Customer, client.list_customers),
        (Account, client.list_accounts),
        (Card, client.list_cards),
    ):
        answer = read()
        name = model._meta.verbose_name_plural
        shapes = progress(answer.value, str(name))
        tally.outcomes[model.KIND] = Counter(_observe(shape, answer.asked_at) for shape in shapes)
        tally.absent[model.KIND] = _absent(model, answer.value)
    return tally


def _observe(shape: Any, asked_at: datetime) -> str:
    try:
        return mirror.observe(shape, source=Source.SYNC, asked_at=asked_at).outcome.name.lower()
    except ParentMissing:
        # It was made after its parents were listed: read it by itself, parents first.
        reader = refresh.READERS[mirror.TABLES[type(shape)][0].KIND]
        observation = reader(shape.id, source=Source.SYNC)
        return observation.outcome.name.lower() if observation else "unknown"


def _absent(model: type[Mirrored], listed: list[Any]) -> int:
    ids = {shape.id for shape in listed}
    return sum(1 for pk in model.objects.values_list("pk", flat=True) if pk not in ids)
