"""A list without rows says what it would hold, or that nothing matches; never only a nought."""

import pytest
from django.contrib import admin
from django.urls import reverse

from accounts_app.admin.listed import ListedAdmin
from accounts_app.models import Account, Discrepancy, Pause
from tests.admin import rows
from tests.admin.pages import signed_in, text_of

OURS = [model for model, page in admin.site._registry.items() if isinstance(page, ListedAdmin)]


def page(person, model, **choice) -> str:
    """Return the words of a list."""
    address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    return text_of(signed_in(person).get(address, choice))


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_a_search_without_a_match_says_so_everywhere(model, all_roles):
    text = page(all_roles, model, q="d0d0d0d0-0000-4000-8000-00000000dead")
    assert "Nothing matches what you searched for or filtered by." in text
    assert f" 0 {model._meta.verbose_name_plural}" not in text


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_every_list_has_a_sentence_for_being_empty(model, rf, all_roles):
    request = rf.get("/")
    request.user = all_roles
    nothing = admin.site._registry[model].changelist_view(request).context_data["nothing"]
    assert nothing.endswith(".")


def test_it_says_what_would_be_there(viewer):
    assert "Sending was never paused. Each pause will be listed here" in page(viewer, Pause)


def test_it_says_what_brings_rows(viewer):
    assert "A full comparison brings them" in page(viewer, Account)


def test_it_leads_back_to_all(viewer):
    rows.account()
    assert "Show all accounts" in page(viewer, Account, status="closed")


def test_a_list_with_rows_counts_them(viewer):
    rows.account()
    assert "1 account" in page(viewer, Account)


def test_the_columns_of_discrepancies_have_plain_names(viewer):
    rows.contradiction(rows.account(status="closed"))
    text = page(viewer, Discrepancy)
    for head in ("What we hold", "What was said instead", "Who said so"):
        assert head in text
