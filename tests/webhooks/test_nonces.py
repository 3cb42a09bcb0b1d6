"""A nonce belongs to one body: with the same bytes it is a duplicate, with others it is refused."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from accounts_app.models import Nonce, RefusedDelivery, WebhookEvent
from accounts_app.offblocks.errors import SignatureInvalid
from accounts_app.services import events
from accounts_app.webhooks.serializers import envelope_of
from tests.deliveries import Headers, Intake, changed, event
from tests.offblocks.webhook import Webhook, digest

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

OTHER = changed(event(), status="closed")
NONCE = "0" * 64


KEY = ec.generate_private_key(ec.SECP384R1())


@pytest.fixture
def entrance(intake, settings) -> Intake:
    """The endpoint, and a provider whose key we have."""
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    pem = KEY.public_key().public_bytes(serialization.Encoding.PEM, form)
    settings.OFFBLOCKS_WEBHOOK_PUBLIC_KEY = pem.decode()
    settings.OFFBLOCKS_WEBHOOK_KEY_ID = "theirs"
    return intake


def signed(body: bytes, nonce: str) -> Headers:
    """Sign a delivery as a provider that uses nonces."""
    claim = f';created={int(time.time())};keyid="theirs";nonce="{nonce}"'
    return Webhook(KEY, params=claim, content_digest=digest(body)).headers()


def receive(body: bytes, nonce: str = NONCE) -> None:
    """Store a delivery that was signed with a nonce."""
    events.receive(body, envelope_of(body), nonce=nonce)


def test_the_same_bytes_with_the_same_nonce_are_a_duplicate(entrance):
    answers = [entrance.post(event(), signed(event(), "n-1")).status_code for _ in range(2)]
    assert (answers, WebhookEvent.objects.get().deliveries) == ([200, 200], 2)


def test_other_bytes_with_the_same_nonce_are_refused(entrance):
    answers = [entrance.post(body, signed(body, "n-1")).status_code for body in (event(), OTHER)]
    assert (answers, bytes(WebhookEvent.objects.get().body)) == ([200, 401], event())
    assert RefusedDelivery.objects.get().reason == "signature_replayed"


def test_other_bytes_with_another_nonce_are_taken(entrance):
    pairs = ((event(), "n-1"), (OTHER, "n-2"))
    answers = [entrance.post(body, signed(body, nonce)).status_code for body, nonce in pairs]
    assert answers == [200, 200]


def test_another_nonce_for_the_same_bytes_is_a_duplicate_and_both_are_remembered(db):
    receive(event(), NONCE)
    receive(event(), "1" * 64)
    for nonce in (NONCE, "1" * 64):
        with pytest.raises(SignatureInvalid, match="replayed"):
            receive(OTHER, nonce)
    assert WebhookEvent.objects.get().deliveries == 2


def test_deliveries_without_a_nonce_are_not_remembered(db):
    receive(event(), "")
    receive(OTHER, "")
    assert (WebhookEvent.objects.count(), Nonce.objects.count()) == (2, 0)


def test_a_nonce_costs_a_delivery_no_statement(entrance):
    headers = signed(event(), "n-1")
    with CaptureQueriesContext(connection) as captured:
        assert entrance.post(event(), headers).status_code == 200
    assert (len(captured) <= 4, Nonce.objects.count()) == (True, 1)


def test_of_two_bodies_at_the_same_moment_one_has_the_nonce(db):
    bodies = [changed(event(), eventId=f"0a8b2f6e-1c55-4d8c-9f57-{n:012d}") for n in range(8)]

    def outcome(body: bytes) -> str:
        try:
            receive(body)
        except SignatureInvalid as invalid:
            return str(invalid)
        finally:
            connections.close_all()
        return "stored"

    with ThreadPoolExecutor(8) as threads:
        outcomes = sorted(threads.map(outcome, bodies))
    assert outcomes == ["replayed"] * 7 + ["stored"]
