"""Deliveries in the tests' hands: genuine ones of the sandbox, or spoilt before they are signed."""

import json
from typing import Any

from django.db.models import QuerySet
from django.test import Client
from django.urls import reverse

from accounts_app.models import WebhookEvent
from accounts_app.services import events
from accounts_app.webhooks.serializers import envelope_of
from sandbox.server import Sandbox

Headers = dict[str, str]


def event(**members: Any) -> bytes:
    """Make an event's body; members in the provider's spelling, None leaves one out."""
    usual = {
        "webhookType": "account.updated",
        "eventId": "0a8b2f6e-1c55-4d8c-9f57-3f1f0e6f2b11",
        "id": "5f0c7f1e-93d3-4a39-8b35-2f8f7f6f0a01",
        "status": "active",
        "updatedAt": "2026-03-01T09:00:00.123456789Z",
    }
    return json.dumps({k: v for k, v in (usual | members).items() if v is not None}).encode()


def changed(body: bytes, **members: Any) -> bytes:
    """Return an event's body with some members changed."""
    return json.dumps(json.loads(body) | members).encode()


def receive(*bodies: bytes) -> None:
    """Store these deliveries as the endpoint does once it believes them."""
    for body in bodies:
        events.receive(body, envelope_of(body))


def pending() -> "QuerySet[WebhookEvent]":
    """Return the events that wait to be looked into."""
    return WebhookEvent.objects.filter(state=WebhookEvent.State.PENDING)


def settled() -> list[tuple[str, str]]:
    """Return state and note of every event, oldest first."""
    return list(WebhookEvent.objects.order_by("pk").values_list("state", "note"))


class Intake:
    """Posts to the endpoint as the provider would."""

    def __init__(self, sandbox: Sandbox, secret: str = "") -> None:
        self.sandbox = sandbox
        self.path = reverse("webhooks:offblocks", args=[secret] if secret else [])

    def signed(self, body: bytes) -> Headers:
        """Return the headers with which the sandbox would deliver this body now."""
        return self.sandbox.deliveries.request_for(body, f"http://127.0.0.1:8000{self.path}")[0]

    def post(self, body: bytes, headers: Headers | None = None, **changes: str) -> Any:
        """Post a body, freshly signed unless headers are given."""
        headers = dict(self.signed(body) if headers is None else headers)
        media_type = changes.pop("content_type", headers.pop("Content-Type", "application/json"))
        # Named twice: Django's client leaves the media type of an empty body out.
        media = {"content_type": media_type, "CONTENT_TYPE": media_type}
        return Client().generic("POST", self.path, body, headers=headers, **media)
