"""Both sides of a comparison as they are read: the provider's lists, and the mirror beside them."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any
from uuid import UUID

from accounts_app import clock, conf
from accounts_app.models import EntityKind
from accounts_app.offblocks import shapes
from accounts_app.offblocks.client import Answer
from accounts_app.offblocks.errors import NotFound
from accounts_app.reconciliation.plan import Difference, Side, What, look
from accounts_app.reconciliation.window import TABLES, Window
from accounts_app.services import limiter

# Parents first.
SHAPES: dict[EntityKind, Any] = {
    EntityKind.CUSTOMER: shapes.Customer,
    EntityKind.ACCOUNT: shapes.Account,
    EntityKind.CARD: shapes.Card,
}
Progress = Callable[[Iterable[Any], str], Iterable[Any]]


def sides(progress: Progress, *, learns: bool) -> Iterator[Side]:
    """Read one kind after the other, parents first; `progress` wraps what is iterated.

    Entries that were found equal to the mirror before, to the letter, are not read again; one that
    `learns` notes which those are.

    The mirror is read after the list was asked for: what it then knows better is no difference. The
    list itself arrives while it is compared: each side is to be compared before the next is read.
    Provider errors pass through, also out of what is listed.
    """
    client = conf.client()
    for kind, shape in SHAPES.items():
        limiter.wait_for_place()
        window = Window(kind, learns=learns)
        answer: Answer[Any] = client.each_unlike(shape, window.recogniser)
        listed = progress(answer.value, str(TABLES[kind]._meta.verbose_name_plural))
        yield Side(kind, window.through(listed), answer.asked_at, window)


def confirmed(difference: Difference) -> Difference | None:
    """Ask the provider for the entity itself; None when it is not different after all.

    Provider errors pass through.
    """
    limiter.wait_for_place()
    asked_at = clock.now()
    try:
        answer = _read_one(difference.kind, difference.id)
    except NotFound:
        return Difference(difference.kind, difference.id, What.MISSING_THERE, None, asked_at)
    held = Window(difference.kind).of(difference.id)
    side = Side(difference.kind, [answer.value], answer.asked_at, held)
    return next(iter(look(side).differences), None)


def _read_one(kind: EntityKind, id: UUID) -> Answer[Any]:
    client = conf.client()
    if kind == EntityKind.CUSTOMER:
        return client.get_customer(id)
    return client.get_account(id) if kind == EntityKind.ACCOUNT else client.get_card(id)
