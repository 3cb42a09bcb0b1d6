"""The webhook subscription at the provider: exactly our address, exactly our types."""

import secrets
import uuid

import pytest

from accounts_app import conf
from accounts_app.models import AuditEntry
from accounts_app.offblocks.credentials import Secret
from accounts_app.offblocks.errors import OutcomeUnknown
from accounts_app.services import subscriptions


def sentences() -> list[str]:
    """Return the differences as words."""
    return [difference.sentence for difference in subscriptions.check()]


@pytest.fixture(autouse=True)
def _provider(sandbox, db):
    """Everything here asks the provider."""


def subscribe(url: str, *types: str) -> uuid.UUID:
    """Put a subscription at the provider."""
    return conf.client().put_subscription(url, types, key=uuid.uuid4()).value.id


def test_our_subscription_is_made(settings):
    subscriptions.ensure()
    (made,) = conf.client().list_subscriptions().value
    assert made.callback_url == "http://127.0.0.1:8000/webhooks/offblocks/"
    assert set(made.types) == set(settings.OFFBLOCKS_WEBHOOK_TYPES)
    assert sentences() == []


def test_making_it_again_keeps_the_one_there_is():
    assert subscriptions.ensure() == subscriptions.ensure()
    assert len(conf.client().list_subscriptions().value) == 1


def test_that_nobody_knows_whether_it_came_about_is_on_record(sandbox):
    sandbox.faults.add(operation="putWebhook", action="drop_reply", times=9)
    with pytest.raises(OutcomeUnknown):
        subscriptions.ensure()
    entry = AuditEntry.objects.get(action="webhooks.not_subscribed")
    assert (entry.before["subscription"], entry.after["subscription"]) == ("none", "not known")
    assert entry.result


def test_the_secret_path_is_subscribed_where_it_is_the_proof(settings):
    settings.OFFBLOCKS_WEBHOOK_AUTH = ["secret"]
    assert subscriptions.callback_url().endswith(f"/{settings.OFFBLOCKS_WEBHOOK_SECRET.reveal()}/")


def test_no_subscription_is_a_difference():
    assert sentences() == ["There is no subscription to our address."]


def test_other_types_are_a_difference_and_are_corrected():
    number = subscribe(subscriptions.callback_url(), "card.updated")
    assert sentences() == [f"Subscription {number} has other types than ours."]
    assert subscriptions.ensure() == number
    assert sentences() == []


def test_a_subscription_to_somebody_else_is_a_difference():
    subscriptions.ensure()
    number = subscribe("http://127.0.0.1:9/stranger/", "card.updated")
    assert sentences() == [f"Subscription {number} delivers to another address."]


def test_our_address_twice_is_a_difference(settings):
    subscriptions.ensure()
    subscribe(subscriptions.callback_url(), *settings.OFFBLOCKS_WEBHOOK_TYPES)
    assert sentences() == ["Our address is subscribed 2 times."]


@pytest.mark.parametrize("proofs", [["secret"], ["signature", "secret"]])
def test_a_new_secret_moves_the_subscription_to_its_address(settings, proofs):
    settings.OFFBLOCKS_WEBHOOK_AUTH = proofs
    number = subscriptions.ensure()
    settings.OFFBLOCKS_WEBHOOK_PREVIOUS_SECRET = settings.OFFBLOCKS_WEBHOOK_SECRET
    settings.OFFBLOCKS_WEBHOOK_SECRET = Secret(secrets.token_urlsafe(32))
    assert f"Subscription {number} delivers to an earlier address of ours." in sentences()
    assert (subscriptions.ensure(), sentences()) == (number, [])


def test_a_subscription_without_secret_is_moved_when_one_is_wanted(settings):
    number = subscriptions.ensure()
    settings.OFFBLOCKS_WEBHOOK_AUTH = ["secret"]
    assert (subscriptions.ensure(), sentences()) == (number, [])


def test_subscribing_is_an_audit_entry_without_the_secret(settings):
    settings.OFFBLOCKS_WEBHOOK_AUTH = ["secret"]
    number = subscriptions.ensure()
    entry = AuditEntry.objects.get(action="webhooks.subscribed")
    assert entry.after["subscription"] == str(number)
    assert settings.OFFBLOCKS_WEBHOOK_SECRET.reveal() not in f"{entry.before} {entry.after}"
