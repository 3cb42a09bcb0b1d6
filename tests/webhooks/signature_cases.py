"""What every entrance that believes signatures must refuse, written once."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from accounts_app.models import WebhookEvent
from accounts_app.offblocks.signing import Profile, Signer
from tests.deliveries import Headers, Intake, event

COVERED = ("@method", "@path", "content-digest")


def signed_by(pem: str, key_id: str, intake: Intake, body: bytes) -> Headers:
    """Sign a delivery with a key of our choice, as the provider would with its own."""
    signer = Signer(pem, key_id, Profile(covered=COVERED))
    url = f"http://127.0.0.1:8000{intake.path}"
    return signer.sign("POST", url, {}, body, now=datetime.now(UTC))


def new_pem() -> str:
    """Make a private key that nobody knows."""
    return (
        ec.generate_private_key(ec.SECP384R1())
        .private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        .decode()
    )


class SignatureCases:
    """Subclass it with an `entrance` fixture: an Intake whose settings are in place."""

    def refused(self, response) -> bool:
        return response.status_code == 401 and not WebhookEvent.objects.exists()

    def test_w01_a_genuine_delivery_is_stored(self, entrance):
        assert entrance.post(event()).status_code == 200
        assert bytes(WebhookEvent.objects.get().body) == event()

    def test_w17_an_exact_replay_in_its_time_is_acknowledged_again(self, entrance):
        headers = entrance.signed(event())
        answers = [entrance.post(event(), headers).status_code for _ in range(2)]
        assert (answers, WebhookEvent.objects.get().deliveries) == ([200, 200], 2)

    def test_w16_a_strangers_key_is_refused(self, entrance, settings):
        key_id = settings.OFFBLOCKS_WEBHOOK_KEY_ID
        headers = signed_by(new_pem(), key_id, entrance, event())
        assert self.refused(entrance.post(event(), headers))

    def test_w16_an_unknown_key_id_is_refused(self, entrance):
        headers = signed_by(new_pem(), "another", entrance, event())
        assert self.refused(entrance.post(event(), headers))

    def test_w16_our_own_client_key_is_refused(self, entrance, settings):
        ours, key_id = settings.OFFBLOCKS_SIGNING_KEY.reveal(), settings.OFFBLOCKS_SIGNING_KEY_ID
        assert self.refused(entrance.post(event(), signed_by(ours, key_id, entrance, event())))

    def test_w16_our_own_client_key_under_the_providers_id_is_refused(self, entrance, settings):
        ours, key_id = settings.OFFBLOCKS_SIGNING_KEY.reveal(), settings.OFFBLOCKS_WEBHOOK_KEY_ID
        assert self.refused(entrance.post(event(), signed_by(ours, key_id, entrance, event())))

    @pytest.mark.parametrize("seconds", [400, -90], ids=["old", "from the future"])
    def test_w19_a_signature_out_of_its_time_is_refused(self, entrance, seconds):
        headers = entrance.signed(event())
        with time_machine.travel(datetime.now(UTC) + timedelta(seconds=seconds)):
            assert self.refused(entrance.post(event(), headers))

    def test_w16_a_tampered_body_is_refused(self, entrance):
        headers = entrance.signed(event())
        assert self.refused(entrance.post(event(status="closed"), headers))

    def test_w16_a_new_digest_for_a_tampered_body_is_refused(self, entrance):
        forged = entrance.signed(event(status="closed"))["Content-Digest"]
        headers = entrance.signed(event()) | {"Content-Digest": forged}
        assert self.refused(entrance.post(event(status="closed"), headers))

    @pytest.mark.parametrize("name", ["Signature", "Signature-Input", "Content-Digest"])
    def test_w16_a_missing_header_is_refused(self, entrance, name):
        headers = entrance.signed(event())
        del headers[name]
        assert self.refused(entrance.post(event(), headers))

    @pytest.mark.parametrize("seconds", [290, -50], ids=["late", "early"])
    def test_w19_a_clock_a_little_wrong_costs_no_delivery(self, entrance, seconds):
        headers = entrance.signed(event())
        with time_machine.travel(datetime.now(UTC) + timedelta(seconds=seconds)):
            assert entrance.post(event(), headers).status_code == 200

    def test_w16_a_signature_for_another_path_is_refused(self, entrance, sandbox):
        headers, body = sandbox.deliveries.request_for(event(), "http://127.0.0.1:8000/elsewhere/")
        assert self.refused(entrance.post(body, headers))

    def test_w16_without_the_providers_key_everything_is_refused(self, entrance, settings):
        settings.OFFBLOCKS_WEBHOOK_PUBLIC_KEY = ""
        assert self.refused(entrance.post(event()))

    def test_w16_the_refusal_names_a_scheme_and_nothing_more(self, entrance):
        response = entrance.post(event(), {})
        assert response["WWW-Authenticate"] == "Signature"
        assert response.json() == {"detail": "The delivery does not prove where it comes from."}
