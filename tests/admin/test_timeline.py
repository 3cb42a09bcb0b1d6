"""The timeline: narrowed by origin and period, read page by page, each entry with its evidence."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts_app.models import Account, Attempt, AuditEntry, Operation, WebhookEvent
from accounts_app.services.timeline import Place
from tests.admin import rows
from tests.admin.conftest import address
from tests.admin.pages import signed_in, text_of
from tests.factories import ask
from tests.guarded import alter

pytestmark = pytest.mark.django_db
SPARE = {"entity_kind": "authorisation", "type": "authorisation.updated"}


def story(person, row, **query):
    """Open a row's timeline."""
    return signed_in(person).get(address(type(row), "history", row.pk), query)


def happened(answer):
    """Return what the entries tell, the newest first."""
    return [line.what for line, _ in answer.context["lines"]]


def walk(person, row, **query):
    """Follow "Older" to the end; return what every page told."""
    pages, answer = [], story(person, row, **query)
    while True:
        pages.append([line.what for line, _ in answer.context["lines"]])
        if not answer.context["older"]:
            return pages
        answer = signed_in(person).get(answer.context["older"])


@pytest.fixture
def eventful(operator) -> Account:
    """An account in which something of every origin happened."""
    account = rows.changed(rows.account(), status="inactive")
    ask("close", account, operator)
    rows.comparison(account, event=rows.event(account))
    rows.event(account, **SPARE, status="declined")
    return account


@pytest.mark.parametrize(
    ("origin", "told"),
    [
        ("people", ["Close for good: requested"]),
        ("provider", ["Changed, inactive", "First seen, active"]),
        ("webhooks", ["Authorisation updated, says declined", "Account updated, says inactive"]),
        ("comparisons", ["A full comparison found that it differed"]),
    ],
)
def test_a_story_is_narrowed_to_one_origin(eventful, operator, origin, told):
    assert happened(story(operator, eventful, origin=origin)) == told


def test_without_a_choice_all_is_told(eventful, operator):
    assert len(happened(story(operator, eventful))) == 6


def test_a_story_is_narrowed_to_a_period(eventful, operator):
    long_ago = timezone.now() - timedelta(days=40)
    alter(WebhookEvent.objects.filter(type="account.updated"), received_at=long_ago)
    day = f"{long_ago:%Y-%m-%d}"
    answer = story(operator, eventful, since=day, until=day)
    assert happened(answer) == ["Account updated, says inactive"]


def test_a_period_that_ends_before_it_begins_is_refused_in_words(eventful, operator):
    answer = story(operator, eventful, since="2026-03-02", until="2026-03-01")
    assert "The period ends before it begins" in text_of(answer)
    assert 'value="2026-03-02"' in answer.content.decode()


def test_an_empty_period_leads_to_all(eventful, operator):
    text = text_of(story(operator, eventful, until="2001-01-01"))
    assert "Nothing of this sort happened in this period. Show everything" in text


@pytest.mark.parametrize("before", ["yesterday", "1.2", "1.0.-3", f"1.0.{2**64}", f"{10**30}.0.1"])
def test_a_place_that_is_none_is_refused(eventful, operator, before):
    assert story(operator, eventful, before=before).status_code == 400


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "soon", "\0"])
def test_no_day_breaks_the_page(eventful, operator, day):
    assert story(operator, eventful, since=day, until=day).status_code in {200, 400}


def test_a_place_is_read_as_it_was_written():
    place = Place(timezone.now(), 3, 42)
    assert Place.parse(str(place)) == place


def test_older_pages_tell_everything_once(operator):
    account = rows.account()
    now = timezone.now()
    bodies = (b'{"number": %d}' % number for number in range(130))
    numbers = [rows.event(account, body, status=str(n)).pk for n, body in enumerate(bodies)]
    # Many in the same instant: the place must not lose or repeat one.
    alter(WebhookEvent.objects.filter(pk__in=numbers[20:90]), received_at=now)
    pages = walk(operator, account, origin="webhooks")
    told = [what.rpartition(" ")[2] for page in pages for what in page]
    assert [len(page) for page in pages] == [30, 30, 30, 30, 10]
    assert sorted(told, key=int) == [str(number) for number in range(130)]


def test_an_act_is_proved_by_its_audit_entry_and_attempts(auditor, approver):
    account = rows.account()
    operation = ask("deactivate", account, approver)
    entry = AuditEntry.objects.get(action="deactivate.requested")
    then = entry.at - timedelta(seconds=1)
    Attempt.objects.create(
        operation=operation, number=1, lease_number=1, started_at=then, result="unknown"
    )
    answer = story(auditor, account, origin="people")
    text = text_of(answer)
    assert f"Audit entry {entry.sequence}" in text
    assert "no usable answer" in text
    assert f'href="{address(AuditEntry, "change", entry.pk)}"' in answer.content.decode()


def test_a_change_is_proved_by_the_providers_words(viewer):
    account = rows.account()
    rows.changed(account, status="inactive", note="<script>alert(1)</script>")
    html = story(viewer, account).content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "<script>alert" not in html


def test_a_webhook_is_proved_by_its_body_readable_and_safe(operator):
    account = rows.account()
    rows.event(account, b'{"note": "<b>", "half": "\xff"}', **SPARE)
    html = story(operator, account).content.decode()
    assert "&quot;note&quot;: &quot;&lt;b&gt;&quot;" in html


def test_of_a_long_body_the_beginning_is_shown(operator):
    account = rows.account()
    rows.event(account, b'{"long": "' + b"x" * 100_000 + b'"}')
    html = story(operator, account).content.decode()
    assert "the rest is on the page of its own" in html
    assert len(html) < 60_000


def test_who_may_not_read_an_act_sees_the_entrys_number_alone(operator, approver):
    account = rows.account()
    ask("close", account, operator)
    text = text_of(story(approver, account, origin="people"))
    assert f"Audit entry {AuditEntry.objects.latest('pk').pk}" in text
    assert '"operation": "requested"' not in text


def test_who_may_not_see_events_reads_no_body(viewer):
    account = rows.account()
    rows.event(account, b'{"secret": "of the provider"}')
    assert "of the provider" not in story(viewer, account).content.decode()


def test_the_opening_belongs_to_the_accounts_story(operator):
    customer = rows.customer()
    opening = ask("create_account", customer, operator)
    account = rows.account(customer)
    Operation.objects.filter(pk=opening.pk).update(account=account, state="succeeded")
    ask("close", account, operator)
    told = happened(story(operator, account, origin="people"))
    asked = ["Close for good: requested", "Open account: approved", "Open account: requested"]
    assert told == asked
