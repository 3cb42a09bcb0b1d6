"""Whether a delivery comes from the provider, judged on its raw bytes before they are parsed."""

import hashlib

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts_app.offblocks import inbound
from accounts_app.offblocks.errors import SignatureInvalid
from accounts_app.webhooks import proofs

METHODS = frozenset({"signature", "secret"})


class DeliveryAuthentication(BaseAuthentication):
    """Believes a delivery that passes every configured proof; the view has read its body."""

    def authenticate(self, request: Request) -> tuple[AnonymousUser, str]:
        """Return nobody, and what names the signature's nonce if there is one.

        Refuses (401) when nothing, or something unknown, is set.
        """
        configured = set(settings.OFFBLOCKS_WEBHOOK_AUTH)
        if not configured or not configured <= METHODS:
            raise failure("not_configured")
        if "secret" in configured and not proofs.is_secret(
            request.parser_context["kwargs"].get("secret", "")
        ):
            raise failure("secret_mismatch")
        nonce = ""
        if "signature" in configured:
            nonce = _signed_nonce(request, request.parser_context["view"].delivery)
        return AnonymousUser(), nonce

    def authenticate_header(self, request: Request) -> str:
        """Name the scheme: without one DRF would turn the 401 into a 403."""
        return "Signature"


def _signed_nonce(request: Request, content: bytes) -> str:
    path = request.get_full_path().partition("?")[0]
    try:
        verified = inbound.verify(
            method=str(request.method),
            path=path,
            # As the provider addressed us: what a proxy made of it says nothing.
            target_uri=settings.PUBLIC_URL + request.get_full_path(),
            headers=request.headers,
            body=content,
            keys=proofs.keys(),
            now=timezone.now(),
            max_age_seconds=int(settings.OFFBLOCKS_WEBHOOK_MAX_AGE.total_seconds()),
        )
    except SignatureInvalid as invalid:
        raise failure(f"signature_{invalid.reason}") from invalid
    if verified.nonce is None:
        return ""
    # A nonce is its key's own; of any length, so its digest is what is kept.
    return hashlib.sha256(f"{verified.keyid}\n{verified.nonce}".encode()).hexdigest()


def failure(code: str) -> AuthenticationFailed:
    """Return the refusal of a delivery that proves nothing.

    One sentence for all of them: a stranger learns nothing from it, and the counter has the code.
    """
    return AuthenticationFailed("The delivery does not prove where it comes from.", code)
