"""The addresses of sign-in. Of allauth's pages there are only these: nobody joins by themselves."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as app
from allauth.mfa.webauthn import views as passkeys
from django.db.transaction import atomic
from django.urls import path

from accounts_app.signin import sso, views
from accounts_app.signin.limits import limited
from accounts_app.signin.local import local

urlpatterns = [
    path("", limited(account.login), name="account_login"),
    path("code/", local(limited(mfa.authenticate)), name="mfa_authenticate"),
    path("start-over/", views.start_over, name="start_over"),
    path("passkey/", local(limited(passkeys.login_webauthn)), name="mfa_login_webauthn"),
    path("again/", views.step_up, name="step_up"),
    path("again/password/", local(limited(account.reauthenticate)), name="account_reauthenticate"),
    path("again/code/", local(limited(mfa.reauthenticate)), name="mfa_reauthenticate"),
    path(
        "again/passkey/",
        local(limited(passkeys.reauthenticate_webauthn)),
        name="mfa_reauthenticate_webauthn",
    ),
    path("sessions/", views.own_sessions, name="own_sessions"),
    path("factors/", local(mfa.index), name="mfa_index"),
    # A factor and the entry about it are one transaction.
    path("factors/app/add/", local(atomic(app.activate_totp)), name="mfa_activate_totp"),
    path("factors/app/remove/", local(atomic(app.deactivate_totp)), name="mfa_deactivate_totp"),
    path("factors/codes/", local(codes.view_recovery_codes), name="mfa_view_recovery_codes"),
    path(
        "factors/codes/file/",
        local(codes.download_recovery_codes),
        name="mfa_download_recovery_codes",
    ),
    path(
        "factors/codes/new/",
        local(atomic(codes.generate_recovery_codes)),
        name="mfa_generate_recovery_codes",
    ),
    path("factors/passkeys/", local(views.passkeys), name="mfa_list_webauthn"),
    path("factors/passkeys/add/", local(atomic(passkeys.add_webauthn)), name="mfa_add_webauthn"),
    path(
        "factors/passkeys/<int:pk>/remove/",
        local(atomic(views.remove_passkey)),
        name="mfa_remove_webauthn",
    ),
    path(
        "factors/passkeys/<int:pk>/name/", local(passkeys.edit_webauthn), name="mfa_edit_webauthn"
    ),
    path("sso/", limited(sso.sign_in), name="sso_sign_in"),
    path("sso/again/", sso.again, name="sso_again"),
    path("sso/cancelled/", sso.cancelled, name="socialaccount_login_cancelled"),
    path("sso/<slug:provider_id>/answer/", sso.answer, name="openid_connect_callback"),
]
