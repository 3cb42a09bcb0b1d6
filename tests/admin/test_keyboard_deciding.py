"""What two people decide, by keys alone: approved, rejected, ended, reviewed."""

import pytest
from django.urls import reverse

from accounts_app.models import Operation, Review, WebhookEvent
from accounts_app.services import registered
from tests.admin import rows
from tests.admin.conftest import address
from tests.admin.resolving import EVIDENCE, page_of
from tests.factories import ask
from tests.services.stuck import contradicted, needing_people

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]
START = reverse("admin:index")


def test_a_close_is_approved(at_keys, programme, operator, approver):
    close = ask("close", programme.account(), operator)
    keys = at_keys(approver, START)
    keys.open("a:has-text('requests to decide')")
    keys.open("a.button:text-is('Decide')")
    keys.open("button:has-text('Approve')")
    keys.says("The account is closed.")
    close.refresh_from_db()
    assert close.checker == approver


def test_a_close_is_rejected_with_a_note(at_keys, programme, operator, approver):
    close = ask("close", programme.account(), operator)
    keys = at_keys(approver, address(Operation, "change", close.pk))
    keys.open("a.button:text-is('Look at it and decide')")
    keys.fill("[name=note]", "The customer called back")
    keys.open("button:text-is('Reject')")
    keys.says("Rejected")
    close.refresh_from_db()
    assert (close.state, close.note) == ("rejected", "The customer called back")


def proposed(keys, verdict):
    """Propose this end, from the page of what it ends."""
    keys.open("a:has-text('Propose how it ends')")
    keys.to("[name=verdict]")
    chosen = keys.page.locator(f"[name=verdict][value={verdict}]")
    keys.press("Space")
    for _ in range(4):
        if chosen.is_checked():
            break
        keys.press("ArrowDown")
    assert chosen.is_checked()
    keys.fill("[name=evidence]", EVIDENCE)
    keys.open("button:text-is('Propose')")
    keys.says("a second person confirms or rejects it")


def confirmed(keys):
    """Confirm the one proposal that waits, from the start page."""
    keys.open("a:has-text('proposals to confirm')")
    keys.open("#result_list tbody th a")
    keys.open("a:has-text('Look at it and decide')")
    keys.open("button:text-is('Confirm')")
    keys.says("Confirmed")


def held(programme, _maker):
    """Return a comparison that waits for two people."""
    return rows.comparison(programme.account())


MADE = {
    "not_applied": needing_people,
    "keep": lambda programme, _maker: contradicted(programme),
    "discard": held,
}


@pytest.mark.parametrize("verdict", MADE)
def test_two_people_end(verdict, at_keys, programme, operator, approver):
    subject = MADE[verdict](programme, operator)
    proposed(at_keys(operator, page_of(subject)), verdict)
    confirmed(at_keys(approver, START))
    assert subject.resolutions.get().state == "confirmed"


def test_what_one_did_alone_is_ticked(at_keys, programme, operator, approver):
    ask("deactivate", programme.account(), operator)
    keys = at_keys(approver, START)
    keys.open("a:has-text('acts to review')")
    keys.open("#result_list tbody th a")
    keys.fill("[name=note]", "Seen the file")
    keys.open("button:has-text('tick')")
    keys.says("Reviewed")
    assert Review.objects.get().reviewer == approver


def test_an_event_is_looked_into_again(at_keys, programme, approver):
    event = rows.event(programme.account())
    WebhookEvent.objects.update(state=WebhookEvent.State.PARKED, next_at=None)
    keys = at_keys(approver, address(WebhookEvent, "change", event.pk))
    keys.open("button:has-text('Look again')")
    keys.says("1 row is read anew")
    event.refresh_from_db()
    assert event.state != WebhookEvent.State.PARKED


def test_the_subscription_is_made(at_keys, sandbox, approver):
    keys = at_keys(approver, address(WebhookEvent, "changelist"))
    keys.open("a:has-text('Subscription at the provider')")
    keys.open("a.button:text-is('Create our subscription')")
    keys.fill("[name=reason]", "Events stopped on Monday")
    keys.open("form[data-draft] button[type=submit]")
    keys.says("to us alone")
    assert registered.look().is_right
