"""People keep the lists they need under a name, start with them, and share them by link."""

import pytest
from django.urls import reverse

from accounts_app.admin.accounts import AccountAdmin
from accounts_app.models import Account, AuditEntry, SavedView
from accounts_app.services import views
from tests.admin import rows
from tests.admin.conftest import address
from tests.admin.pages import signed_in, text_of

pytestmark = pytest.mark.django_db
ACCOUNTS = "accounts_app.account"
CLOSED = "q=crm&status=closed"


def save(person, query=CLOSED, follow=True, **entries):
    """Keep a view of the accounts through the form above the list."""
    told = {"list": ACCOUNTS, "query": query, "name": "Closed ones", **entries}
    return signed_in(person).post(reverse("admin:save_view"), told, follow=follow)


def change(person, view, **entries):
    """Send the form of one view."""
    page = reverse("admin:change_view", args=[view.pk])
    return signed_in(person).post(page, {"name": view.name, **entries}, follow=True)


def test_a_view_is_kept_and_offered_above_its_list(viewer):
    answer = save(viewer)
    assert answer.request["QUERY_STRING"] == CLOSED
    assert "The view “Closed ones” is kept." in text_of(answer)
    html = signed_in(viewer).get(address(Account, "changelist")).content.decode()
    assert 'href="?q=crm&amp;status=closed"' in html


def test_a_view_keeps_no_place_in_the_list(viewer):
    save(viewer, f"?{CLOSED}&p=3&after=x&before=y&view=&all=&o=-2")
    assert SavedView.objects.get().query == f"o=-2&{CLOSED}"


@pytest.mark.parametrize("gone", [None, "copy_id"])
def test_a_view_means_the_same_column_when_columns_have_come_or_gone(viewer, monkeypatch, gone):
    shown = [name for name in AccountAdmin.list_display if name != gone]
    monkeypatch.setattr(AccountAdmin, "list_display", shown)
    place = f"-{shown.index('created')}"
    page, client = address(Account, "changelist"), signed_in(viewer)
    assert client.get(f"{page}?o={place}").context["query"] == "o=-created"
    assert client.get(f"{page}?o=-created").context["cl"].params["o"] == place


def test_the_view_that_is_open_is_marked(viewer):
    html = save(viewer).content.decode()
    assert html.count('aria-current="true"') == 1


def test_a_list_opens_with_the_view_a_person_starts_with(viewer, operator):
    save(viewer, is_default="on")
    page = address(Account, "changelist")
    answer = signed_in(viewer).get(page)
    assert (answer.status_code, answer["Location"]) == (302, f"{page}?{CLOSED}")
    assert signed_in(viewer).get(page + "?view=").status_code == 200
    assert signed_in(operator).get(page).status_code == 200


def test_every_way_to_the_whole_list_leads_there(viewer):
    save(viewer, is_default="on")
    answer = signed_in(viewer).get(address(Account, "changelist") + "?status=closed")
    assert 'href="?"' not in answer.content.decode()


def test_only_one_view_is_started_with(viewer):
    save(viewer, is_default="on")
    save(viewer, "status=active", name="Active ones", is_default="on")
    assert [view.name for view in SavedView.objects.filter(is_default=True)] == ["Active ones"]


@pytest.mark.parametrize("name", ["", "   ", "x" * 61])
def test_a_view_needs_a_short_name(viewer, name):
    assert "Give the view a name" in text_of(save(viewer, name=name))
    assert not SavedView.objects.exists()


def test_a_name_is_taken_once_in_a_list(viewer, operator):
    save(viewer)
    assert "You have a view of this name already." in text_of(save(viewer))
    save(operator)
    assert SavedView.objects.count() == 2


def test_a_view_is_renamed(viewer):
    save(viewer)
    change(viewer, SavedView.objects.get(), name="Gone")
    assert "Gone" in text_of(signed_in(viewer).get(reverse("admin:views")))


def test_a_view_that_is_removed_is_only_offered_no_longer(viewer):
    save(viewer, is_default="on")
    view = SavedView.objects.get()
    assert "is removed" in text_of(change(viewer, view, remove="yes"))
    assert signed_in(viewer).get(address(Account, "changelist")).status_code == 200
    assert list(views.all_of(viewer)) == []
    link = signed_in(viewer).get(reverse("admin:view", args=[view.pk]))
    assert link["Location"].endswith(CLOSED)
    save(viewer)
    assert SavedView.objects.count() == 2


def test_a_link_leads_whoever_may_see_the_list(viewer, operator):
    save(viewer)
    link = reverse("admin:view", args=[SavedView.objects.get().pk])
    assert signed_in(operator).get(link)["Location"].endswith(f"?{CLOSED}")


def test_a_link_opens_no_list_that_one_may_not_see(auditor, viewer):
    view = views.save(auditor, "accounts_app.auditentry", name="Mine", query="", is_default=False)
    link = reverse("admin:view", args=[view.pk])
    assert signed_in(auditor).get(link)["Location"] == f"{address(AuditEntry, 'changelist')}?view="
    assert signed_in(viewer).get(link).status_code == 404


def test_what_a_colleague_searched_for_is_told_to_no_masked_eyes(viewer, operator, approver):
    save(operator, query="?q=crm-1")
    link = reverse("admin:view", args=[SavedView.objects.get().pk])
    assert signed_in(operator).get(link)["Location"].endswith("?q=crm-1")
    assert signed_in(approver).get(link)["Location"].endswith("?q=crm-1")
    answer = signed_in(viewer).get(link)
    assert answer.status_code == 404
    assert b"crm-1" not in answer.content


def test_one_s_own_search_is_opened_by_whoever_one_is(viewer):
    save(viewer, query="?q=0a8b")
    link = reverse("admin:view", args=[SavedView.objects.get().pk])
    assert signed_in(viewer).get(link)["Location"].endswith("?q=0a8b")


def test_nobody_changes_another_s_view(viewer, operator):
    save(viewer)
    assert change(operator, SavedView.objects.get(), name="Mine").status_code == 404


@pytest.mark.parametrize("listed", ["accounts_app.nothing", "", "auth.user"])
def test_only_a_list_one_may_see_is_kept(viewer, listed):
    assert save(viewer, list=listed).status_code in {403, 404}


def test_a_view_and_its_list_work_together(operator):
    rows.account(rows.customer(externalId="crm-1"), status="closed")
    rows.account()
    (found,) = save(operator).context["cl"].result_list
    assert found.status == "closed"
