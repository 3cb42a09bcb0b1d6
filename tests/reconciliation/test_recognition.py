"""What was found equal to the letter is not read again, and nothing else is passed over."""

import json
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts_app import discrepancies, representations
from accounts_app.models import Account, EntityKind, Reconciliation, Source
from accounts_app.offblocks import shapes
from accounts_app.offblocks.shapes import shape_of
from accounts_app.reconciliation.recognition import Recogniser
from accounts_app.reconciliation.window import Window
from accounts_app.services import refresh
from tests.admin import rows
from tests.factories import AccountRepresentation
from tests.reconciliation.far_side import compared, forget, found, unheard

pytestmark = pytest.mark.django_db
State = Reconciliation.State


@pytest.fixture
def accounts(programme) -> list[Account]:
    """Four accounts, in the mirror as at the provider."""
    return [programme.account() for _ in range(4)]


def recognised() -> set:
    """Return the accounts of which some text is recognised."""
    return set(Account.objects.exclude(listed_digest="").values_list("pk", flat=True))


def inner(**fields) -> bytes:
    """Return what stands between the braces of an account's entry."""
    return json.dumps(AccountRepresentation(**fields)).encode()[1:-1]


def test_what_was_equal_is_recognised_the_next_time(accounts):
    assert recognised() == set()
    assert (compared().state, recognised()) == (State.EQUAL, {one.pk for one in accounts})
    again = compared()
    assert (again.state, again.counts["account"]["listed"]) == (State.EQUAL, 4)


def test_a_comparison_that_takes_nothing_over_notes_nothing(accounts):
    assert compared(apply=False).state == State.EQUAL
    assert recognised() == set()


def test_what_changed_there_is_read_and_found(accounts, sandbox):
    compared()
    unheard(sandbox, "account", accounts[1].pk, "inactive")
    made = compared()
    assert found(made) == [("account", "differs", "updated")]
    assert recognised() == {one.pk for one in accounts} - {accounts[1].pk}
    assert (compared().state, len(recognised())) == (State.EQUAL, 4)


def test_what_changed_here_is_no_longer_recognised(accounts, sandbox):
    compared()
    unheard(sandbox, "account", accounts[0].pk, "inactive")
    refresh.account(accounts[0].pk, source=Source.REFRESH)
    assert recognised() == {one.pk for one in accounts[1:]}
    assert compared().state == State.EQUAL


def test_what_is_missing_is_found_among_what_is_recognised(accounts, sandbox):
    compared()
    forget(sandbox, accounts[2].pk)
    assert found(compared(apply=False)) == [("account", "missing_there", "")]


def test_what_is_new_is_found_among_what_is_recognised(accounts, programme, sandbox):
    compared()
    new = sandbox.world.add_account(str(accounts[0].customer_id))
    sandbox.deliveries.take()
    assert found(compared()) == [("account", "missing_here", "created")]
    assert Account.objects.filter(pk=new["id"]).exists()


def test_an_account_that_people_wait_for_is_read_in_any_case(accounts):
    compared()
    discrepancies.open("account", accounts[3].pk, "status", "closed", "active")
    recognise = Window(EntityKind.ACCOUNT).recogniser
    texts = [inner(id=str(one.pk)) for one in accounts]
    for one, digest in zip(accounts, representations.text_digests(texts), strict=True):
        Account.door.filter(pk=one.pk).update(listed_digest=digest)
    assert recognise(texts) == [*(str(one.pk) for one in accounts[:3]), None]


def test_only_the_very_text_of_the_very_row_is_recognised():
    ours, other = rows.account(), rows.account()
    text, recognise = inner(id=str(ours.pk)), Recogniser(Account, set())
    right, wrong = representations.text_digests([text, b"another"])
    Account.door.filter(pk=ours.pk).update(listed_digest=right)
    Account.door.filter(pk=other.pk).update(listed_digest=wrong)
    spelled = text.replace(b'", "', b'","')
    assert recognise([text]) == [str(ours.pk)]
    assert recognise([spelled, b"", b'"id": 5', inner(), inner(id=str(other.pk)), text]) == [
        *[None] * 5,
        str(ours.pk),
    ]


def test_nothing_is_recognised_once_entries_are_read_in_another_way(accounts, monkeypatch):
    compared()
    before = set(Account.objects.values_list("listed_digest", flat=True))
    monkeypatch.setattr(representations, "READING", b"another")
    assert compared().state == State.EQUAL
    assert before.isdisjoint(Account.objects.values_list("listed_digest", flat=True))


def test_many_entries_are_asked_about_at_once():
    texts = [inner() for _ in range(300)]
    with CaptureQueriesContext(connection) as asked:
        assert Recogniser(Account, set())(texts) == [None] * 300
    # PostgreSQL is asked past Django, which would count it.
    assert len(asked) == (connection.vendor != "postgresql")


@pytest.mark.parametrize("created", ["2026-03-01T09:00:00.000000Z", "some day", ""])
def test_the_order_of_a_list_is_no_matter(created):
    """By the time between its first and its last entry rows are only found faster."""
    ours = [rows.account() for _ in range(5)]
    texts = [inner(id=str(one.pk), createdAt=created) for one in ours]
    for one, digest in zip(ours, representations.text_digests(texts), strict=True):
        Account.door.filter(pk=one.pk).update(listed_digest=digest)
    pairs = [*zip(texts, ours, strict=True)]
    for some in (pairs, pairs[::-1], pairs[2:] + pairs[:2]):
        names = Recogniser(Account, set())([text for text, _ in some])
        assert names == [str(one.pk) for _, one in some]


def test_who_changes_the_way_of_reading_raises_its_number():
    """What was equal by an old digest need not be by a new one, and is to be read once more."""
    told = AccountRepresentation(id=str(uuid.UUID(int=7)), customerId=str(uuid.UUID(int=8)))
    shape = shape_of(shapes.Account, told | {"name": "4242 4242 4242 4242"})
    numbered = (representations.READING, representations.digest_of(shape)[:12])
    assert numbered == (b"1", "c26ec13893b1")
