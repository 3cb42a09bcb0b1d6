"""Pull the whole programme into the mirror: customers, then accounts, then cards."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from accounts_app import conf, mirror
from accounts_app.errors import ParentMissing, WrongState
from accounts_app.models import Account, Card, Customer, Mirrored, Reconciliation, Source
from accounts_app.offblocks.client import Answer
from accounts_app.sentences import say
from accounts_app.services import refresh

Progress = Callable[[Iterable[Any], str], Iterable[Any]]


@dataclass
class Tally:
    """What a pull did: outcomes counted per kind, and mirrored rows the provider did not list."""

    outcomes: dict[str, Counter[str]] = field(default_factory=dict)
    absent: dict[str, int] = field(default_factory=dict)


def run(progress: Progress) -> Tally:
    """Read the provider's three lists and observe each entry as it arrives.

    `progress` wraps what is iterated; how much it is nobody knows before its end.

    Absent rows are counted and left as they are: a closed account may no longer be listed.
    Provider errors pass through; what was observed before stays. Raises WrongState while a
    comparison is held: what nobody believes without two people is not taken over by the way.
    """
    _refuse_while_held()
    client, tally = conf.client(), Tally()
    for model, read in (
        (Customer, client.each_customer),
        (Account, client.each_account),
        (Card, client.each_card),
    ):
        answer: Answer[Any] = read()
        outcomes: Counter[str] = Counter()
        listed: set[UUID] = set()
        for shape in progress(answer.value, str(model._meta.verbose_name_plural)):
            outcomes[_observe(shape, answer.asked_at)] += 1
            listed.add(shape.id)
        tally.outcomes[model.KIND] = outcomes
        tally.absent[model.KIND] = _absent(model, listed)
    return tally


def _refuse_while_held() -> None:
    held = Reconciliation.objects.filter(state=Reconciliation.State.HELD).first()
    if held:
        raise WrongState(
            say(
                "Comparison {number} is held for two people, and this would take it over without "
                "them. Have them decide, or type: manage.py reconcile --apply",
                number=held.pk,
            )
        )


def _observe(shape: Any, asked_at: datetime) -> str:
    try:
        return mirror.observe(shape, source=Source.SYNC, asked_at=asked_at).outcome.name.lower()
    except ParentMissing:
        # It was made after its parents were listed: read it by itself, parents first.
        reader = refresh.READERS[mirror.TABLES[type(shape)][0].KIND]
        observation = reader(shape.id, source=Source.SYNC)
        return observation.outcome.name.lower() if observation else "unknown"


def _absent(model: type[Mirrored], listed: set[UUID]) -> int:
    mirrored = model.objects.values_list("pk", flat=True)
    return sum(1 for pk in mirrored.iterator() if pk not in listed)
