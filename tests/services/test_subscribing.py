"""People change the subscription at the provider: kept first, sent, and read back afterwards."""

import uuid

import pytest
from django.db import connection

from accounts_app import conf
from accounts_app.errors import AlreadyMoved, Incomplete, NotPermitted, Refusal
from accounts_app.models import AuditEntry, Pause, SubscriptionChange
from accounts_app.services import pausing, registered, subscribing, subscriptions

pytestmark = pytest.mark.django_db
Kind, Result = SubscriptionChange.Kind, SubscriptionChange.Result


@pytest.fixture(autouse=True)
def _provider(sandbox):
    """Everything here asks the provider."""


@pytest.fixture
def replies(monkeypatch):
    """What is shown every reply of the provider."""
    watchers = [*conf._watchers]
    monkeypatch.setattr(conf, "_watchers", watchers)
    return watchers


def change(person, kind, subscription_id=None, reason="Events stopped", number=None):
    """Change the subscription as its page does."""
    told = {"reason": reason, "number": number or uuid.uuid4()}
    return subscribing.change(kind, subscription_id=subscription_id, person=person, **told)


def subscribe(*types, url=None):
    """Put a subscription at the provider behind our back."""
    answer = conf.client().put_subscription(
        url or subscriptions.callback_url(), types, key=uuid.uuid4()
    )
    return answer.value.id


def test_our_subscription_is_made(approver):
    made = change(approver, Kind.CREATE)
    assert (made.result, made.note) == (Result.DONE, "")
    assert registered.look().is_right


def test_one_with_other_types_is_repaired(approver):
    number = subscribe("card.updated")
    assert registered.look().found[0].missing
    assert change(approver, Kind.REPAIR, number).result == Result.DONE
    (one,) = registered.look().found
    assert (one.id, one.is_right) == (number, True)


def test_a_stranger_s_is_removed(approver):
    number = subscribe("card.updated", url="http://127.0.0.1:9/stranger/")
    assert change(approver, Kind.REMOVE, number).result == Result.DONE
    assert registered.look().found == []


@pytest.mark.parametrize("kind", [Kind.CREATE, Kind.REMOVE])
def test_a_lost_answer_is_made_up_for_by_reading(approver, sandbox, kind):
    number = subscribe("card.updated") if kind == Kind.REMOVE else None
    operation = "deleteWebhook" if kind == Kind.REMOVE else "putWebhook"
    sandbox.faults.add(operation=operation, action="drop_reply", times=None)
    made = change(approver, kind, number)
    assert made.result == Result.DONE
    assert made.note


def test_a_change_without_effect_is_told_as_such(approver, sandbox):
    sandbox.faults.add(operation="putWebhook", action="status", code=500, times=None)
    assert change(approver, Kind.CREATE).result == Result.NOT_DONE


def test_when_nothing_can_be_read_afterwards_nothing_is_claimed(approver, sandbox, replies):
    sandbox.faults.add(operation="putWebhook", action="drop_reply", times=None)

    def go_away(_reply):
        replies.clear()
        sandbox.faults.add(operation="listWebhooks", action="status", code=500, times=None)

    registered.look()  # gets the token, so that the next reply is the look before the change
    replies.append(go_away)
    made = change(approver, Kind.CREATE)
    assert made.result == Result.UNKNOWN
    assert made.ended_at


def test_the_same_form_twice_is_one_change(approver):
    number = uuid.uuid4()
    first = change(approver, Kind.CREATE, number=number)
    assert change(approver, Kind.CREATE, number=number) == first
    assert SubscriptionChange.objects.count() == 1


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_the_intent_is_kept_and_no_transaction_open_while_the_provider_is_asked(approver, replies):
    seen = []

    def look(_reply):
        open_ones = list(SubscriptionChange.objects.values_list("ended_at", flat=True))
        seen.append((connection.in_atomic_block, open_ones))

    registered.look()  # gets the token
    replies.append(look)
    change(approver, Kind.CREATE)
    assert seen == [(False, []), (False, [None]), (False, [None])]
    actions = AuditEntry.objects.order_by("sequence").values_list("action", flat=True)
    assert list(actions) == ["subscription.create_requested", "subscription.create_done"]


def test_what_is_mended_already_is_left_alone(approver):
    number = subscriptions.ensure()
    with pytest.raises(AlreadyMoved):
        change(approver, Kind.CREATE)
    with pytest.raises(AlreadyMoved):
        change(approver, Kind.REPAIR, number)
    with pytest.raises(AlreadyMoved):
        change(approver, Kind.REMOVE, uuid.uuid4())
    assert not SubscriptionChange.objects.exists()


@pytest.mark.parametrize("name", ["viewer", "operator", "auditor"])
def test_it_is_the_approver_s_right_alone(name, request):
    with pytest.raises(NotPermitted):
        change(request.getfixturevalue(name), Kind.CREATE)
    assert registered.look().found == []


def test_it_needs_a_reason(approver):
    with pytest.raises(Incomplete):
        change(approver, Kind.CREATE, reason="  ")


def test_nothing_is_changed_while_sending_is_paused(approver):
    pausing.pause(Pause.Cause.HAND, "Wait", person=approver)
    with pytest.raises(Refusal, match="paused"):
        change(approver, Kind.CREATE)


def test_no_secret_is_shown_or_kept(approver, settings):
    settings.OFFBLOCKS_WEBHOOK_AUTH = ["secret"]
    secret = settings.OFFBLOCKS_WEBHOOK_SECRET.reveal()
    made = change(approver, Kind.CREATE)
    assert made.result == Result.DONE
    assert secret not in str(registered.look())
    assert secret not in str(SubscriptionChange.objects.values_list().get())
    assert registered.look().address.endswith("/webhooks/offblocks/…/")


def test_a_former_secret_is_hidden_too(settings):
    subscribe("card.updated", url=f"{settings.PUBLIC_URL}/webhooks/offblocks/former-secret/")
    (one,) = registered.look().found
    assert (one.address.endswith("/…/"), one.is_ours) == (True, False)
