"""What a page costs does not grow: not with an account's own history, not with the programme."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts_app.models import Account, Customer
from tests.admin import many, rows
from tests.admin.conftest import address
from tests.admin.pages import signed_in

pytestmark = pytest.mark.django_db
MANY = 10_000


def costs(client, pages):
    """Return the number of queries of each page, once what is kept for good is kept."""
    found = {}
    for page in pages:
        client.get(page)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(page).status_code == 200
        found[page] = sum(not _is_of_the_session(query["sql"]) for query in captured)
    return found


def _is_of_the_session(sql):
    """Whether it keeps that the person was here, which is due once a minute, on any page."""
    return "django_session" in sql or sql.startswith(("SAVEPOINT", "RELEASE"))


def test_an_account_of_ten_thousand_events_costs_what_one_of_ten_does(auditor):
    account = rows.account()
    story = address(Account, "history", account.pk)
    past = address(Account, "as_of", account.pk)
    pages = [
        address(Account, "change", account.pk),
        *(f"{story}?{query}" for query in ("", "origin=webhooks", "since=2020-01-01")),
        *(f"{past}?on={day}" for day in (f"{timezone.now():%Y-%m-%d}", "2019-01-01")),
        reverse("admin:index"),
    ]
    many.history(account, 10)
    client = signed_in(auditor)
    few = costs(client, pages)
    many.history(account, MANY)
    assert costs(client, pages) == few
    assert max(few.values()) <= 32


def test_a_programme_of_ten_thousand_accounts_costs_what_one_of_ten_does(auditor):
    pages = [
        reverse("admin:index"),
        *(address(model, "changelist") for model in (Account, Customer)),
    ]
    many.accounts(40)
    client = signed_in(auditor)
    few = costs(client, pages)
    many.accounts(MANY, first=1000)
    assert costs(client, pages) == few
