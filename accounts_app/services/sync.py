"""Pull the whole programme into the mirror: customers, then accounts, then cards."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from accounts_app import conf, mirror
from accounts_app.errors import ParentMissing, WrongState
from accounts_app.models import Account, Card, Customer, Mirrored, Reconciliation, Source
from accounts_app.offblocks.client import Answer
from accounts_app.offblocks.errors import ProviderError
from accounts_app.representations import TABLES, Shape
from accounts_app.sentences import say
from accounts_app.services import refresh

Progress = Callable[[Iterable[Any], str], Iterable[Any]]
# Entries that are shown to the mirror together.
BATCH = 500


@dataclass
class Tally:
    """What a pull did: outcomes counted per kind, and mirrored rows the provider did not list."""

    outcomes: dict[str, Counter[str]] = field(default_factory=dict)
    absent: dict[str, int] = field(default_factory=dict)


def run(progress: Progress) -> Tally:
    """Read the provider's three lists and show their entries to the mirror as they arrive.

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
        entries = progress(answer.value, str(model._meta.verbose_name_plural))
        for shape, outcome in show(entries, answer.asked_at):
            outcomes[outcome] += 1
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


def show(entries: Iterable[Shape], asked_at: datetime) -> Iterator[tuple[Shape, str]]:
    """Show the entries of a list to the mirror and hand each on with what came of it.

    What is new to the mirror is written many at a time, all else one by one; both come to the same.
    """
    for some in filter(None, _some_at_once(entries)):
        created = mirror.create(some, source=Source.SYNC, asked_at=asked_at)
        for shape in some:
            if shape.id in created:
                # Should the same entity be listed once more, that is no creation.
                created.remove(shape.id)
                yield shape, mirror.Outcome.CREATED.name.lower()
            else:
                yield shape, _observe(shape, asked_at)


def _some_at_once(entries: Iterable[Shape]) -> Iterator[list[Shape]]:
    """Gather the entries; those that came before the list broke off come before its error."""
    some: list[Shape] = []
    try:
        for shape in entries:
            some.append(shape)
            if len(some) == BATCH:
                yield some
                some = []
    except ProviderError:
        yield some
        raise
    yield some


def _observe(shape: Shape, asked_at: datetime) -> str:
    try:
        return mirror.observe(shape, source=Source.SYNC, asked_at=asked_at).outcome.name.lower()
    except ParentMissing:
        # It was made after its parents were listed: read it by itself, parents first.
        reader = refresh.READERS[TABLES[type(shape)][0].KIND]
        observation = reader(shape.id, source=Source.SYNC)
        return observation.outcome.name.lower() if observation else "unknown"


def _absent(model: type[Mirrored], listed: set[UUID]) -> int:
    mirrored = model.objects.values_list("pk", flat=True)
    return sum(1 for pk in mirrored.iterator() if pk not in listed)
