"""The pages that all are visited are all there are: the URLconf has no other."""

import re
from html.parser import HTMLParser

import pytest
from django.contrib import admin
from django.urls import NoReverseMatch, resolve, reverse

from tests.admin import everywhere
from tests.admin.pages import signed_in

pytestmark = pytest.mark.django_db
# What is no page, or where else it is looked at in a browser.
OTHERWISE = {
    "admin:login": "leads to the sign-in page",
    "set_language": "keeps a choice and leads back",
    "admin:view": "leads to a list",
    "admin:jsi18n": "is a script",
    "admin:download": "answers a script",
    "admin:accounts_app_operation_progress": "answers a script",
    "admin:accounts_app_batch_progress": "answers a script",
    "admin:accounts_app_pause_resume": "tests/admin/test_waits_in_browser.py",
    "policy_report": "takes what browsers report",
    "webhooks:offblocks": "is for the provider",
    "account_login": "visited signed out",
    "mfa_login_webauthn": "answers a script",
    "mfa_list_webauthn": "leads to one's factors",
    "mfa_download_recovery_codes": "is a file",
    "step_up": "leads to the way to prove it",
    "admin:accounts_app_account_ask_new": "no kind of operation begins with an account",
    "admin:accounts_app_card_ask_new": "no kind of operation begins with a card",
    "mfa_edit_webauthn": "tests/signin/test_in_browser.py",
    "mfa_remove_webauthn": "tests/signin/test_in_browser.py",
    "mfa_authenticate": "tests/signin/test_in_browser.py",
    "mfa_reauthenticate": "tests/signin/test_in_browser.py",
    "mfa_reauthenticate_webauthn": "tests/signin/test_in_browser.py",
    "mfa_deactivate_totp": "tests/signin/test_in_browser.py",
    "mfa_view_recovery_codes": "tests/signin/test_in_browser.py",
    "mfa_generate_recovery_codes": "tests/signin/test_in_browser.py",
    # tests/signin/test_single_sign_on.py: none of them shows a page by itself.
    "sso_sign_in": "leads to the provider of identities",
    "sso_again": "leads to the provider of identities",
    "socialaccount_login_cancelled": "leads to the sign-in page",
    "openid_connect_callback": "leads on",
}
# Not what the provider spells itself, as in 2026-03-01T09:00:00.000000Z.
BARE = re.compile(r"(?<![\d:T])\b\d\d:\d\d(?::\d\d)?\b(?! UTC)")
TYPED = "14:05"  # by a person, in rows.proposal
WITH_A_ZONE = ("time", "pre", "textarea", "script")
SAMPLES = {"IntConverter": 1, "UUIDConverter": "0" * 8 + "-0000-0000-0000-" + "0" * 12}


def _denied(name, request):
    """Whether the admin has the address and shows no page of its own there to anybody."""
    for model, page in admin.site._registry.items():
        stem = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        if name == f"{stem}_add":
            return not page.has_add_permission(request)
        if name == f"{stem}_delete":
            return not page.has_delete_permission(request)
        if name == f"{stem}_history":
            return model not in everywhere.MIRRORED  # it leads to the audit
    return False


def _only_takes_forms(client, name, pattern):
    samples = {
        word: SAMPLES.get(type(converter).__name__, "x")
        for word, converter in pattern.pattern.converters.items()
    }
    try:
        return client.get(reverse(name, kwargs=samples)).status_code == 405
    except NoReverseMatch:
        return False


def test_no_page_is_left_out(office, sandbox, all_roles, rf):
    client, request = signed_in(all_roles), rf.get("/")
    request.user = all_roles
    visited = {resolve(page.partition("?")[0]).view_name for page in everywhere.pages()}
    missing = [
        name
        for name, pattern in everywhere.patterns()
        if name not in visited
        and name not in OTHERWISE
        and not _denied(name, request)
        and not _only_takes_forms(client, name, pattern)
    ]
    assert missing == []


class _Times(HTMLParser):
    """Collects the times of day that a page tells without their zone, outside of records."""

    def __init__(self, html):
        super().__init__()
        self.bare, self._inside = [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        if tag in WITH_A_ZONE:
            self._inside.append(tag)

    def handle_endtag(self, tag):
        if self._inside and self._inside[-1] == tag:
            self._inside.pop()

    def handle_data(self, data):
        if not self._inside:
            self.bare += BARE.findall(" ".join(data.split()))


def test_every_page_is_there_and_tells_times_with_their_zone(office, sandbox, all_roles):
    client, found = signed_in(all_roles), {}
    for page in everywhere.pages():
        answer = client.get(page)
        bare = [time for time in _Times(answer.content.decode()).bare if time != TYPED]
        if answer.status_code != 200 or bare:
            found[page] = (answer.status_code, bare)
    assert found == {}
