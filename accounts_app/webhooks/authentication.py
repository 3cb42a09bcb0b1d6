"""Whether a delivery comes from the provider, judged on its raw bytes before they are parsed."""

import hmac

import structlog
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts_app.offblocks import inbound
from accounts_app.offblocks.errors import SignatureInvalid
from accounts_app.offblocks.signing import load_public_key

log = structlog.get_logger()
METHODS = frozenset({"signature", "secret"})


class DeliveryAuthentication(BaseAuthentication):
    """Believes a delivery that passes every configured proof; the view has read its body."""

    def authenticate(self, request: Request) -> tuple[AnonymousUser, None]:
        """Check the body. Refuses (401) when nothing, or something unknown, is set."""
        configured = set(settings.OFFBLOCKS_WEBHOOK_AUTH)
        if not configured or not configured <= METHODS:
            raise _failure("not_configured")
        if "secret" in configured:
            _check_secret(request.parser_context["kwargs"].get("secret", ""))
        if "signature" in configured:
            _check_signature(request, request.parser_context["view"].delivery)
        return AnonymousUser(), None

    def authenticate_header(self, request: Request) -> str:
        """Name the scheme: without one DRF would turn the 401 into a 403."""
        return "Signature"


def _check_secret(given: str) -> None:
    expected = settings.OFFBLOCKS_WEBHOOK_SECRET.encode()
    if not expected or not hmac.compare_digest(given.encode(), expected):
        raise _failure("secret_mismatch")


def _check_signature(request: Request, content: bytes) -> None:
    path = request.get_full_path().partition("?")[0]
    try:
        inbound.verify(
            method=str(request.method),
            path=path,
            # As the provider addressed us: what a proxy made of it says nothing.
            target_uri=settings.PUBLIC_URL + request.get_full_path(),
            headers=request.headers,
            body=content,
            keys=_keys(),
            now=timezone.now(),
            max_age_seconds=int(settings.OFFBLOCKS_WEBHOOK_MAX_AGE.total_seconds()),
        )
    except SignatureInvalid as invalid:
        raise _failure(f"signature_{invalid.reason}") from invalid


def _keys() -> dict[str, ec.EllipticCurvePublicKey]:
    """Return the one key we registered, under its id; none when it cannot be read."""
    try:
        key = load_public_key(settings.OFFBLOCKS_WEBHOOK_PUBLIC_KEY)
    except ValueError:
        log.exception("OFFBLOCKS_WEBHOOK_PUBLIC_KEY cannot be read")
        return {}
    key_id = settings.OFFBLOCKS_WEBHOOK_KEY_ID
    return {key_id: key} if key_id else {}


def _failure(code: str) -> AuthenticationFailed:
    # One sentence for all of them: a stranger learns nothing from it, and the counter has the code.
    return AuthenticationFailed("The delivery does not prove where it comes from.", code)
