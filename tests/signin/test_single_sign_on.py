"""Single sign-on against a provider on real sockets: the only way in, with enough proof."""

import re
import time
from datetime import timedelta

import pytest
import requests
from allauth.socialaccount.models import SocialAccount, SocialToken
from cryptography.hazmat.primitives.asymmetric import rsa
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts_app import people
from accounts_app.models import AuditEntry, Operation
from accounts_app.services import strength
from tests.admin import rows
from tests.admin.pages import ask_address, fill_in, text_of
from tests.signin.people import send_password
from tests.signin.provider import CLIENT_ID, CLIENT_SECRET, Provider

pytestmark = [pytest.mark.django_db, pytest.mark.unproven]
HOME = reverse("admin:index")


@pytest.fixture(scope="module")
def running():
    """The provider, started once."""
    with Provider() as provider:
        yield provider


@pytest.fixture
def provider(running, settings, operator):
    """The provider, configured; the operator's address is the subject's."""
    running.claims = {"sub": "s-1", "email": "olu@example.com", "email_verified": True}
    running.signs_with, running.header, running.issuer = running.key, {}, ""
    User.objects.filter(pk=operator.pk).update(email="Olu@example.com")
    settings.OIDC_ISSUER, settings.OIDC_NAME = running.url, "Work account"
    app = {
        "provider_id": "sso",
        "name": "Work account",
        "client_id": CLIENT_ID,
        "secret": CLIENT_SECRET,
        "settings": {"server_url": running.url, "uid_field": "sub", "fetch_userinfo": False},
    }
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}
    }
    return running


def through(client, answer):
    """Go to the provider and come back, as a browser would."""
    there = requests.get(answer["Location"], allow_redirects=False, timeout=5)
    path = there.headers["Location"].removeprefix("http://testserver")
    return client.get(path)


def sign_in(client, **more):
    """Press the button and follow."""
    return through(client, client.post(reverse("sso_sign_in"), more))


def is_in(client):
    """Whether somebody is signed in."""
    return SESSION_KEY in client.session


def test_the_button_leads_there_and_back(client, provider, operator):
    page = client.get(reverse("account_login"))
    assert "Work account" in text_of(page)
    assert b"password" not in page.content
    assert sign_in(client)["Location"] == HOME
    assert client.get(HOME).status_code == 200
    assert client.session[strength.KEY]["second"] == "mfa"


def test_no_token_is_kept(client, provider):
    sign_in(client)
    assert SocialToken.objects.count() == 0
    kept = str([SocialAccount.objects.values().get(), *client.session.items()])
    assert not re.search(r"eyJ[\w-]+\.[\w-]+\.", kept)


def test_one_is_led_to_where_one_wanted_to_go(client, provider):
    assert sign_in(client, next="/admin/auth/")["Location"] == "/admin/auth/"


def test_the_subject_is_tied_to_the_person_for_good(client, provider, operator):
    sign_in(client)
    assert SocialAccount.objects.get().user == operator
    provider.claims |= {"email": "somebody@else.example"}
    client.post(reverse("admin:logout"))
    sign_in(client)
    assert is_in(client)


def test_another_subject_with_the_same_address_is_refused(client, provider):
    sign_in(client)
    client.post(reverse("admin:logout"))
    provider.claims |= {"sub": "s-2"}
    answer = sign_in(client)
    assert "Nobody here belongs to this sign-on" in text_of(answer)
    assert not is_in(client)


REFUSED = {
    "no second factor": {"amr": ["pwd"]},
    "no word of a factor": {"amr": None},
    "no time": {"auth_time": None},
    "long ago": {"auth_time": 1_700_000_000},
    "in the future": {"auth_time": 4_000_000_000},
    "an address nobody has": {"email": "nobody@example.com"},
    "an address nobody checked": {"email_verified": False},
    "another attempt": {"nonce": "another"},
    "no attempt": {"nonce": ""},
    "another client": {"aud": "another"},
    "another issuer": {"iss": "https://sso.example.com"},
    "over": {"exp": 1_700_000_000},
}


