"""The webhook subscription at the provider: exactly our address, exactly our types."""

import uuid

import pytest

from accounts_app import conf
from accounts_app.services import subscriptions


def sentences() -> list[str]:
    """Return the differences as words."""
    return [difference.sentence for difference in subscriptions.check()]


@pytest.fixture(autouse=True)
def _provider(sandbox):
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


def test_the_secret_path_is_subscribed_where_it_is_the_proof(settings):
    settings.OFFBLOCKS_WEBHOOK_AUTH = ["secret"]
    assert subscriptions.callback_url().endswith(f"/{settings.OFFBLOCKS_WEBHOOK_SECRET}/")


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
