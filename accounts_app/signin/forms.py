"""The forms in which codes and passkeys are shown: each counts, and none works twice."""

from typing import Any

from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import EditWebAuthnForm
from axes.handlers.proxy import AxesProxyHandler
from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, gettext_lazy

from accounts_app.services import allowances

LABEL = gettext_lazy("Code from your authenticator app, or a recovery code")


class CodeMixin:
    """Refuses a code while its person is locked out, after too many tries, and the second time."""

    user: User
    authenticator: Authenticator
    fields: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plain = {"inputmode": "numeric", "autofocus": True, "autocomplete": "one-time-code"}
        self.fields["code"].label = LABEL
        self.fields["code"].widget.attrs = plain

    def clean_code(self) -> str:
        """Return the code, once it has been counted and found right."""
        name = {"username": self.user.get_username()}
        if not AxesProxyHandler.is_allowed(context.request, name):
            context.request.was_locked_out = True
            raise ValidationError(gettext("Too many failed attempts. Try again later."))
        self._count()
        code: str = super().clean_code()  # type: ignore[misc]  # of the form this is mixed into
        key = f"code:{self.user.pk}:{code.strip()}"
        is_app = self.authenticator.type == Authenticator.Type.TOTP
        if is_app and not allowances.take(key, 1, settings.CODE_MEMORY):
            raise get_adapter().validation_error("incorrect_code")
        return code

    def _count(self) -> None:
        """Bound the tries of one person from all sources together: a code is only six digits."""
        key = f"codes:{self.user.pk}"
        if not allowances.take(key, settings.CODE_TRIES, settings.SIGN_IN_LOCKOUT):
            raise ValidationError(gettext("Too many codes were tried. Try again later."))


class CodeForm(CodeMixin, AuthenticateForm):
    """The second step of sign-in."""


class CodeAgainForm(CodeMixin, ReauthenticateForm):
    """The code shown again before something that matters."""


class PasskeyNameForm(EditWebAuthnForm):
    """Another name for a passkey."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = gettext("Name")


class EnrolAppForm(ActivateTOTPForm):
    """The first code of a new authenticator app."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = gettext("The code it shows now")
        self.fields["code"].widget.attrs.pop("placeholder")
