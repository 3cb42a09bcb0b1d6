"""One passkey is one person: nobody enrols another's, and it agrees to nothing it asked for."""

import pytest
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from django.test import Client
from django.urls import reverse
from fido2.utils import websafe_encode

from accounts_app.models import Operation
from accounts_app.services import presence
from accounts_app.signin import passkeys
from tests.admin import rows
from tests.admin.pages import ask_address, fill_in, hidden_of, page_of, signed_in, text_of
from tests.signin.passkey import Passkey

pytestmark = pytest.mark.django_db
ENROLLED = "This passkey was enrolled before"


def signed_in_with(passkey, person):
    """Return a browser in which the person showed nothing but the passkey."""
    client = Client()
    handle = websafe_encode(user_pk_to_url_str(person).encode())
    answer = passkey.sign_in(client, handle)
    assert answer["Location"] == reverse("admin:index")
    return client


def ask(client, account):
    """Ask for a close, as the page would."""
    page = ask_address(account, "close")
    client.post(page, fill_in(client, page, confirmation=str(account.pk)))
    return Operation.objects.get()


def decide(client, operation):
    """Approve what the page shows."""
    page = page_of(operation, "decide")
    return client.post(page, {**hidden_of(client.get(page)), "decision": "approve"})


def hand_over(passkey, giver, taker):
    """Let one person give their passkey up, and another enrol it."""
    Authenticator.objects.filter(user=giver).delete()
    passkey.enrol(signed_in(taker))


def test_a_passkey_is_enrolled_and_lets_its_owner_in(operator):
    passkey = Passkey()
    passkey.enrol(signed_in(operator))
    client = signed_in_with(passkey, operator)
    kept = Authenticator.objects.get(type="webauthn")
    assert client.session[presence.SHOWN] == passkeys.fingerprint(kept)


def test_s8_nobody_enrols_the_passkey_of_somebody_else(operator, approver):
    passkey = Passkey()
    passkey.enrol(signed_in(operator))
    assert ENROLLED in text_of(passkey.enrol(signed_in(approver)))
    assert not Authenticator.objects.filter(user=approver).exists()


def test_s8_who_asks_is_kept_with_their_passkey(operator):
    passkey = Passkey()
    passkey.enrol(signed_in(operator))
    operation = ask(signed_in_with(passkey, operator), rows.account())
    assert operation.maker_device == passkeys.fingerprint(
        Authenticator.objects.get(type="webauthn")
    )


def test_s8_the_passkey_that_asked_does_not_agree_whoever_shows_it(operator, approver):
    passkey = Passkey()
    passkey.enrol(signed_in(operator))
    operation = ask(signed_in_with(passkey, operator), rows.account())
    hand_over(passkey, operator, approver)
    answer = decide(signed_in_with(passkey, approver), operation)
    assert answer.status_code == 403
    assert "asked for with the passkey you signed in with" in text_of(answer)


def test_s8_another_passkey_does(operator, approver):
    first, second = Passkey(), Passkey()
    first.enrol(signed_in(operator))
    second.enrol(signed_in(approver))
    operation = ask(signed_in_with(first, operator), rows.account())
    decide(signed_in_with(second, approver), operation)
    operation.refresh_from_db()
    assert operation.checker == approver


@pytest.mark.parametrize("sent", ["[1]", "1", '"x"', "{}", '{"response": {"userHandle": 7}}'])
@pytest.mark.parametrize("name", ["mfa_login_webauthn", "mfa_reauthenticate_webauthn"])
def test_what_is_no_passkey_lets_nobody_in(operator, name, sent):
    client = signed_in(operator) if name.startswith("mfa_re") else Client()
    before = client.session.get("_auth_user_id")
    answer = client.post(reverse(name), {"credential": sent})
    assert answer.status_code in {200, 302}
    assert client.session.get("_auth_user_id") == before


@pytest.mark.parametrize("sent", ["[1]", "1", '"x"', '{"response": 7}', '{"id": "a", "rawId": []}'])
def test_what_is_no_passkey_is_not_enrolled(operator, sent):
    answer = signed_in(operator).post(reverse("mfa_add_webauthn"), {"credential": sent})
    assert answer.status_code == 200
    assert not Authenticator.objects.exists()
