"""Single sign-on with OpenID Connect: the only way in where it is configured."""

import secrets
from typing import Any, NoReturn

import jwt
import structlog
from allauth.account.internal.flows.reauthentication import resume_request
from allauth.account.utils import get_next_redirect_url
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter, get_adapter
from allauth.socialaccount.models import SocialApp, SocialLogin
from allauth.socialaccount.providers.base import AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import User
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_GET, require_POST
from requests import RequestException

from accounts_app import audit
from accounts_app.services import strength
from accounts_app.signin import claims, keeping, receivers

log = structlog.get_logger()

PROVIDER = "sso"
# allauth takes whatever way the token itself names; with a shared secret the key would be ours.
SIGNED_WITH = {f"{family}{size}" for family in ("RS", "PS", "ES") for size in (256, 384, 512)} | {
    "EdDSA"
}


class VerifyingAdapter(OpenIDConnectOAuth2Adapter):
    """Believes an ID token by its signature alone, and only one of the configured issuer."""

    def _decode_id_token(self, app: SocialApp, id_token: str) -> dict[str, Any]:
        if self.openid_config["issuer"].rstrip("/") != settings.OIDC_ISSUER.rstrip("/"):
            raise OAuth2Error("The provider names another issuer than OIDC_ISSUER.")
        _refuse_other_signatures(id_token)
        self.did_fetch_access_token = False  # or the signature would not be looked at
        return super()._decode_id_token(app, id_token)


def _refuse_other_signatures(id_token: str) -> None:
    try:
        header = jwt.get_unverified_header(id_token)
    except jwt.PyJWTError as error:
        raise OAuth2Error("The ID token cannot be read.") from error
    if header.get("alg") not in SIGNED_WITH or not header.get("kid"):
        raise OAuth2Error("The ID token is not signed with a key of its issuer that it names.")


class SsoAdapter(DefaultSocialAccountAdapter):
    """Ties subjects to our people: to the one of the same address at first, then for good."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Nobody joins: a subject without a person of ours is refused."""
        return False

    def authenticate_by_email(self, sociallogin: SocialLogin) -> tuple[User, str] | None:
        """Return the one person with this verified address whom no subject is tied to yet."""
        for address in sociallogin.email_addresses:
            found = User.objects.filter(email__iexact=address.email, is_active=True, is_staff=True)
            free = list(found.exclude(socialaccount__provider=PROVIDER)[:2])
            if address.verified and found.count() == len(free) == 1:
                return free[0], address.email
        return None

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Refuse what proves too little; somebody already signed in has proven it anew."""
        token = sociallogin.account.extra_data.get("id_token", {})
        is_again = request.user.is_authenticated and request.user == sociallogin.user
        if not secrets.compare_digest(token.get("nonce", ""), sociallogin.state["nonce"]):
            _refuse(request, gettext("This answer belongs to another attempt. Try again."))
        oldest = settings.STEP_UP_LIFETIME if is_again else settings.SESSION_LIFETIME
        try:
            proof = claims.read(token, oldest=oldest.total_seconds())
        except claims.NotEnough as reason:
            _refuse(request, str(reason), sociallogin.user)
        request.sso_proof = proof  # type: ignore[attr-defined]  # kept once the session begins
        person = sociallogin.user
        if not (sociallogin.is_existing and person.is_active and person.is_staff):
            words = gettext("Nobody here belongs to this sign-on. Ask whoever manages users.")
            _refuse(request, words)
        if is_again:
            raise ImmediateHttpResponse(_proven_again(request, proof, sociallogin.state))

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: Any = None,
        exception: Any = None,
        **_more: Any,
    ) -> None:
        """Tell the log what was wrong; the page tells the person what to do."""
        log.warning("single sign-on failed", error=str(error), exception=repr(exception))


def begin(request: HttpRequest, **asked: str) -> HttpResponse:
    """Send the person to the provider; what is asked for there is in the address."""
    if not settings.OIDC_ISSUER:
        raise Http404
    provider = get_adapter(request).get_provider(request, PROVIDER)
    nonce = secrets.token_urlsafe(24)
    next_url = get_next_redirect_url(request)
    parameters = {"nonce": nonce, **asked}
    try:
        return provider.redirect(
            request, AuthProcess.LOGIN, next_url, auth_params=parameters, nonce=nonce
        )
    except RequestException as error:
        log.error("the sign-on provider does not answer", error=type(error).__name__)
        return render(request, "sign_in/sso_away.html", status=503)


@require_POST
def sign_in(request: HttpRequest) -> HttpResponse:
    """Begin to sign in; the provider must tell when the person last signed in there."""
    return begin(request, max_age=str(int(settings.SESSION_LIFETIME.total_seconds())))


@login_required
@require_GET
def again(request: HttpRequest) -> HttpResponse:
    """Have the person prove anew who they are."""
    return begin(request, prompt="login", max_age="0")


@require_GET
def answer(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Take the provider's answer."""
    if not settings.OIDC_ISSUER or provider_id != PROVIDER:
        raise Http404
    with transaction.atomic():
        return OAuth2CallbackView.adapter_view(VerifyingAdapter(request, PROVIDER))(request)


@require_GET
def cancelled(request: HttpRequest) -> HttpResponse:
    """Begin again after the person broke off at the provider."""
    return redirect("account_login")


def _proven_again(request: HttpRequest, proof: claims.Proof, state: dict[str, Any]) -> HttpResponse:
    person = keeping.person(request)
    strength.prove(request, person.pk, proof.factor, at=proof.at)
    receivers.again(request, person)
    query = request.GET.copy()
    query["next"] = state.get("next") or reverse("admin:index")
    request.GET = query  # type: ignore[assignment]  # where allauth looks for the way back
    return resume_request(request) or redirect("admin:index")


def _refuse(request: HttpRequest, words: str, person: User | None = None) -> NoReturn:
    programme = audit.system_user()
    target = person if person is not None and person.pk else programme
    after = {"step": "single sign-on", "source": request.META.get("REMOTE_ADDR", "")}
    audit.record(actor=programme, action="sign_in.failed", target=target, after=after, result=words)
    raise ImmediateHttpResponse(
        render(request, "socialaccount/authentication_error.html", {"words": words}, status=403)
    )
