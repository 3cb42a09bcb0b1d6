"""Where the provider delivers: refuse, or store and acknowledge. Nothing else happens here."""

from collections.abc import Iterable
from typing import Any

import django.db
import structlog
from rest_framework.exceptions import APIException, MethodNotAllowed
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts_app.offblocks.errors import SignatureInvalid
from accounts_app.services import events
from accounts_app.webhooks import body, tally
from accounts_app.webhooks.authentication import DeliveryAuthentication, failure
from accounts_app.webhooks.refusals import IntakeDown
from accounts_app.webhooks.serializers import envelope_of

log = structlog.get_logger()


class JsonWhateverIsAsked(BaseContentNegotiation):
    """Answers in JSON: an odd Accept header is no reason to lose an event."""

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """Choose the only renderer."""
        (renderer,) = renderers
        return renderer, str(renderer.media_type)


class OffBlocksWebhook(APIView):
    """One delivery of one event ("Webhooks"): any 2xx ends it, anything else brings it again."""

    http_method_names = ["post"]
    authentication_classes = [DeliveryAuthentication]
    content_negotiation_class = JsonWhateverIsAsked
    # The raw bytes, as far as they were read.
    delivery = b""
    is_believed = False

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse by method, media type and size first; DRF then authenticates."""
        if request.method != "POST":
            raise MethodNotAllowed(str(request.method))
        body.require_json(request._request)
        self.delivery = body.read(request._request)
        super().initial(request, *args, **kwargs)
        self.is_believed = True

    def post(self, request: Request, secret: str = "") -> Response:  # of the path  # nosec B107
        """Store the delivery; the answer leaves after the commit."""
        envelope = envelope_of(self.delivery)
        try:
            events.receive(self.delivery, envelope, nonce=str(request.auth or ""))
        except SignatureInvalid as invalid:
            raise failure(f"signature_{invalid.reason}") from invalid
        tally.catch_up()
        return Response()

    def handle_exception(self, exc: Exception) -> Response:
        """Answer a refusal shortly and count it; a database that fails us is one too."""
        if isinstance(exc, django.db.Error):
            log.error("a delivery could not be stored", error=type(exc).__name__)
            exc = IntakeDown()
        if isinstance(exc, APIException):
            source = str(self.request.META.get("REMOTE_ADDR") or "")
            exc = tally.count(exc, self.delivery, source=source, is_believed=self.is_believed)
        return super().handle_exception(exc)
