"""What every answer tells browsers: stay encrypted, guess no types, keep and tell nothing."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.admin.pages import signed_in

pytestmark = pytest.mark.django_db
TOLD = {
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains; preload",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
PAGES = ["admin:index", "mfa_index", "own_sessions", "admin:accounts_app_account_changelist"]


@pytest.fixture
def encrypted(settings):
    """The settings that follow from an https address."""
    settings.SECURE_HSTS_SECONDS = 31536000
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = settings.SECURE_HSTS_PRELOAD = True


@pytest.mark.parametrize("name", TOLD)
def test_it_is_told_with_every_answer(encrypted, viewer, name):
    client = signed_in(viewer)
    told = {client.get(reverse(page), secure=True)[name] for page in PAGES}
    assert told == {TOLD[name]}


@pytest.mark.parametrize("name", TOLD)
def test_also_to_whom_nothing_is_shown(encrypted, name):
    for page in (reverse("account_login"), "/admin/", "/nothing/like/it"):
        assert Client().get(page, secure=True)[name] == TOLD[name]


@pytest.mark.parametrize("path", ["/webhooks/offblocks/", "/metrics", "/policy-report"])
def test_machines_are_refused_without_encryption_and_people_led_to_it(settings, path):
    settings.SECURE_SSL_REDIRECT = True
    refused = Client().post(path, {}, content_type="application/json")
    assert (refused.status_code, refused.content) == (403, b"Only over https.\n")
    assert Client().get("/admin/")["Location"] == "https://testserver/admin/"
    assert Client().get("/livez").status_code == 200


def test_no_other_site_is_let_in(viewer):
    client = signed_in(viewer)
    for page in PAGES:
        answer = client.get(reverse(page), headers={"Origin": "https://elsewhere.example"})
        assert [name for name in answer.headers if name.startswith("Access-Control-")] == []


@pytest.mark.parametrize("page", PAGES)
def test_nothing_of_a_signed_in_person_is_kept(viewer, page):
    assert "no-store" in signed_in(viewer).get(reverse(page))["Cache-Control"]


def test_what_the_sign_in_page_shows_is_not_kept_either():
    assert "no-store" in Client().get(reverse("account_login"))["Cache-Control"]
