"""A passkey made of software: what a browser would send when one is enrolled or shown."""

import hashlib
import json
import secrets
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client
from django.urls import reverse
from fido2 import cbor
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode

HOST = "testserver"
PRESENT_AND_VERIFIED, WITH_A_KEY = 0x05, 0x40


class Passkey:
    """One key pair; it does not mind being enrolled by several people."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._number = secrets.token_bytes(16)

    def enrol(self, client: Client) -> Any:
        """Enrol it for whoever is signed in; returns the answer."""
        page = reverse("mfa_add_webauthn")
        asked = client.get(page).context["js_data"]["creation_options"]["publicKey"]
        made = {"fmt": "none", "attStmt": {}, "authData": self._told(WITH_A_KEY) + self._attested()}
        response = {
            "clientDataJSON": _client_data("webauthn.create", asked["challenge"]),
            "attestationObject": websafe_encode(cbor.encode(made)),
        }
        form = {"name": "Key", "credential": json.dumps(self._credential(response))}
        return client.post(page, form)

    def sign_in(self, client: Client, handle: str) -> Any:
        """Show it at the entrance as the person with this handle; returns the answer."""
        page = reverse("mfa_login_webauthn")
        headers = {"X-Requested-With": "XMLHttpRequest"}
        asked = client.get(page, headers=headers).json()["request_options"]["publicKey"]
        told, data = self._told(0), _client_data("webauthn.get", asked["challenge"])
        signed = told + hashlib.sha256(websafe_decode(data)).digest()
        response = {
            "clientDataJSON": data,
            "authenticatorData": websafe_encode(told),
            "signature": websafe_encode(self._key.sign(signed, ec.ECDSA(hashes.SHA256()))),
            "userHandle": handle,
        }
        return client.post(page, {"credential": json.dumps(self._credential(response))})

    def _credential(self, response: dict[str, str]) -> dict[str, Any]:
        number = websafe_encode(self._number)
        named = {"id": number, "rawId": number, "type": "public-key"}
        return {**named, "response": response, "clientExtensionResults": {}}

    def _told(self, more: int) -> bytes:
        flags = bytes([PRESENT_AND_VERIFIED | more])
        return hashlib.sha256(HOST.encode()).digest() + flags + bytes(4)

    def _attested(self) -> bytes:
        key = cbor.encode(dict(ES256.from_cryptography_key(self._key.public_key())))
        return bytes(16) + len(self._number).to_bytes(2, "big") + self._number + key


def _client_data(type: str, challenge: str) -> str:
    told = {"type": type, "challenge": challenge, "origin": f"https://{HOST}"}
    return websafe_encode(json.dumps(told).encode())
