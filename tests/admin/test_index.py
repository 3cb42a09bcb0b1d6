"""The start page: what waits for the person, each count leading to the list it counts."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.urls import reverse
from django.utils import timezone

from accounts_app.admin import desk
from accounts_app.models import Challenge, Operation
from tests.admin import rows
from tests.admin.pages import signed_in, text_of
from tests.factories import ask
from tests.guarded import alter

pytestmark = pytest.mark.django_db


def piles(person):
    """Return what the start page counts, by label."""
    answer = signed_in(person).get(reverse("admin:index"))
    return {pile.label: pile for pile in answer.context["waiting"]}


def listed(person, pile):
    """Follow a count; returns how many rows its list shows."""
    return len(signed_in(person).get(pile.address).context["cl"].result_list)


def test_requests_of_others_wait_for_an_approver(operator, approver):
    ask("close", rows.account(), operator)
    pile = piles(approver)["requests to decide"]
    assert (pile.number, pile.tone) == (1, "some")
    assert listed(approver, pile) == 1


def test_ones_own_requests_are_not_ones_to_decide(approver):
    ask("close", rows.account(), approver)
    found = piles(approver)
    assert found["requests to decide"].number == listed(approver, found["requests to decide"]) == 0
    assert found["open operations of mine"].number == 1
    assert listed(approver, found["open operations of mine"]) == 1


def test_nor_are_those_of_ones_other_login(operator, approver):
    User.objects.update(email="one@example.com")
    operator.refresh_from_db()
    ask("close", rows.account(), operator)
    pile = piles(approver)["requests to decide"]
    assert pile.number == listed(approver, pile) == 0


def test_only_who_may_decide_is_told_of_requests(operator, auditor):
    assert "requests to decide" not in piles(operator)
    assert "requests to decide" not in piles(auditor)


def test_operations_for_two_people_alarm(operator):
    operation = ask("close", rows.account(), operator)
    alter(
        Operation.objects.filter(pk=operation.pk),
        state=Operation.State.NEEDS_HUMAN,
        needs_checker=False,
    )
    pile = piles(operator)["operations for two people"]
    assert (pile.number, pile.tone) == (1, "alarm")
    assert listed(operator, pile) == 1


def test_proposals_of_others_wait_for_an_approver(operator, approver):
    rows.proposal(rows.contradiction(rows.account(status="closed")), "keep", operator)
    pile = piles(approver)["proposals to confirm"]
    assert (pile.number, pile.tone) == (1, "some")
    assert listed(approver, pile) == 1


def test_ones_own_proposals_are_not_ones_to_confirm(approver):
    rows.proposal(rows.contradiction(rows.account(status="closed")), "keep", approver)
    pile = piles(approver)["proposals to confirm"]
    assert pile.number == listed(approver, pile) == 0


def test_only_who_may_confirm_is_told_of_proposals(operator, auditor):
    assert "proposals to confirm" not in piles(operator)
    assert "proposals to confirm" not in piles(auditor)


def test_awaited_signatures_are_counted(operator):
    rows.challenge(rows.account(status="initiating"))
    received_at = timezone.now() - timedelta(days=3, hours=1)
    alter(Challenge.objects.all(), received_at=received_at)
    pile = piles(operator)["signatures awaited"]
    assert pile.number == listed(operator, pile) == 1
    assert pile.age == "the oldest for 3\xa0days"


def test_open_discrepancies_are_counted(operator):
    rows.account()
    rows.contradiction(rows.account(status="closed"))
    pile = piles(operator)["open discrepancies"]
    assert pile.number == listed(operator, pile) == 1


def test_parked_events_are_counted(operator):
    account = rows.account()
    rows.event(account)
    rows.event(account, entity_kind="loyalty", entity_id=None, account_id=None)
    pile = piles(operator)["parked events"]
    assert pile.number == listed(operator, pile) == 1


def test_more_than_anybody_counts_is_told_as_such(operator, monkeypatch):
    monkeypatch.setattr(desk, "COUNTED", 2)
    for _ in range(4):
        rows.event(rows.account(), entity_kind="loyalty", entity_id=None, account_id=None)
    assert piles(operator)["parked events"].shown == "2+"


def test_who_may_see_nothing_reads_why(viewer):
    viewer.groups.clear()
    assert "your login has no right" in text_of(signed_in(viewer).get(reverse("admin:index")))


def test_nothing_waits_in_a_quiet_office(approver):
    assert {pile.tone for pile in piles(approver).values()} == {"none"}


def test_our_own_pages_are_listed_first(all_roles):
    text = text_of(signed_in(all_roles).get(reverse("admin:index")))
    assert text.index("Card programme") < text.index("Authentication and Authorization")


def test_the_page_costs_few_queries(approver, django_assert_max_num_queries):
    client = signed_in(approver)
    with django_assert_max_num_queries(26):
        client.get(reverse("admin:index"))


@pytest.mark.parametrize(
    ("base_url", "environment"),
    [
        ("http://127.0.0.1:8001/v1", "SANDBOX"),
        ("https://api.sandbox.offblocks.xyz/v1", "SANDBOX"),
        ("https://api.offblocks.xyz/v1", "PRODUCTION"),
        ("https://api.offblocks.xyz/sandbox", "PRODUCTION"),
    ],
)
def test_every_page_says_which_environment_it_is_in(client, settings, base_url, environment):
    settings.OFFBLOCKS_BASE_URL = base_url
    assert environment in text_of(client.get(reverse("account_login")))
