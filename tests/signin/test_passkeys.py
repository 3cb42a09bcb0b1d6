"""A passkey is renamed and removed on the page of one's factors; the only factor stays."""

import pytest
from allauth.mfa.models import Authenticator
from django.urls import reverse

from tests.admin.pages import signed_in, text_of
from tests.signin.people import enrol_app

pytestmark = pytest.mark.django_db
LIST = reverse("mfa_index")


@pytest.fixture
def passkey(viewer):
    """A passkey of the viewer."""
    data = {"name": "<b>Laptop</b>", "credential": {}}
    return Authenticator.objects.create(user=viewer, type="webauthn", data=data)


def page(name, passkey):
    """Return the address of a page about a passkey."""
    return reverse(name, args=[passkey.pk])


def test_it_is_listed_by_its_name(passkey, viewer):
    html = signed_in(viewer).get(LIST).content.decode()
    assert "&lt;b&gt;Laptop&lt;/b&gt;" in html


def test_it_is_renamed(passkey, viewer):
    client = signed_in(viewer)
    assert "Rename a passkey" in text_of(client.get(page("mfa_edit_webauthn", passkey)))
    answer = client.post(page("mfa_edit_webauthn", passkey), {"name": "Phone"}, follow=True)
    assert answer.redirect_chain[-1][0] == LIST
    assert "Phone" in text_of(answer)


def test_it_is_removed_where_another_factor_is_left(passkey, viewer):
    enrol_app(viewer)
    client = signed_in(viewer)
    assert "will no longer let you in" in text_of(client.get(page("mfa_remove_webauthn", passkey)))
    client.post(page("mfa_remove_webauthn", passkey))
    assert not Authenticator.objects.filter(pk=passkey.pk).exists()


def test_the_only_factor_stays(passkey, viewer):
    answer = signed_in(viewer).post(page("mfa_remove_webauthn", passkey), follow=True)
    assert "This is your only factor" in text_of(answer)
    assert Authenticator.objects.filter(pk=passkey.pk).exists()


@pytest.mark.parametrize("name", ["mfa_edit_webauthn", "mfa_remove_webauthn"])
def test_nobody_reaches_the_passkey_of_somebody_else(passkey, operator, name):
    assert signed_in(operator).post(page(name, passkey), {"name": "Mine"}).status_code == 404


def test_the_app_is_removed_where_a_passkey_is_left(passkey, viewer):
    enrol_app(viewer)
    client = signed_in(viewer)
    client.post(reverse("mfa_deactivate_totp"))
    assert [one.type for one in Authenticator.objects.filter(user=viewer)] == ["webauthn"]


def test_the_app_stays_where_it_is_the_only_factor(viewer):
    app = enrol_app(viewer)
    answer = signed_in(viewer).post(reverse("mfa_deactivate_totp"))
    assert "This is your only factor" in text_of(answer)
    assert Authenticator.objects.filter(pk=app.pk).exists()


def test_new_recovery_codes_replace_the_old(passkey, viewer):
    client, new = signed_in(viewer), reverse("mfa_generate_recovery_codes")
    shown = []
    for _ in range(2):
        answer = client.post(new, follow=True)
        shown.append(set(answer.context["unused_codes"]))
    assert not shown[0] & shown[1]
    assert len(shown[1]) == 10
