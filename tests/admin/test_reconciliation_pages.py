"""The pages of full comparisons: what they tell, who may ask for one, what can be filtered."""

import pytest
from django.urls import reverse

from accounts_app import work
from accounts_app.models import Account, AuditEntry, Drift, Reconciliation
from tests.admin import rows
from tests.admin.conftest import address
from tests.admin.pages import signed_in, text_of
from tests.admin.test_lists import listed
from tests.reconciliation.far_side import compared, unheard
from tests.services.stuck import confirm, propose

pytestmark = pytest.mark.django_db
COMPARE = "admin:accounts_app_reconciliation_compare"
LIST = address(Reconciliation, "changelist")


def page_of(row) -> str:
    """Return the address of a row's own page."""
    return address(type(row), "change", row.pk)


def text(person, page, **query) -> str:
    """Return the words of a page."""
    return text_of(signed_in(person).get(page, query))


@pytest.fixture
def account() -> Account:
    """A mirrored account."""
    return rows.account()


# Asking for one.


@pytest.mark.parametrize("name", ["operator", "approver"])
def test_who_may_asks_and_is_led_to_where_the_result_appears(name, request):
    person = request.getfixturevalue(name)
    answer = signed_in(person).post(reverse(COMPARE), follow=True)
    asked = Reconciliation.objects.get()
    assert answer.redirect_chain == [(page_of(asked), 302)]
    assert (asked.state, asked.starter, asked.trigger) == ("waiting", person, "staff")
    assert "Asked for. The worker starts it within seconds" in text_of(answer)


def test_who_asks_second_is_told_that_it_is_due_already(operator, approver):
    signed_in(operator).post(reverse(COMPARE))
    answer = signed_in(approver).post(reverse(COMPARE), follow=True)
    assert answer.redirect_chain == [(page_of(Reconciliation.objects.get()), 302)]
    assert "It is already due: operator asked for it." in text_of(answer)


@pytest.mark.parametrize("name", ["viewer", "auditor"])
def test_nobody_else_may_ask(name, request):
    answer = signed_in(request.getfixturevalue(name)).post(reverse(COMPARE))
    assert answer.status_code == 403
    assert not Reconciliation.objects.exists()


@pytest.mark.parametrize(("name", "offered"), [("operator", True), ("viewer", False)])
def test_the_button_is_offered_to_those_who_may(name, offered, request):
    assert ("Compare now" in text(request.getfixturevalue(name), LIST)) == offered


def test_looking_at_the_buttons_address_asks_for_nothing(operator):
    assert signed_in(operator).get(reverse(COMPARE)).status_code == 405


def test_asking_twice_leads_to_the_same_page(operator):
    client = signed_in(operator)
    first, second = client.post(reverse(COMPARE)), client.post(reverse(COMPARE))
    assert first["Location"] == second["Location"]


def test_what_was_asked_for_is_made_by_the_worker_and_shown(programme, sandbox, operator):
    account = programme.account()
    unheard(sandbox, "account", account.pk, "inactive")
    client = signed_in(operator)
    page = client.post(reverse(COMPARE))["Location"]
    work.run_due()
    told = text_of(client.get(page))
    assert "● Differences taken over" in told
    assert "status active → inactive" in told
    assert "none came taken over" in told


# The list.


def test_an_empty_list_says_what_to_do(operator):
    told = text(operator, LIST)
    assert "The mirror was never compared with the provider." in told
    assert "Start the first comparison with “Compare now”." in told


def test_w29_the_list_tells_the_last_comparison_and_what_it_found(account, viewer):
    """W29: staff see when the last full comparison was, and that differences were found."""
    made = rows.comparison(account, state="applied")
    told = text(viewer, LIST)
    assert f"The last finished comparison with the provider: number {made.pk}" in told
    assert "Differences taken over." in told
    assert f"{made.pk} ● Differences taken over 2 " in told


def test_the_list_tells_when_the_next_one_is_due(account, sandbox, viewer):
    work.run_due()
    assert "The next one by schedule:" in text(viewer, LIST)


def test_held_comparisons_wait_on_the_start_page(account, operator):
    made = rows.comparison(account)
    page = reverse("admin:index")
    pile = {pile.label: pile for pile in signed_in(operator).get(page).context["waiting"]}
    assert (pile["held comparisons"].number, pile["held comparisons"].tone) == (1, "alarm")
    assert listed(operator, Reconciliation, state__exact="held") == [made]


# One comparison's page.


def test_a_held_one_says_why_and_what_to_do(account, operator):
    told = text(operator, page_of(rows.comparison(account)))
    assert "this is not believed: Accounts: 1 different, where the mirror holds 1." in told
    assert "one person proposes to take the differences over" in told
    assert "Propose how it ends" in told


def test_a_viewer_is_not_offered_to_propose(account, viewer):
    assert "Propose how it ends" not in text(viewer, page_of(rows.comparison(account)))


