"""An account's own page: what it is, how we know, what was asked, and what may be asked now."""

import pytest
from django.urls import reverse

from accounts_app.models import Account, Discrepancy
from tests.admin import rows
from tests.admin.conftest import address
from tests.admin.pages import ask_address, page_of, signed_in, text_of
from tests.factories import ask

pytestmark = pytest.mark.django_db


def page(person, account):
    return signed_in(person).get(address(Account, "change", account.pk))


def test_the_page_tells_what_the_account_is(viewer):
    account = rows.account(
        rows.customer(externalId="crm-00077"), chainId="eip155:324:0x" + "ab" * 20
    )
    text = text_of(page(viewer, account))
    for told in (str(account.pk), "crm-…77", "eip155:324:0xab…ab", "masked", "EUR"):
        assert told in text


def test_the_heading_is_the_short_id_and_the_status(viewer):
    account = rows.account()
    assert f"Account {str(account.pk)[:8]} ● active" in text_of(page(viewer, account))


def test_the_page_tells_how_we_know(viewer):
    account = rows.account()
    text = text_of(page(viewer, account))
    for told in ("a full comparison", account.updated_at_text, str(account.revision)):
        assert told in text


def test_the_customer_is_one_click_away(viewer):
    account = rows.account()
    link = address(type(account.customer), "change", account.customer_id)
    assert f'href="{link}"' in page(viewer, account).content.decode()


def test_the_cards_are_listed_with_their_statuses(viewer):
    account = rows.account()
    card = rows.card(account, status="issue_failed", maskedPan="511111******0007")
    text = text_of(page(viewer, account))
    assert str(card.pk)[:8] in text
    assert "511111******0007 virtual ✕ issue failed" in text


def test_what_was_asked_is_listed(viewer, operator):
    account = rows.account()
    operation = ask("close", account, operator, reason="Letter of 3 March")
    answer = page(viewer, account)
    assert f'href="{page_of(operation)}"' in answer.content.decode()
    assert "Letter of 3 March" in text_of(answer)


def test_times_are_of_utc_and_to_the_second_on_hover(viewer):
    html = page(viewer, rows.account()).content.decode()
    assert 'title="2026-03-01 09:00:00 UTC">01 Mar 2026, 09:00 UTC</time>' in html


def test_an_id_can_be_copied(viewer):
    account = rows.account()
    assert f'data-copy="{account.pk}"' in page(viewer, account).content.decode()


def test_an_operator_sees_a_button_for_each_kind_the_status_allows(operator):
    account = rows.account()
    html = page(operator, account).content.decode()
    offered = {kind: ask_address(account, kind) in html for kind in ("deactivate", "close")}
    assert offered == {"deactivate": True, "close": True}
    assert ask_address(account, "reactivate") not in html


@pytest.mark.parametrize("person", ["viewer", "auditor"])
def test_who_may_not_ask_sees_no_button(person, request):
    account = rows.account()
    assert "/ask/" not in page(request.getfixturevalue(person), account).content.decode()


def test_what_cannot_be_undone_looks_dangerous(operator):
    account = rows.account()
    button = f'<a class="button button--danger" href="{ask_address(account, "close")}">'
    assert button in " ".join(page(operator, account).content.decode().split())


def test_an_open_operation_stands_in_place_of_the_buttons(operator):
    account = rows.account()
    ask("close", account, operator)
    answer = page(operator, account)
    assert "Nothing else can be asked for until it is finished." in text_of(answer)
    assert "/ask/" not in answer.content.decode()


def test_an_unrecognised_status_is_marked_and_blocks(operator):
    account = rows.account(status="hibernating")
    answer = page(operator, account)
    assert "unrecognised: hibernating" in text_of(answer)
    assert "Operations are blocked" in text_of(answer)
    assert "/ask/" not in answer.content.decode()


def test_a_contradiction_warns_and_blocks(operator):
    account = rows.account(status="closed")
    found = rows.contradiction(account)
    answer = page(operator, account)
    assert "the provider said it is “active”. Nothing can be asked for" in text_of(answer)
    assert address(Discrepancy, "change", found.pk) in answer.content.decode()


def test_a_waiting_challenge_is_shown_decoded(operator):
    account = rows.account(status="initiating")
    rows.challenge(account, "Please sign: 42")
    assert "Please sign: 42" in text_of(page(operator, account))


def test_what_the_provider_says_is_escaped(viewer):
    account = rows.account(rows.customer(externalId="<b>bold</b>"))
    assert b"<b>bold" not in page(viewer, account).content


def test_the_story_is_one_click_away(viewer):
    account = rows.account()
    link = reverse("admin:accounts_app_account_history", args=[account.pk])
    assert f'href="{link}"' in page(viewer, account).content.decode()


def test_the_newest_of_the_story_is_on_the_page(viewer, operator):
    account = rows.account()
    rows.operations(account, operator, 6)
    told = [line.what for line, _ in page(viewer, account).context["lines"]]
    assert told == ["Close for good: withdrawn", "Close for good: requested"] * 5


def test_an_unknown_account_leads_home(viewer):
    answer = signed_in(viewer).get(address(Account, "change", rows.customer().pk))
    assert (answer.status_code, answer["Location"]) == (302, reverse("admin:index"))
