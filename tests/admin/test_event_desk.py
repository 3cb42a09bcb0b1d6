"""The events' desk: what needs eyes, bodies safe to read, another look, the subscription."""

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts_app.models import RefusedDelivery, SubscriptionChange, WebhookEvent
from accounts_app.services import registered, subscriptions
from tests.admin import many, rows
from tests.admin.conftest import address
from tests.admin.pages import fill_in, signed_in, text_of

pytestmark = pytest.mark.django_db
LIST = "/admin/accounts_app/webhookevent/"
SUBSCRIPTION = f"{LIST}subscription/"
State = WebhookEvent.State


def text(person, page=LIST, **query):
    """Return a page's words."""
    return text_of(signed_in(person).get(page, query))


def refused(reason="signature_invalid", number=3, hours=1):
    """Count refused deliveries."""
    at = timezone.now() - timedelta(hours=hours)
    RefusedDelivery.objects.create(hour=at, reason=reason, number=number, last_at=at)


def test_what_waits_is_parked_and_was_refused_stands_on_top(operator):
    rows.event(rows.account())
    rows.event(rows.account(), entity_kind="", entity_id=None, account_id=None)
    refused()
    refused(reason="too_long", number=2)
    refused(hours=25)
    told = text(operator)
    assert "1 waiting to be looked into 1 parked 5 refused in the last 24 hours" in told
    assert "too_long 2" in told


def test_the_counters_lead_to_their_lists(operator):
    html = signed_in(operator).get(LIST).content.decode()
    for state in ("pending", "parked"):
        assert f'href="{LIST}?state__exact={state}"' in html


def test_the_desk_costs_the_same_with_ten_thousand_events(operator):
    def cost():
        client = signed_in(operator)
        client.get(LIST)
        with CaptureQueriesContext(connection) as captured:
            client.get(LIST)
        return len(captured)

    many.events(10)
    few = cost()
    many.events(10_050, first=11)
    assert cost() == few <= 16


def test_the_list_is_narrowed_to_what_events_are_about(operator):
    rows.event(rows.account())
    card = rows.event(rows.account(), entity_kind="card")
    answer = signed_in(operator).get(LIST, {"entity_kind": "card"})
    assert list(answer.context["cl"].result_list) == [card]


def test_a_text_s_direction_cannot_be_turned(operator):
    event = rows.event(rows.account(), '{"name": "\u202egnp.exe\u200b"}'.encode())
    told = text(operator, address(WebhookEvent, "change", event.pk))
    assert r"\u202egnp.exe\u200b" in told


def test_a_long_body_is_shown_whole_on_a_page_of_its_own(operator):
    event = rows.event(rows.account(), b'{"text": "' + b"x" * 20_000 + b'END"}')
    page = address(WebhookEvent, "change", event.pk)
    assert "Show the whole body" in text(operator, page)
    assert "END" not in text(operator, page)
    assert "END" in text(operator, address(WebhookEvent, "body", event.pk))


def test_a_body_is_for_those_who_may_see_events(viewer):
    event = rows.event(rows.account())
    page = address(WebhookEvent, "body", event.pk)
    assert signed_in(viewer).get(page).status_code == 403


def test_an_event_is_looked_into_again_from_its_page(operator):
    event = rows.event(rows.account())
    WebhookEvent.objects.update(state=State.DONE, next_at=None)
    page = address(WebhookEvent, "look_again", event.pk)
    told = text_of(signed_in(operator).post(page, follow=True))
    assert "1 row is read anew from the provider." in told
    assert WebhookEvent.objects.get().state == State.PENDING


def test_ticked_events_are_looked_into_again(operator):
    chosen = [rows.event(rows.account()).pk for _ in range(2)]
    chosen.append(rows.event(rows.account(), entity_kind="transaction").pk)
    told = {"action": "look_again_selected", "_selected_action": chosen}
    answer = text_of(signed_in(operator).post(LIST, told, follow=True))
    assert "2 rows are read anew from the provider." in answer
    assert "Nothing can be read for 1 of the events" in answer


@pytest.mark.parametrize("name", ["viewer", "auditor"])
def test_another_look_is_not_for_everybody(name, request):
    person = request.getfixturevalue(name)
    event = rows.event(rows.account())
    page = address(WebhookEvent, "look_again", event.pk)
    assert signed_in(person).post(page).status_code == 403
    if name == "auditor":
        assert "Look again" not in text(person, address(WebhookEvent, "change", event.pk))


def test_the_subscription_is_shown_beside_ours(operator, sandbox):
    assert "The provider has no subscription to our address" in text(operator, SUBSCRIPTION)
    subscriptions.ensure()
    told = text(operator, SUBSCRIPTION)
    assert "The provider delivers exactly what it should, to us alone." in told
    assert "Remove" not in told


@pytest.fixture
def away(sandbox):
    """A provider that does not answer what it is asked about subscriptions."""
    sandbox.faults.add(operation="listWebhooks", action="status", code=503, times=None)


def test_a_silent_provider_is_told_as_such(operator, away):
    told = text(operator, SUBSCRIPTION)
    assert "What the provider has now is not known: the provider could not be reached." in told


def test_no_secret_stands_on_the_page(approver, sandbox, settings):
    settings.OFFBLOCKS_WEBHOOK_AUTH = ["secret"]
    subscriptions.ensure()
    html = signed_in(approver).get(SUBSCRIPTION).content.decode()
    assert settings.OFFBLOCKS_WEBHOOK_SECRET.reveal() not in html


def test_an_approver_makes_it_and_takes_it_away(approver, sandbox):
    client = signed_in(approver)
    create = reverse("admin:accounts_app_webhookevent_change_subscription", args=["create"])
    answer = client.post(create, fill_in(client, create), follow=True)
    assert "Create our subscription: done." in text_of(answer)
    (one,) = registered.look().found
    remove = create.replace("create", "remove") + f"?id={one.id}"
    client.post(remove, fill_in(client, remove))
    assert registered.look().found == []


def test_what_was_typed_stays_when_the_provider_is_away(approver, away):
    page = f"{SUBSCRIPTION}create/"
    client = signed_in(approver)
    told = {"reason": "Events stopped", "number": uuid.uuid4()}
    answer = client.post(page, told)
    assert "Nothing was changed: the provider could not be reached." in text_of(answer)
    assert "Events stopped" in answer.content.decode()
    assert not SubscriptionChange.objects.exists()


@pytest.mark.parametrize("name", ["viewer", "operator", "auditor"])
def test_changing_it_is_the_approver_s(name, request, sandbox):
    person = request.getfixturevalue(name)
    told = {"reason": "x", "number": uuid.uuid4()}
    assert signed_in(person).post(f"{SUBSCRIPTION}create/", told).status_code == 403
    assert signed_in(person).get(SUBSCRIPTION).status_code == (403 if name == "viewer" else 200)


@pytest.mark.parametrize("way", ["nothing/", f"create/?id={uuid.UUID(int=7)}", "remove/"])
def test_a_change_that_is_none_is_not_found(approver, way):
    assert signed_in(approver).get(SUBSCRIPTION + way).status_code == 404
