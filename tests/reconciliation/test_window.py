"""The mirror of a comparison is read beside the list, and never all of it at once."""

import uuid

import pytest

from accounts_app.models import Account, EntityKind
from accounts_app.offblocks.lists import Entry
from accounts_app.offblocks.seams import Recognised
from accounts_app.reconciliation import window
from accounts_app.reconciliation.listed import Listed
from accounts_app.reconciliation.window import Window
from tests.admin import rows
from tests.factories import account_shape

ONE, OTHER = uuid.UUID(int=1), uuid.UUID(int=2)


def test_a_list_is_remembered_with_the_newest_revision_of_each():
    listed = Listed()
    assert [listed.note(ONE, revision) for revision in (5, 4, 5, 6)] == [True, False, True, True]
    assert listed.note(OTHER, 1)
    assert (ONE in listed, uuid.UUID(int=3) in listed, len(listed)) == (True, False, 2)
    listed.close()


@pytest.mark.django_db
def test_only_what_is_at_hand_is_looked_up(monkeypatch):
    monkeypatch.setattr(window, "BATCH", 2)
    accounts = [rows.account() for _ in range(5)]
    shapes = [account_shape(id=str(one.pk)) for one in accounts]
    beside = Window(EntityKind.ACCOUNT)
    seen = []
    for shape in beside.through(Entry(shape, b"") for shape in [*shapes, account_shape()]):
        assert not isinstance(shape, Recognised)
        seen.append(beside.get(shape.id))
        assert len(beside._at_hand) <= 2
    assert [held and held.digest for held in seen] == [*(one.digest for one in accounts), None]


@pytest.mark.django_db
def test_going_through_it_reads_every_row():
    accounts = {rows.account().pk for _ in range(3)}
    beside = Window(EntityKind.ACCOUNT)
    assert {id for id, _ in beside.items()} == set(beside) == accounts
    assert len(beside) == 3 == Account.objects.count()
