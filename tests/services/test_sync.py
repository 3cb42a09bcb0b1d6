"""Pulling the whole programme: everything the provider lists is mirrored, nothing is removed."""

from collections.abc import Iterable
from typing import Any

import pytest

from accounts_app.models import Account
from accounts_app.offblocks.errors import ProviderError
from accounts_app.services import sync
from tests import mirrored

pytestmark = pytest.mark.django_db


def silent(items: Iterable[Any], _name: str) -> Iterable[Any]:
    """Show no progress."""
    return items


@pytest.fixture
def world(sandbox):
    """Two customers, an account each, a card on one."""
    for _ in range(2):
        account = sandbox.world.add_account(str(sandbox.world.add_customer()["id"]))
    sandbox.world.add_card(str(account["id"]))
    return sandbox.world


def test_everything_listed_is_mirrored(world, sandbox):
    tally = sync.run(silent)
    assert {kind: dict(counts) for kind, counts in tally.outcomes.items()} == {
        "customer": {"created": 2},
        "account": {"created": 2},
        "card": {"created": 1},
    }
    assert mirrored.mirror() == mirrored.provider(sandbox)


def test_a_second_pull_changes_nothing(world):
    sync.run(silent)
    tally = sync.run(silent)
    assert [list(counts) for counts in tally.outcomes.values()] == [["unchanged"]] * 3


def test_what_changed_since_is_updated(world, sandbox):
    sync.run(silent)
    account = Account.objects.first()
    world.change("account", str(account.pk), "inactive")
    assert sync.run(silent).outcomes["account"]["updated"] == 1
    assert mirrored.mirror() == mirrored.provider(sandbox)


def test_lost_webhooks_are_made_up_for(world, sandbox):
    sync.run(silent)
    customer = Account.objects.first().customer_id
    world.change("customer", str(customer), "inactive")
    sandbox.deliveries.take()
    sync.run(silent)
    assert mirrored.mirror() == mirrored.provider(sandbox)


def test_rows_the_provider_does_not_list_are_counted_and_kept(world, sandbox):
    sync.run(silent)
    world.entities._store.rows("DELETE FROM entities WHERE kind = 'card'")
    assert sync.run(silent).absent == {"customer": 0, "account": 0, "card": 1}
    assert mirrored.mirror().keys() > mirrored.provider(sandbox).keys()


def test_progress_is_shown_by_kind(world):
    seen = []

    def noting(items, name):
        for item in items:
            seen.append(name)
            yield item

    sync.run(noting)
    assert seen == ["customers"] * 2 + ["accounts"] * 2 + ["cards"]


def test_the_providers_trouble_passes_through_and_what_was_read_stays(world, sandbox):
    sandbox.faults.add(action="malformed", operation="listCards", times=None)
    with pytest.raises(ProviderError):
        sync.run(silent)
    assert Account.objects.count() == 2
