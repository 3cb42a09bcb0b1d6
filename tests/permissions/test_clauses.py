"""SECURITY.md, section 2 and the clauses beside it, one by one: each has a test of its number."""

import uuid
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, User
from django.db import IntegrityError, connection, transaction
from django.db.models import Model
from django.urls import reverse
from django.utils import timezone

from accounts_app import work
from accounts_app.admin import desk
from accounts_app.errors import AlreadyMoved, SameEyes, StaleView
from accounts_app.models import Account, Operation, Resolution, Review
from accounts_app.services import operations, resolutions, reviews
from accounts_app.services.catalogue import KINDS
from tests.admin import rows
from tests.admin.conftest import address
from tests.admin.pages import page_of, signed_in, text_of
from tests.factories import ask
from tests.guarded import alter
from tests.signin.people import enrol_app
from tests.signin.test_step_up import is_asked_again, later  # noqa: F401 -- a fixture

pytestmark = pytest.mark.django_db
State = Operation.State
SAME = "one@example.com"


def one_person(*logins: User) -> None:
    """Let these logins belong to one person."""
    User.objects.filter(pk__in=[login.pk for login in logins]).update(email=SAME)
    for login in logins:
        login.email = SAME


def refuses(row: Model, change: str) -> bool:
    """Tell whether the database itself refuses to change a row like this."""
    sql = f"UPDATE {row._meta.db_table} SET {change} WHERE id = %s"  # noqa: S608 -- our own words
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, [row.pk])
    except IntegrityError:
        return True
    return False


@pytest.fixture
def asked(programme, operator) -> Operation:
    """A close that waits for a second person, at a provider that answers."""
    return ask("close", programme.account(), operator, reason="Letter of 3 March")


@pytest.fixture
def proposal(operator) -> Resolution:
    """A proposal how a discrepancy about a closed account ends."""
    return rows.proposal(rows.contradiction(rows.account(status="closed")), "keep", operator)


def approved(operation: Operation, checker: User) -> Operation:
    """Have a second person agree to what is asked for."""
    return operations.approve(operation.pk, checker=checker, digest=operation.digest)


def test_s3_a_role_counts_from_the_next_request_and_goes_with_it(viewer):
    client, page = signed_in(viewer), address(Account, "changelist")
    assert client.get(page).status_code == 200
    viewer.groups.clear()
    assert client.get(page).status_code == 403


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_s7_what_gives_back_or_takes_for_good_needs_two_people(kind):
    gives_back = kind.name.startswith("reactivate")
    assert kind.needs_checker or not (kind.is_irreversible or gives_back)


def test_s7_what_no_machine_can_end_needs_two_people(proposal, operator):
    operator.groups.set(Group.objects.filter(name="approver"))
    same = User.objects.get(pk=operator.pk)
    with pytest.raises(SameEyes):
        resolutions.confirm(proposal.pk, decider=same, digest=proposal.digest)


def test_s8_one_subject_with_two_logins_is_one_person(operator, approver):
    one_person(operator, approver)
    request = ask("close", rows.account(), operator)
    with pytest.raises(SameEyes):
        approved(request, approver)


def test_s9_the_checker_sees_all_that_the_decision_rests_on(asked, approver, sandbox, time_machine):
    time_machine.move_to(timezone.now() + timedelta(minutes=1))
    sandbox.world.change("account", str(asked.account_id), "inactive")
    answer = signed_in(approver).get(page_of(asked, "decide"))
    page = text_of(answer)
    assert f"{asked.method} {asked.path}" in page, "the frozen request"
    assert "read at the provider just now" in page, "the live state"
    assert 'class="is-different"' in answer.content.decode(), "what the maker saw and is not so now"
    assert "Letter of 3 March" in page, "the reason"
    assert "by the provider, or by whoever acted there" in page, "who caused the present state"


def test_s10_a_request_waits_a_day_and_no_longer(asked, approver, settings, time_machine):
    assert timedelta(hours=24) == settings.REQUEST_LIFETIME
    time_machine.move_to(asked.requested_at + timedelta(hours=24, seconds=1), tick=False)
    with pytest.raises(AlreadyMoved, match="too old"):
        approved(asked, approver)
    work.run_due()
    asked.refresh_from_db()
    assert asked.state == State.EXPIRED


def test_s10_up_to_a_day_it_is_decided(asked, approver, time_machine):
    time_machine.move_to(asked.requested_at + timedelta(hours=24, seconds=-1), tick=False)
    assert approved(asked, approver).state == State.APPROVED


