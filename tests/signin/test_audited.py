"""Each act of sign-in leaves exactly one audit entry, and none tells a name nobody has."""

import pytest
from django.urls import reverse

from accounts_app import audit
from accounts_app.models import AuditEntry
from accounts_app.services import lockout
from tests.signin.people import code, enrol_app, send_code, send_password, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _quick(settings):
    settings.SIGN_IN_RATE = 1000


def entries(*actions):
    """Return the entries of these actions, oldest first."""
    return list(AuditEntry.objects.filter(action__in=actions).order_by("sequence"))


def actions():
    """Return what was recorded, oldest first."""
    return list(AuditEntry.objects.order_by("sequence").values_list("action", flat=True))


def test_a_sign_in_is_recorded_with_its_strength(client, viewer):
    enrol_app(viewer)
    sign_in(client, "viewer")
    (entry,) = entries("sign_in")
    assert (entry.actor, entry.after) == (viewer, {"strength": "password+totp"})


def test_a_wrong_password_is_recorded_about_its_person(client, viewer):
    send_password(client, "viewer", "wrong")
    (entry,) = entries("sign_in.failed")
    assert (entry.actor, entry.object_id) == (audit.system_user(), str(viewer.pk))
    assert entry.after == {"step": "password", "source": "127.0.0.1"}


def test_of_a_name_nobody_has_only_a_digest_is_kept(client, viewer):
    send_password(client, "my secret password", "x")
    (entry,) = entries("sign_in.failed")
    assert entry.after["name_digest"] == lockout.digest_of("My secret password")
    assert "secret" not in str(vars(entry))


def test_a_wrong_code_is_one_entry(client, viewer):
    enrol_app(viewer)
    send_password(client, "viewer")
    send_code(client, "000000")
    (entry,) = entries("sign_in.failed")
    assert entry.after["step"] == "second factor"


def test_a_lockout_is_one_entry_however_often_it_is_met(client, viewer):
    for _ in range(8):
        send_password(client, "viewer", "wrong")
    assert actions().count("sign_in.lockout") == 1
    failures = entries("sign_in.failed")
    assert [entry.result for entry in failures] == ["refused"] * 5 + ["refused: locked out"] * 3


def test_signing_out_is_one_entry(client, viewer):
    client.force_login(viewer)
    client.post(reverse("admin:logout"))
    (entry,) = entries("session.end")
    assert (entry.actor, entry.result) == (viewer, "signed out")


def test_a_factor_added_and_one_taken_away_are_one_entry_each(client, viewer):
    client.force_login(viewer)
    secret = client.get(reverse("mfa_activate_totp")).context["form"].secret
    client.post(reverse("mfa_activate_totp"), {"code": code(secret)})
    added = [entry.after["factor"] for entry in entries("factor.added")]
    assert added == ["totp", "recovery code"]
    assert {entry.actor for entry in entries("factor.added")} == {viewer}
    lockout.forget_factors(viewer, by=None, reason="Lost the phone")
    removed = entries("factor.removed")
    assert [entry.reason for entry in removed] == ["Lost the phone"] * 2


def test_a_step_up_is_one_entry_and_changes_the_sessions_id(client, viewer):
    enrol_app(viewer)
    client.force_login(viewer)
    before = client.session.session_key
    client.post(reverse("mfa_reauthenticate"), {"code": code()})
    (entry,) = entries("sign_in.step_up")
    assert entry.after == {"strength": "password+totp"}
    assert client.session.session_key != before


def test_without_its_entry_a_sign_in_does_not_happen(client, viewer, monkeypatch):
    enrol_app(viewer)
    send_password(client, "viewer")
    client.raise_request_exception = False
    monkeypatch.setattr(audit, "_append", None)
    assert send_code(client).status_code == 500
    assert client.get(reverse("admin:index")).status_code == 302
