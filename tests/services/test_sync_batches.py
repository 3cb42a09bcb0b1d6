"""A pull writes what is new many at a time: the same comes of it as one by one, and none twice."""

import threading
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts_app import conf, mirror
from accounts_app.models import Account, AuditEntry, Card, Customer, Discrepancy, Snapshot, Source
from accounts_app.offblocks.errors import Unreadable
from accounts_app.services import sync
from tests.factories import account_shape, customer_shape
from tests.faults.together import at_once, lingering_after
from tests.mirror.test_observe import later

NOW = datetime(2026, 11, 1, tzinfo=UTC)
OWNERS = [uuid.UUID(int=1), uuid.UUID(int=2)]
EXAMPLES = settings(
    max_examples=30,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
committing = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch) -> None:
    """Let a short list be several batches."""
    monkeypatch.setattr(sync, "BATCH", 3)


def one_by_one(entries) -> Iterator[str]:
    """Show each entry in a transaction of its own."""
    for shape in entries:
        seen = mirror.observe(shape, source=Source.SYNC, asked_at=NOW)
        yield seen.outcome.name.lower()


def pulled(entries) -> Iterator[str]:
    """Show the entries as a pull does."""
    return (outcome for _, outcome in sync.show(entries, NOW))


def what_comes_of(show: Callable[[], Any]) -> list[Any]:
    """Return everything the database holds afterwards, and undo it."""
    with transaction.atomic():
        outcomes = list(show())
        kept = [
            *(list(model.objects.order_by("pk").values()) for model in (Customer, Account, Card)),
            _of(Snapshot.objects.order_by("entity_id", "pk"), "id", "recorded_at"),
            _of(Discrepancy.objects.order_by("pk"), "id", "found_at"),
            list(AuditEntry.objects.order_by("pk").values_list("action", "result")),
        ]
        transaction.set_rollback(True)
    return [outcomes, *kept]


def _of(rows, *but: str) -> list[dict[str, Any]]:
    return [{name: row[name] for name in row.keys() - set(but)} for row in rows.values()]


@pytest.mark.django_db
def test_the_same_rows_come_of_the_providers_lists(sandbox):
    for _ in range(4):
        account = sandbox.world.add_account(str(sandbox.world.add_customer()["id"]))
        sandbox.world.add_card(str(account["id"]))
    client = conf.client()
    reads = (client.each_customer, client.each_account, client.each_card)
    lists = [list(read().value) for read in reads]
    found = what_comes_of(lambda: [list(pulled(entries)) for entries in lists])
    assert found == what_comes_of(lambda: [list(one_by_one(entries)) for entries in lists])
    assert found[0] == [["created"] * 4] * 3


told = st.lists(
    st.tuples(
        st.integers(0, 5),  # which account
        st.integers(1, 3),  # as of which day
        st.sampled_from(OWNERS),
        st.sampled_from(["active", "inactive", "closed"]),
    ),
    max_size=12,
)


def accounts(told):
    """Return the shapes of what was told."""
    return [
        account_shape(
            id=str(uuid.UUID(int=100 + number)),
            customerId=str(owner),
            status=status,
            updatedAt=f"2026-03-0{day}T09:00:00.000000Z",
        )
        for number, day, owner, status in told
    ]


@EXAMPLES
@given(mirrored=told, listed=told)
@pytest.mark.django_db
def test_the_same_rows_come_of_odd_lists(mirrored, listed):
    """Of entries twice, known, older, final, or of another owner than before."""
    with time_machine.travel(NOW, tick=False), transaction.atomic():
        list(one_by_one(customer_shape(id=str(owner)) for owner in OWNERS))
        for shape in accounts(mirrored):
            mirror.observe(shape, source=Source.WEBHOOK, asked_at=NOW - timedelta(hours=1))
        entries = accounts(listed)
        assert what_comes_of(lambda: pulled(entries)) == what_comes_of(lambda: one_by_one(entries))
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_new_entries_cost_no_statements_of_their_own(django_assert_max_num_queries, monkeypatch):
    monkeypatch.setattr(sync, "BATCH", 100)
    entries = [customer_shape() for _ in range(100)]
    with django_assert_max_num_queries(12):
        assert set(pulled(entries)) == {"created"}


@pytest.mark.django_db
def test_what_has_no_parent_yet_is_read_with_its_parents(sandbox):
    account = sandbox.world.add_account(str(sandbox.world.add_customer()["id"]))
    listed = list(conf.client().each_account().value)
    stranger = account_shape()
    assert list(pulled([stranger, *listed])) == ["unknown", "created"]
    assert [str(row.pk) for row in Account.objects.all()] == [account["id"]]


@pytest.mark.django_db
def test_what_came_before_a_list_broke_off_is_kept():
    entries = [customer_shape() for _ in range(5)]

    def breaking() -> Iterator[Any]:
        yield from entries
        raise Unreadable("The list breaks off.")

    with pytest.raises(Unreadable):
        list(pulled(breaking()))
    assert Customer.objects.count() == 5


@committing
def test_a_crash_leaves_no_row_without_its_snapshot():
    entries = [customer_shape() for _ in range(5)]

    def crash(execute, sql, *rest):
        if sql.startswith("INSERT") and Snapshot._meta.db_table in sql:
            raise KeyboardInterrupt
        return execute(sql, *rest)

    with connection.execute_wrapper(crash), pytest.raises(KeyboardInterrupt):
        list(pulled(entries))
    assert not Customer.objects.exists()
    assert list(pulled(entries)) == ["created"] * 5
    assert Snapshot.objects.count() == 5


@committing
def test_of_a_batch_that_another_process_was_faster_with_nothing_is_lost_or_older():
    first, second, third = entries = [customer_shape(status="active") for _ in range(3)]
    newer = later(second, status="inactive")
    has_looked, has_written = threading.Event(), threading.Event()

    def slow() -> list[str]:
        with lingering_after(Customer._meta.db_table, has_looked, has_written):
            return list(pulled(entries))

    def quick() -> None:
        has_looked.wait(20)
        mirror.observe(newer, source=Source.WEBHOOK, asked_at=NOW + timedelta(minutes=1))
        has_written.set()

    outcomes, _ = at_once(slow, quick)
    assert outcomes == ["created", "stale", "created"]
    assert Customer.objects.get(pk=second.id).status == "inactive"
    kept = Snapshot.objects.order_by("pk").values_list("entity_id", flat=True)
    assert list(kept) == [second.id, first.id, third.id]


@committing
def test_two_pulls_at_once_make_nothing_twice():
    entries = [customer_shape() for _ in range(20)]
    backwards = entries[::-1]
    outcomes = at_once(lambda: list(pulled(entries)), lambda: list(pulled(backwards)))
    assert sum(came.count("created") for came in outcomes) == 20
    assert {*outcomes[0], *outcomes[1]} <= {"created", "unchanged"}
    assert Customer.objects.count() == Snapshot.objects.count() == 20