def test_the_numbers_of_each_kind_are_shown(account, viewer):
    told = text(viewer, page_of(rows.comparison(account)))
    assert "Customers 1 2 1 0 0 Accounts 1 1 0 1 0" in told


def test_each_difference_is_told_on_both_sides(account, viewer):
    told = text(viewer, page_of(rows.comparison(account)))
    assert f"account {str(account.pk)[:8]} {account.pk} differs status active → inactive" in told


def test_a_difference_leads_to_its_entity_once_that_is_mirrored(account, viewer):
    html = signed_in(viewer).get(page_of(rows.comparison(account))).content.decode()
    assert page_of(account) in html
    unknown = Drift.objects.get(what="missing_here").entity_id
    assert f"/customer/{unknown}/" not in html


def test_many_differences_are_one_click_away(account, viewer):
    made = rows.comparison(account)
    again = [
        Drift(
            reconciliation=made,
            entity_kind="account",
            entity_id=factory_id,
            what="missing_there",
            asked_at=made.started_at,
        )
        for factory_id in (rows.account().pk for _ in range(25))
    ]
    Drift.objects.bulk_create(again)
    told = text(viewer, page_of(made))
    assert "the first 20 of 27" in told
    assert "List and filter all 27" in told


def test_a_failed_one_says_why_and_what_stays(account, viewer):
    made = rows.comparison(account, state="failed")
    Reconciliation.objects.filter(pk=made.pk).update(failure="The provider cannot be reached.")
    told = text(viewer, page_of(made))
    assert "It was not finished: The provider cannot be reached. What it had taken over" in told


def test_an_equal_one_says_so(sandbox, viewer):
    told = text(viewer, page_of(compared()))
    assert "● Equal" in told
    assert "The mirror and the provider were equal." in told


@pytest.mark.parametrize("state", ["waiting", "running"])
def test_one_that_has_not_ended_says_to_look_again(account, viewer, state):
    made = rows.comparison(account, state=state)
    assert "Reload the page to see what it finds." in text(viewer, page_of(made))


def test_one_that_a_newer_one_replaced_says_so(account, viewer):
    made = rows.comparison(account)
    Reconciliation.objects.filter(pk=made.pk).update(state="discarded")
    assert "A newer comparison replaced it before anybody decided." in text(viewer, page_of(made))


def test_two_people_end_a_held_one_and_the_page_says_who(account, operator, approver):
    made = rows.comparison(account)
    proposal = propose(made, "discard", operator)
    assert "operator has proposed how it ends" in text(approver, page_of(made))
    confirm(proposal, approver)
    assert "The worker carries out within seconds what was decided." in text(
        operator, page_of(made)
    )
    work.run_due()
    told = text(operator, page_of(made))
    assert "■ Discarded" in told
    assert "operator and approver ended it" in told


# The list of differences.


@pytest.fixture
def several(account) -> Reconciliation:
    """A comparison with two differences; a webhook told of one of them."""
    rows.comparison(rows.account())
    return rows.comparison(account, event=rows.event(account))


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, 4),
        ({"comparison": "last"}, 2),
        ({"entity_kind__exact": "account"}, 2),
        ({"what__exact": "missing_here"}, 2),
        ({"webhook": "came"}, 1),
        ({"webhook": "none"}, 3),
        ({"result": "not taken over"}, 4),
        ({"result": "taken over"}, 0),
        ({"comparison": "no number"}, 0),
    ],
    ids=str,
)
def test_differences_are_filtered(several, viewer, query, found):
    assert len(listed(viewer, Drift, **query)) == found


def test_the_page_of_a_comparison_leads_to_exactly_its_differences(several, viewer):
    html = signed_in(viewer).get(page_of(several)).content.decode()
    assert f"{address(Drift, 'changelist')}?comparison={several.pk}" in html
    assert len(listed(viewer, Drift, comparison=several.pk)) == 2


def test_a_difference_is_found_by_its_entity(several, account, viewer):
    (drift,) = listed(viewer, Drift, q=str(account.pk)[:13])
    assert drift.entity_id == account.pk


def test_a_differences_page_shows_the_providers_words(several, account, viewer):
    drift = Drift.objects.get(entity_id=account.pk)
    told = text(viewer, page_of(drift))
    assert "Webhook came" in told
    assert '"status": "inactive"' in told


# Elsewhere.


def test_the_entitys_history_tells_what_was_found(programme, sandbox, viewer):
    account = programme.account()
    unheard(sandbox, "account", account.pk, "inactive")
    compared()
    told = text(viewer, address(Account, "history", account.pk))
    assert "A full comparison found that it differed taken over; no webhook came" in told


def test_the_act_of_asking_is_in_the_audit_in_words(operator, auditor):
    signed_in(operator).post(reverse(COMPARE))
    told = text(auditor, address(AuditEntry, "changelist"))
    assert "operator Comparison: asked" in told
