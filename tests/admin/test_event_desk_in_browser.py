"""The events' desk in a real browser: an event looked into again, a subscription mended."""

import pytest

from accounts_app.models import WebhookEvent
from accounts_app.services import registered
from tests.admin import rows
from tests.admin.looks import DESK, barriers, look_at, troubles
from tests.admin.test_event_desk import LIST, SUBSCRIPTION, refused
from tests.browser import sign_in, watch

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


def test_an_approver_looks_again_and_mends_the_subscription(
    open_context, live_server, approver, sandbox
):
    event = rows.event(rows.account(), b'{"text": "' + b"x" * 9_000 + b'"}')
    WebhookEvent.objects.update(state=WebhookEvent.State.PARKED, next_at=None)
    refused()
    context = open_context(viewport=DESK)
    sign_in(context, live_server.url, approver)
    page = context.new_page()
    complaints = watch(page)
    assert look_at(page, live_server.url + LIST, complaints) == []
    page.click("summary:has-text('refused')")
    page.click("#result_list tbody th a")
    page.click("button:has-text('Look again')")
    page.wait_for_selector("text=1 row is read anew")
    assert barriers(page) == []
    page.click("text=Show the whole body")
    page.wait_for_url(f"**/{event.pk}/body/")
    assert barriers(page) == []
    assert look_at(page, live_server.url + SUBSCRIPTION, complaints) == []
    page.click("text=Create our subscription")
    page.fill("textarea", "Events stopped on Monday")
    assert barriers(page) == []
    page.click("button:has-text('Create our subscription')")
    page.wait_for_selector("text=to us alone")
    assert registered.look().is_right
    assert complaints == []


def test_its_pages_are_sound(open_context, live_server, approver, sandbox):
    assert troubles(open_context, live_server.url, [(approver, f"{SUBSCRIPTION}create/")]) == []
