"""A page that opens looks at the provider once, quickly, and opens all the same when that fails."""

import time
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts_app.models import Contact
from accounts_app.services import contact, limiter, looking
from tests.factories import Programme


def a_minute_later() -> time_machine.travel:
    """Let what was read a moment ago be old enough to be asked for again."""
    return time_machine.travel(timezone.now() + timedelta(minutes=1), tick=True)


def test_what_the_provider_shows_now_is_taken_over(programme, sandbox):
    account = programme.account()
    sandbox.world.change("account", str(account.pk), "inactive")
    with a_minute_later():
        assert looking.at(account) == looking.Look(is_fresh=True)
    assert account.status == "inactive"


@pytest.mark.parametrize(("kind", "name"), [("customer", "getCustomer"), ("card", "getCard")])
def test_every_sort_of_target_is_read(programme, sandbox, kind, name):
    card = programme.card(programme.account())
    target = {"card": card, "customer": card.account.customer}[kind]
    with a_minute_later():
        assert looking.at(target).is_fresh
    assert target.asked_at > timezone.now()


def test_what_was_confirmed_a_moment_ago_is_not_asked_again(programme, sandbox):
    account = programme.account()
    sandbox.faults.add(operation="getAccount", action="status", code=500, times=9)
    assert looking.at(account).is_fresh


@pytest.mark.parametrize("trouble", [{"action": "status", "code": 500}, {"action": "malformed"}])
def test_a_provider_in_trouble_is_asked_once(programme, sandbox, trouble):
    account = programme.account()
    sandbox.faults.add(operation="getAccount", times=1, **trouble)
    with a_minute_later():
        assert not looking.at(account).is_fresh


def test_a_page_does_not_try_the_way_to_a_silent_provider(programme, sandbox):
    account = programme.account()
    silent = timezone.now() - timedelta(minutes=1)
    Contact.objects.update(failing_since=silent, failures=3, next_try_at=silent)
    with a_minute_later():
        assert not looking.at(account).is_fresh
        assert contact.may_read() == timedelta()


def test_a_slow_provider_does_not_hold_the_page(programme, sandbox, settings):
    settings.PAGE_READ_TIMEOUT = timedelta(seconds=0.3)
    account = programme.account()
    sandbox.faults.add(operation="getAccount", action="delay", seconds=60, times=1)
    with a_minute_later():
        begun = time.monotonic()
        assert not looking.at(account).is_fresh
        assert time.monotonic() - begun < 20


def test_a_pages_impatience_is_not_the_providers_silence(programme, sandbox, settings):
    settings.PAGE_READ_TIMEOUT = timedelta(seconds=0.3)
    account = programme.account()
    sandbox.faults.add(operation="getAccount", action="delay", seconds=1, times=3)
    with a_minute_later():
        assert [looking.at(account).is_fresh for _ in range(3)] == [False] * 3
    assert contact.state().failures == 0


def test_an_entity_the_provider_does_not_know_is_told(programme, sandbox):
    account = programme.account()
    sandbox.faults.add(operation="getAccount", action="status", code=404, times=1)
    with a_minute_later():
        assert looking.at(account) == looking.Look(is_fresh=True, is_known=False)


def test_while_the_provider_asks_everybody_to_wait_nobody_is_kept_waiting(programme: Programme):
    account = programme.account()
    limiter.push(timedelta(minutes=5))
    with a_minute_later():
        assert not looking.at(account).is_fresh
