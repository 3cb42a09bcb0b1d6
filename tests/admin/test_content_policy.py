"""Every page keeps the strict policy: the header is there and nothing is inline."""

from html.parser import HTMLParser

import pytest
from django.urls import reverse

from accounts_app.models import Account
from tests.admin.conftest import address
from tests.admin.pages import signed_in

pytestmark = pytest.mark.django_db
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'; object-src 'none'; report-uri /policy-report; report-to policy"
)


class Inline(HTMLParser):
    """Collects what the policy would block."""

    def __init__(self, html):
        super().__init__()
        self.found = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        """Note a style, a script of its own, a handler or a scripted link."""
        names = dict(attrs)
        is_script = tag == "script" and "src" not in names
        is_handler = any(name == "style" or name.startswith("on") for name in names)
        is_link = (names.get("href") or "").startswith("javascript:")
        if tag == "style" or is_script or is_handler or is_link:
            self.found.append(self.get_starttag_text())


def assert_strict(answer):
    """Check one answer."""
    assert answer.status_code == 200
    assert answer["Content-Security-Policy"] == POLICY
    assert answer["Reporting-Endpoints"] == 'policy="/policy-report"'
    assert Inline(answer.content.decode()).found == []


def test_the_sign_in_page_is_strict(client):
    assert_strict(client.get(reverse("account_login")))


def test_a_failed_sign_in_is_strict(client):
    assert_strict(client.post(reverse("account_login"), {"login": "x", "password": "y"}))


def test_every_page_is_strict(office, sandbox, all_roles):
    client = signed_in(all_roles)
    for page in office.pages():
        assert_strict(client.get(page))


def test_a_list_action_is_strict(office, sandbox, all_roles):
    ticked = {"action": "deactivate_selected", "_selected_action": [office.account.pk]}
    assert_strict(signed_in(all_roles).post(address(Account, "changelist"), ticked, follow=True))


def test_no_page_of_a_signed_in_person_is_stored(office, sandbox, all_roles):
    client = signed_in(all_roles)
    for page in office.pages():
        assert "no-store" in client.get(page)["Cache-Control"]


def test_what_others_wrote_is_escaped(office, sandbox, all_roles):
    client = signed_in(all_roles)
    for page in office.pages():
        html = client.get(page).content.decode()
        assert "<script>alert" not in html
        assert "<b>crm" not in html
