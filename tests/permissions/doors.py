"""The pages of sign-in: no right is asked for there, only whether one is in already.

Everybody in the matrix who is signed in has shown a factor just now, and has an app enrolled.
"""

from tests.permissions.cells import Row, door, public

# Without single sign-on there is none of its pages.
NONE = 404

DOORS = {
    "account_login": Row(door(302, 200), door(302, 200)),
    "mfa_authenticate": Row(door(302), door(302)),
    "mfa_login_webauthn": Row(door(302), door(302)),
    "start_over": Row(public(405), public(302)),
    "step_up": Row(door(302), door(302)),
    "account_reauthenticate": Row(door(302), door(302)),
    "mfa_reauthenticate": Row(door(200), door(200)),
    "mfa_reauthenticate_webauthn": Row(door(302), door(302)),
    "own_sessions": Row(door(200), door(302)),
    "mfa_index": Row(door(200), door(405)),
    "mfa_activate_totp": Row(door(302), door(302)),
    "mfa_deactivate_totp": Row(door(200), door(200)),
    "mfa_view_recovery_codes": Row(door(404), door(405)),
    "mfa_download_recovery_codes": Row(door(404), door(404)),
    "mfa_generate_recovery_codes": Row(door(200), door(302)),
    "mfa_list_webauthn": Row(public(302), public(302)),
    "mfa_add_webauthn": Row(door(200), door(200)),
    # Somebody else's.
    "mfa_remove_webauthn": Row(door(404), door(404)),
    "mfa_edit_webauthn": Row(door(404), door(404)),
    "sso_sign_in": Row(public(405), public(NONE)),
    "sso_again": Row(door(NONE), door(405)),
    "socialaccount_login_cancelled": Row(public(302), public(405)),
    "openid_connect_callback": Row(public(NONE), public(405)),
    "admin:login": Row(public(302), public(302)),
    "admin:logout": Row(door(405), door(200)),
    "admin:password_change": Row(door(200), door(200)),
    "admin:password_change_done": Row(door(200), door(405)),
    "admin:jsi18n": Row(door(200), door(405)),
}