def test_s10_an_approval_is_good_for_a_quarter_of_an_hour(
    asked, approver, settings, time_machine, sandbox
):
    assert timedelta(minutes=15) == settings.APPROVAL_LIFETIME
    before = len(sandbox.ledger())
    agreed = approved(asked, approver)
    time_machine.move_to(agreed.decided_at + timedelta(minutes=15, seconds=1), tick=False)
    work.advance(asked.pk)
    asked.refresh_from_db()
    assert (asked.state, len(sandbox.ledger())) == (State.STALE, before)


CHANGES = [
    ("kind", "deactivate"),
    ("lane", "account:other"),
    ("path", "/accounts/other"),
    ("body", b"{}"),
    ("fields", {"currency": "USD"}),
    ("seen", {"status": "inactive"}),
    ("cause", "another"),
    ("reason", "Another"),
    ("form_number", uuid.UUID(int=0)),
]


@pytest.mark.parametrize(("column", "value"), CHANGES)
def test_s11_a_change_before_the_decision_voids_it(asked, approver, column, value):
    alter(Operation.objects.filter(pk=asked.pk), **{column: value})
    with pytest.raises(StaleView):
        approved(asked, approver)


@pytest.mark.parametrize(("column", "value"), CHANGES)
def test_s11_a_change_after_it_keeps_it_from_being_sent(asked, approver, sandbox, column, value):
    approved(asked, approver)
    before = len(sandbox.ledger())
    alter(Operation.objects.filter(pk=asked.pk), **{column: value})
    work.advance(asked.pk)
    asked.refresh_from_db()
    assert (asked.state, len(sandbox.ledger())) == (State.STALE, before)
    assert "no longer the request that was agreed to" in asked.outcome


def test_s11_words_changed_behind_a_proposal_void_it(proposal, approver):
    alter(Resolution.objects.filter(pk=proposal.pk), evidence="Somebody else's words")
    with pytest.raises(StaleView):
        resolutions.confirm(proposal.pk, decider=approver, digest=proposal.digest)


def test_s12_the_database_knows_no_checker_who_is_the_maker(asked):
    assert refuses(asked, "checker_id = maker_id")
    assert refuses(asked, "checker_subject = maker_subject")
    assert refuses(asked, "state = 'approved'")


def test_s12_nor_a_decider_who_proposed(proposal):
    assert refuses(proposal, "decider_id = proposer_id")
    assert refuses(proposal, "state = 'confirmed'")


def test_s12_nor_a_reviewer_who_acted(operator):
    review = ask("deactivate", rows.account(), operator).review
    assert refuses(review, "reviewer_id = maker_id, reviewed_at = due_at")


@pytest.mark.parametrize(("day", "hours"), [(23, 24), (27, 72), (28, 48), (29, 24)])
def test_s13_what_one_person_did_waits_for_a_second_within_a_working_day(
    operator, approver, time_machine, day, hours
):
    time_machine.move_to(f"2026-11-{day}T12:00:00Z", tick=False)  # Monday, Friday, Saturday, Sunday
    review = ask("deactivate", rows.account(), operator).review
    assert review.due_at - timezone.now() == timedelta(hours=hours)
    time_machine.shift(timedelta(hours=hours, seconds=1))
    waiting = {pile.label: pile.number for pile in desk.waiting_for(approver)}
    assert waiting["reviews overdue"] == 1
    reviews.tick(review.pk, reviewer=approver)
    assert not reviews.waiting().exists()


def test_s13_when_it_is_due_is_never_moved(operator):
    review = ask("deactivate", rows.account(), operator).review
    with pytest.raises(IntegrityError), transaction.atomic():
        Review.objects.filter(pk=review.pk).update(due_at=timezone.now() + timedelta(days=9))


@pytest.mark.parametrize("name", ["change", "password_change", "unlock"])
def test_s18_what_changes_who_gets_in_needs_a_fresh_factor(user_admin, viewer, later, name):  # noqa: F811
    enrol_app(user_admin)
    client = signed_in(user_admin)
    later()
    form = {"username": "viewer", "is_staff": "on", "reason": "They asked", "groups": []}
    assert is_asked_again(client.post(reverse(f"admin:auth_user_{name}", args=[viewer.pk]), form))
    assert viewer.groups.exists()


def test_s18_so_does_a_new_person(user_admin, later):  # noqa: F811
    enrol_app(user_admin)
    client = signed_in(user_admin)
    later()
    assert is_asked_again(client.post(reverse("admin:auth_user_add"), {"username": "new"}))


@pytest.mark.parametrize("method", ["get", "post"])
def test_s18_so_does_what_leaves_in_full(auditor, later, method):  # noqa: F811
    enrol_app(auditor)
    client, page = signed_in(auditor), address(Account, "evidence", rows.account().pk)
    later()
    assert is_asked_again(getattr(client, method)(page, {"reason": "Asked by the regulator"}))