@pytest.mark.parametrize("claims", REFUSED.values(), ids=REFUSED)
def test_a_token_that_proves_too_little_lets_nobody_in(client, provider, claims):
    provider.claims |= claims
    assert sign_in(client).status_code in (401, 403)
    assert not is_in(client)


def test_a_token_signed_with_another_key_lets_nobody_in(client, provider):
    provider.signs_with = rsa.generate_private_key(65537, 2048)
    assert sign_in(client).status_code == 401
    assert not is_in(client)


@pytest.mark.parametrize(
    "header", [{"alg": "none"}, {"alg": "HS256"}, {"kid": "another"}, {"kid": None}], ids=str
)
def test_a_token_signed_in_another_way_lets_nobody_in(client, provider, header):
    provider.header = header
    assert sign_in(client).status_code == 401
    assert not is_in(client)


def test_a_provider_that_calls_itself_another_lets_nobody_in(client, provider):
    provider.issuer = "https://sso.example.com"
    assert sign_in(client).status_code == 401
    assert not is_in(client)


def test_a_refusal_is_one_entry(client, provider):
    provider.claims |= {"amr": ["pwd"]}
    sign_in(client)
    entry = AuditEntry.objects.get(action="sign_in.failed")
    assert entry.after["step"] == "single sign-on"


def test_somebody_who_left_is_refused(client, provider, operator):
    sign_in(client)
    client.post(reverse("admin:logout"))
    User.objects.filter(pk=operator.pk).update(is_active=False)
    sign_in(client)
    assert not is_in(client)


def test_an_answer_does_not_work_twice(client, provider):
    begun = client.post(reverse("sso_sign_in"))
    there = requests.get(begun["Location"], allow_redirects=False, timeout=5)
    path = there.headers["Location"].removeprefix("http://testserver")
    client.get(path)
    client.post(reverse("admin:logout"))
    assert client.get(path).status_code == 401
    assert not is_in(client)


def test_a_password_opens_nothing_any_more(client, provider):
    send_password(client, "operator")
    assert not is_in(client)


@pytest.mark.parametrize(
    "name", ["mfa_index", "mfa_login_webauthn", "account_reauthenticate", "mfa_authenticate"]
)
def test_there_is_no_other_way_in(client, provider, name):
    assert client.get(reverse(name)).status_code == 404


def test_an_approver_needs_a_sign_on_that_cannot_be_phished(client, provider, operator, approver):
    operator.groups.set(approver.groups.all())
    sign_in(client)
    assert client.get(HOME)["Location"].startswith(reverse("sso_again"))
    provider.claims |= {"amr": ["phr"]}
    through(client, client.get(reverse("sso_again")))
    assert client.get(HOME).status_code == 200


def test_closing_asks_there_again_and_keeps_what_was_typed(client, provider, time_machine):
    time_machine.move_to(time.time(), tick=False)
    sign_in(client)
    account = rows.account()
    page = ask_address(account, "close")
    form = fill_in(client, page, reason="Leaves us", confirmation=str(account.pk))
    time_machine.shift(timedelta(minutes=6))
    to_sign_on = client.get(client.post(page, form)["Location"])
    assert not Operation.objects.exists()
    through(client, to_sign_on)
    assert (provider.asked["prompt"], provider.asked["max_age"]) == ("login", "0")
    assert Operation.objects.get().reason == "Leaves us"
    assert AuditEntry.objects.filter(action="sign_in.step_up").count() == 1


def test_a_provider_that_does_not_answer_is_told_plainly(client, provider, settings):
    settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]["settings"]["server_url"] = (
        "http://127.0.0.1:9"
    )
    answer = client.post(reverse("sso_sign_in"))
    assert answer.status_code == 503
    assert "The sign-on does not answer" in text_of(answer)


def test_the_subject_names_the_person(client, provider, operator):
    sign_in(client)
    assert people.subject_of(operator) == f"{provider.url} s-1"


def test_two_logins_of_one_subject_cannot_be(client, provider, operator, viewer):
    sign_in(client)
    twin = SocialAccount(user=viewer, provider="sso", uid="s-1")
    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save()
