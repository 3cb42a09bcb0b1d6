"""Where a comparison leads to next: what was kept, and what waits for a provider that is away."""

import pytest
from django.utils import timezone

from accounts_app.models import Account, Contact, Discrepancy, Drift, Reconciliation
from accounts_app.services import comparisons
from tests.admin import rows
from tests.admin.conftest import address
from tests.admin.pages import signed_in, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def account() -> Account:
    """A mirrored account."""
    return rows.account()


def page_of(row) -> str:
    """Return the address of a row's own page."""
    return address(type(row), "change", row.pk)


def test_what_was_kept_leads_to_its_discrepancy(account, viewer):
    found = rows.comparison(account)
    Drift.objects.filter(reconciliation=found).update(outcome="contradicted")
    address_of_it = address(Discrepancy, "changelist")
    drift = found.drifts.filter(entity_id=account.pk).get()
    shown = signed_in(viewer).get(page_of(drift)).content.decode()
    assert f"{address_of_it}?q={account.pk}" in shown


def test_while_the_provider_is_away_nobody_is_promised_a_start_within_seconds(operator, viewer):
    asked, _ = comparisons.ask(Reconciliation.Trigger.STAFF, person=operator)
    Contact.objects.update(failing_since=timezone.now(), failures=3)
    assert "the worker starts it once it does again" in text_of(
        signed_in(viewer).get(page_of(asked))
    )


def test_the_newest_comparisons_differences_come_first(account, viewer):
    comparisons_made = [rows.comparison(account).pk, rows.comparison(account).pk]
    shown = signed_in(viewer).get(address(Drift, "changelist")).context["cl"].result_list
    assert shown[0].reconciliation_id == max(comparisons_made)
