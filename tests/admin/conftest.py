"""What the tests of pages may ask for: a superuser, and one row of every sort to look at."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, User
from django.urls import reverse
from django.utils import timezone

from accounts_app import rights
from accounts_app.models import (
    Account,
    AuditEntry,
    Batch,
    Card,
    Customer,
    Discrepancy,
    Drift,
    Incident,
    Operation,
    Pause,
    Reconciliation,
    RefusedDelivery,
    Resolution,
    SavedView,
    Snapshot,
    WebhookEvent,
)
from tests.admin import everywhere, rows
from tests.admin.keyboard import Keyboard
from tests.browser import sign_in
from tests.factories import ask

LISTED = (
    Customer,
    Account,
    Card,
    Operation,
    Batch,
    Snapshot,
    Discrepancy,
    Reconciliation,
    Drift,
    Resolution,
    Pause,
    WebhookEvent,
    AuditEntry,
    LogEntry,
    User,
    Group,
)


def address(model: type, page: str, *arguments: object) -> str:
    """Return the address of a model's page."""
    meta = model._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_{page}", args=arguments)


@dataclass(frozen=True)
class Office:
    """An office in which everything has happened once."""

    account: Account
    signing: Account
    closed: Account
    odd: Account

    def pages(self) -> list[str]:
        """Return the address of one page of every sort, for those who may see all."""
        return everywhere.pages()


@pytest.fixture
def superuser(db) -> User:
    """Somebody for emergencies: the users' pages are theirs, and nothing else."""
    return User.objects.create_superuser("superuser", password="superuser-password-of-tests")


@pytest.fixture
def all_roles(db) -> User:
    """Somebody who holds every role, and so may see every page."""
    person = User.objects.create_user("all", password="all-roles-of-tests", is_staff=True)
    person.groups.set(Group.objects.filter(name__in=rights.ROLES))
    return person


def _needs_people(row: Account, maker: User) -> None:
    """Let an operation be sent, and nobody know what came of it."""
    sent = timezone.now() - timedelta(days=2)
    asked = Operation.objects.filter(pk=ask("deactivate", row, maker).pk)
    times = {"first_sent_at": sent, "last_sent_at": sent, "resend_deadline": sent}
    asked.update(state=Operation.State.NEEDS_HUMAN, ambiguous=True, **times)


def _keep_what_nobody_asked_for(maker: User) -> None:
    now = timezone.now()
    Incident.objects.create(
        kind=Incident.Kind.SUBSCRIPTION, words="It is gone", opened_at=now, last_at=now
    )
    RefusedDelivery.objects.create(hour=now, reason="late", source="127.0.0.1", last_at=now)
    SavedView.objects.create(person=maker, list="accounts_app.account", name="<b>Mine</b>")


@pytest.fixture
def office(operator, all_roles) -> Office:
    """One row of every sort; whoever looks at pages that ask wants `sandbox` as well."""
    account = rows.account(rows.customer(externalId="<b>crm</b>-1"))
    rows.card(account)
    ask("close", account, operator, reason="Wants to leave <script>alert(1)</script>")
    rows.event(account, b'{"note": "<script>alert(1)</script>"}')
    signing = rows.account(status="initiating")
    rows.challenge(signing)
    closed = rows.account(status="closed")
    rows.proposal(rows.contradiction(closed), "keep", operator)
    rows.comparison(account)
    rows.pause(operator)
    rows.batch([rows.account()], operator, reason="<script>alert(1)</script>")
    rows.contradiction(rows.account(status="closed"))
    _needs_people(rows.account(), operator)
    _keep_what_nobody_asked_for(all_roles)
    return Office(account, signing, closed, rows.account(status="hibernating"))


@pytest.fixture
def at_keys(open_context, live_server):
    """Seats a signed-in person before a page of their own, with a keyboard and no mouse."""

    def sit(person: User, path: str = "/admin/") -> Keyboard:
        context = open_context(viewport={"width": 1300, "height": 850}, reduced_motion="reduce")
        sign_in(context, live_server.url, person)
        keys = Keyboard(context.new_page())
        keys.page.goto(live_server.url + path)
        return keys

    return sit
