"""A webhook event's page: what came, word for word, and what became of it."""

import pytest

from accounts_app.models import Account, WebhookEvent
from tests.admin import rows
from tests.admin.conftest import address
from tests.admin.pages import signed_in, text_of

pytestmark = pytest.mark.django_db


def text(person, event):
    """Return the words of an event's page."""
    return text_of(signed_in(person).get(address(WebhookEvent, "change", event.pk)))


def test_the_body_is_shown_indented(operator):
    event = rows.event(rows.account(), b'{"status":"active"}')
    page = signed_in(operator).get(address(WebhookEvent, "change", event.pk))
    assert "{\n  &quot;status&quot;: &quot;active&quot;\n}" in page.content.decode()


@pytest.mark.parametrize("body", [b"not json", b"\xff\xfe", b"[1, 2"])
def test_a_body_that_is_not_json_is_shown_as_it_came(operator, body):
    event = rows.event(rows.account(), body)
    assert body.decode("utf-8", errors="replace") in text(operator, event)


def test_where_it_stands_and_what_it_claims_is_told(operator):
    told = text(operator, rows.event(rows.account(), status="inactive"))
    assert "○ waiting to be looked into" in told
    assert "Claims ◐ inactive" in told


def test_what_it_is_about_is_one_click_away(operator):
    account = rows.account()
    page = address(WebhookEvent, "change", rows.event(account).pk)
    html = signed_in(operator).get(page).content.decode()
    assert address(Account, "change", account.pk) in html


def test_what_is_not_mirrored_is_only_named(operator):
    event = rows.event(rows.account(), entity_kind="authorisation", status="captured")
    assert (
        f"About authorisation {str(event.entity_id)[:8]} {event.entity_id} Claims captured"
        in text(operator, event)
    )


def test_w06_a_conflicting_event_is_marked_and_leads_to_the_others(operator):
    first = rows.event(rows.account(), b'{"status":"active"}')
    again = rows.event(rows.account(), b'{"status":"closed"}', event_id=first.event_id)
    page = signed_in(operator).get(address(WebhookEvent, "change", again.pk))
    assert "▲ conflicting" in text_of(page)
    others = f"{address(WebhookEvent, 'changelist')}?q={first.event_id}"
    assert others in page.content.decode()
    assert text_of(signed_in(operator).get(others)).count("▲ conflicting") == 2


def test_w06_the_list_can_be_narrowed_to_conflicting_events(operator):
    rows.event(rows.account())
    narrowed = f"{address(WebhookEvent, 'changelist')}?is_conflicting__exact=1"
    text = text_of(signed_in(operator).get(narrowed))
    assert "Nothing matches what you searched for" in text


def test_an_event_without_a_conflict_says_nothing_of_one(operator):
    assert "conflicting" not in text(operator, rows.event(rows.account()))
