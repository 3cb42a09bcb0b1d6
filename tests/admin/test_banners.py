"""What every page says on top while something is wrong, and which rows may be old."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts_app.models import (
    Account,
    Card,
    Contact,
    Customer,
    Job,
    Pause,
    Reconciliation,
    RefusedDelivery,
    WebhookEvent,
)
from accounts_app.services import contact, jobs, pausing
from tests.admin import rows
from tests.admin.conftest import address
from tests.admin.pages import signed_in, text_of
from tests.guarded import alter

pytestmark = pytest.mark.django_db
INDEX = reverse("admin:index")
NOON = timezone.now().replace(hour=12, minute=0, second=0, microsecond=0)


@pytest.fixture(autouse=True)
def _noon():
    with time_machine.travel(NOON, tick=False):
        yield


def banners(person, page: str = INDEX) -> list[str]:
    """Return what a page says on top."""
    answer = signed_in(person).get(page)
    said = [f"{banner.what} {banner.words}" for banner in answer.context["banners"]]
    assert all(words in text_of(answer) for words in said)
    return said


def silent_since(**before: float) -> None:
    """Let the provider not have answered for so long."""
    for _ in range(contact.DOWN_AFTER):
        contact.note(None)
    Contact.objects.update(failing_since=NOON - timedelta(**before))


def refused(reason: str, **before: float) -> None:
    """Let a delivery have been refused so long ago."""
    at = NOON - timedelta(**before)
    RefusedDelivery.objects.create(hour=at, reason=reason, number=3, last_at=at)


def test_a_quiet_office_has_none(approver):
    assert banners(approver) == []


@pytest.mark.parametrize("person", ["viewer", "operator", "approver", "auditor"])
def test_everybody_reads_that_sending_is_paused(person, request, operator):
    pausing.pause(Pause.Cause.HAND, "Something looks wrong.", person=operator)
    (said,) = banners(request.getfixturevalue(person))
    assert said.startswith(
        "Sending is paused since 12:00 UTC by operator. Paused by hand: “Something looks wrong.” "
        "Nothing is sent to the provider; reading goes on."
    )


@pytest.mark.parametrize(
    ("person", "is_told"), [("viewer", True), ("operator", True), ("approver", False)]
)
def test_who_cannot_let_sending_go_on_reads_who_can(person, is_told, request, operator):
    pausing.pause(Pause.Cause.HAND, "Something looks wrong.", person=operator)
    (said,) = banners(request.getfixturevalue(person))
    assert ("An approver can let it go on." in said) == is_told


def test_o10_the_programmes_own_pause_says_so(viewer):
    pausing.pause(Pause.Cause.CREDENTIALS, "The provider refused our credentials (403).")
    (said,) = banners(viewer)
    assert "by the programme itself. The provider refuses our credentials:" in said


def test_the_banner_leads_on(approver, viewer, operator):
    pausing.pause(Pause.Cause.HAND, "Something looks wrong.", person=operator)
    for person, name in ((approver, "resume"), (viewer, "changelist")):
        (banner,) = signed_in(person).get(INDEX).context["banners"]
        assert banner.address == reverse(f"admin:accounts_app_pause_{name}")


def test_a_reason_cannot_bring_markup(viewer, operator):
    pausing.pause(Pause.Cause.HAND, "<script>alert(1)</script>", person=operator)
    assert b"<script>alert(1)" not in signed_in(viewer).get(INDEX).content


def test_w27_everybody_reads_that_the_provider_does_not_answer(viewer):
    silent_since(minutes=7)
    assert banners(viewer) == [
        "The provider has not answered since 11:53 UTC. What is shown may be old."
    ]


def test_one_failed_call_is_no_news(viewer):
    contact.note(None)
    assert banners(viewer) == []


def test_o23_the_clock_alarm(viewer):
    Contact.objects.update(clock_offset=timedelta(seconds=-47.04))
    assert banners(viewer) == ["Clock alarm: the provider's clock is 47.0 s behind ours."]


@pytest.mark.parametrize("reason", ["signature_expired", "signature_not_yet_valid"])
def test_w19_the_clock_alarm_of_the_intake(viewer, reason):
    refused(reason, minutes=20)
    (said,) = banners(viewer)
    assert said.startswith("Clock alarm: at 11:40 UTC a genuine webhook delivery was refused")


def test_w24_what_could_not_be_stored_is_told(viewer):
    refused("intake_down", minutes=5)
    (said,) = banners(viewer)
    assert said.startswith("Intake was down: at 11:55 UTC a webhook delivery could not be stored.")


def test_old_or_plain_refusals_are_no_news(viewer):
    refused("intake_down", minutes=61)
    refused("too_large", minutes=1)
    assert banners(viewer) == []


def test_overdue_work_is_told(viewer):
    rows.event(rows.account())
    WebhookEvent.objects.update(next_at=NOON - timedelta(minutes=5))
    assert banners(viewer) == ["Work is overdue: the oldest waits for 5 minutes. Is a worker up?"]


def test_while_the_provider_is_silent_its_events_are_not_our_delay(viewer):
    rows.event(rows.account())
    WebhookEvent.objects.update(next_at=NOON - timedelta(minutes=5))
    silent_since(minutes=7)
    (said,) = banners(viewer)
    assert said.startswith("The provider has not answered")


def test_w28_a_backlog_is_told(viewer, settings):
    settings.OFFBLOCKS_READS_PER_SECOND = 1
    account = rows.account()
    for _ in range(61):
        rows.event(account)
    assert banners(viewer) == ["Backlog: 61 events wait to be looked into."]


@pytest.mark.parametrize("model", [Account, Pause])
def test_the_banner_is_on_every_page(viewer, operator, model):
    pausing.pause(Pause.Cause.HAND, "Something looks wrong.", person=operator)
    assert len(banners(viewer, address(model, "changelist"))) == 1


def test_nobody_reads_it_before_signing_in(client, operator):
    pausing.pause(Pause.Cause.HAND, "Something looks wrong.", person=operator)
    assert b"Something looks wrong" not in client.get(reverse("account_login")).content


def test_all_of_it_costs_one_query(viewer, operator):
    browser, page = signed_in(viewer), address(Pause, "changelist")
    browser.get(page)
    with CaptureQueriesContext(connection) as captured:
        browser.get(page)
    asked = [query for query in captured.captured_queries if "accounts_app_contact" in query["sql"]]
    assert len(asked) == 1


def facts(person) -> dict[str, tuple[str, bool]]:
    """Return what the start page tells of the programme."""
    found = signed_in(person).get(INDEX).context["facts"]
    return {fact.label: (fact.words, fact.is_wrong) for fact in found}


def test_the_start_page_tells_how_the_programme_is(operator):
    Contact.objects.update(
        last_answer_at=NOON, clock_offset=timedelta(seconds=0.4), measured_at=NOON
    )
    assert facts(operator) == {
        "Sending": ("goes on", False),
        "Provider": ("answered at 12:00 UTC", False),
        "Clock": ("the provider's clock is 0.4 s ahead of ours, 12:00 UTC", False),
        "Oldest due work": ("nothing is due", False),
        "Events to look into": ("0", False),
        "Events looked into": ("none yet", False),
        "Deliveries refused within a day": ("0", False),
        "Last full comparison": ("not yet", False),
        "Last check of the audit chain": ("not yet", False),
    }


def test_the_start_page_tells_what_is_wrong(operator):
    silent_since(minutes=7)
    pausing.pause(Pause.Cause.HAND, "Something looks wrong.", person=operator)
    refused("too_large", minutes=1)
    found = facts(operator)
    assert found["Sending"] == ("paused since 12:00 UTC", True)
    assert found["Provider"] == ("has not answered since 11:53 UTC", True)
    assert found["Deliveries refused within a day"] == ("3", False)


def test_w29_the_start_page_tells_of_the_last_comparison(operator):
    Reconciliation.objects.create(
        trigger="schedule", starter=operator, state="held", started_at=NOON, ended_at=NOON
    )
    assert facts(operator)["Last full comparison"] == ("Held for two people, 12:00 UTC", True)


def test_the_start_page_tells_of_the_last_check_of_the_chain(operator):
    Job.objects.update_or_create(
        name=jobs.CHAIN,
        defaults={"next_at": NOON, "ended_at": NOON, "result": "The audit chain holds."},
    )
    assert facts(operator)["Last check of the audit chain"][0] == "The audit chain holds. 12:00 UTC"


def test_a_viewer_is_not_bothered_with_it(viewer):
    assert facts(viewer) == {}


def announced(row, **before: float) -> None:
    """Let the provider have told of a change so long ago that nobody has looked into."""
    rows.event(row, entity_kind=row.KIND)
    times = {"received_at": NOON - timedelta(**before), "next_at": NOON + timedelta(minutes=1)}
    alter(WebhookEvent.objects.all(), **times)


def made(model):
    """Mirror a row of this sort."""
    account = rows.account()
    return {Customer: account.customer, Account: account}.get(model) or rows.card(account)


@pytest.mark.parametrize("page", ["change", "history"])
@pytest.mark.parametrize("model", [Customer, Account, Card])
def test_w27_a_row_with_an_event_nobody_looked_into_may_be_old(viewer, model, page):
    row = made(model)
    announced(row, minutes=2)
    text = text_of(signed_in(viewer).get(address(model, page, row.pk)))
    assert "May be old, last confirmed 12:00 UTC" in text


@pytest.mark.parametrize("model", [Customer, Account, Card])
def test_w27_a_list_marks_it(viewer, model):
    announced(made(model), minutes=2)
    assert "may be old" in text_of(signed_in(viewer).get(address(model, "changelist")))


def test_w27_within_a_minute_it_is_no_news(viewer):
    row = rows.account()
    announced(row, seconds=50)
    browser = signed_in(viewer)
    for page in (address(Account, "change", row.pk), address(Account, "changelist")):
        assert "ay be old" not in text_of(browser.get(page))


def test_w27_afterwards_it_is_not_old_any_more(viewer):
    row = rows.account()
    announced(row, minutes=2)
    WebhookEvent.objects.update(state=WebhookEvent.State.DONE)
    assert "ay be old" not in text_of(signed_in(viewer).get(address(Account, "change", row.pk)))


def test_w27_while_the_provider_is_silent_every_row_may_be_old(viewer):
    row = rows.account()
    silent_since(minutes=7)
    text = text_of(signed_in(viewer).get(address(Account, "change", row.pk)))
    assert "May be old, last confirmed 12:00 UTC. The provider does not answer." in text


def test_what_was_confirmed_another_day_is_told_with_its_day(viewer):
    with time_machine.travel(NOON - timedelta(days=1), tick=False):
        row = rows.account()
    silent_since(minutes=7)
    yesterday = f"{NOON - timedelta(days=1):%d %b %Y}, 12:00 UTC"
    text = text_of(signed_in(viewer).get(address(Account, "change", row.pk)))
    assert f"May be old, last confirmed {yesterday}" in text
