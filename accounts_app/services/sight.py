"""Whose eyes a page is drawn for, and which customers' personal fields those see in full.

Where nobody looks, in commands, workers and streams that outlive their request, all is masked.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from functools import cached_property

from django.contrib.auth.models import AnonymousUser, User

from accounts_app.services import unmasking


class Sight:
    """What one person sees; asked for once, and only on pages that have something to mask."""

    def __init__(self, person: User | AnonymousUser | None) -> None:
        self._person = person

    @cached_property
    def _open(self) -> dict[uuid.UUID, datetime]:
        return unmasking.open_to(self._person)

    def until(self, customer_id: uuid.UUID | None) -> datetime | None:
        """Return until when the customer's personal fields are seen in full; None if masked."""
        return self._open.get(customer_id) if customer_id else None

    @property
    def may_unmask(self) -> bool:
        """Whether asking to see more would be of use."""
        return self._person is not None and self._person.has_perm(unmasking.RIGHT)


_sight: ContextVar[Sight] = ContextVar("sight")


@contextmanager
def of(person: User | AnonymousUser) -> Iterator[None]:
    """Draw what follows for this person's eyes."""
    token = _sight.set(Sight(person))
    try:
        yield
    finally:
        _sight.reset(token)


def now() -> Sight:
    """Return the sight of whoever looks; of nobody, outside a request."""
    return _sight.get(Sight(None))


def shows(customer_id: uuid.UUID | None) -> bool:
    """Whether the customer's personal fields are shown in full to whoever looks."""
    return now().until(customer_id) is not None
