"""What the tests of pages may ask for: a superuser, and one row of every sort to look at."""

from dataclasses import dataclass

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
    Operation,
    Pause,
    Reconciliation,
    Resolution,
    Snapshot,
    WebhookEvent,
)
from tests.admin import rows
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


SIGN_IN = ("mfa_index", "mfa_activate_totp", "mfa_add_webauthn", "own_sessions")


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
        lists = [address(model, "changelist") for model in LISTED]
        details = [address(model, "change", model.objects.first().pk) for model in LISTED]
        special = [
            address(Account, "change", row.pk) for row in (self.signing, self.closed, self.odd)
        ]
        stories = [address(model, "history", model.objects.first().pk) for model in LISTED[:3]]
        others = [
            address(Account, "batch", "deactivate") + f"?of={self.account.pk}",
            address(Account, "history", self.account.pk),
            *_of_the_site(),
        ]
        return [*lists, *details, *special, *stories, *self.pasts(), *others]

    def pasts(self) -> list[str]:
        """Return what was known today, and before anything was."""
        today = f"{timezone.now():%Y-%m-%d}"
        pages = [address(model, "as_of", model.objects.first().pk) for model in LISTED[:3]]
        return [
            *(f"{page}?on={today}" for page in pages),
            *(f"{pages[1]}?on={day}" for day in ("2020-02-02", "2999-01-01")),
        ]


def _of_the_site() -> list[str]:
    user = User.objects.get(username="operator")  # the programme's own is nobody's to change
    return [
        reverse("admin:index"),
        reverse("admin:password_change"),
        reverse("admin:app_list", args=["accounts_app"]),
        address(User, "add"),
        address(User, "history", user.pk),
        reverse("admin:auth_user_password_change", args=[user.pk]),
        reverse("admin:auth_user_unlock", args=[user.pk]),
        address(Account, "changelist") + "?q=nothing+like+it&status=active",
        *(reverse(name) for name in SIGN_IN),
    ]


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


@pytest.fixture
def office(operator) -> Office:
    """One row of every sort."""
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
    return Office(account, signing, closed, rows.account(status="hibernating"))
