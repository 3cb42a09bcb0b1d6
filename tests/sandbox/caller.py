"""A signing API caller for these tests, written apart from both the product and the sandbox."""

import base64
import hashlib
import json
import time
import uuid
from collections.abc import Iterable
from urllib.parse import urlsplit

import requests
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils

from sandbox.server import Sandbox

Headers = dict[str, str]


class Caller:
    """Speaks to one sandbox as a well-behaved API client; each part can be spoilt on purpose."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.key = ec.generate_private_key(ec.SECP384R1())
        self.credentials = sandbox.api_key, sandbox.api_secret
        self.renew()

    def renew(self) -> None:
        """Put credentials and key in place and fetch a token, whatever happened to them."""
        self.sandbox.tokens.install(*self.credentials)
        self.key_id = self.sandbox.signing_key.upload(public_pem(self.key))
        issued = self.sandbox.tokens.issue(*self.credentials)
        self.token = str(issued["token"])

    def call(
        self, method: str, path: str, body: object = None, key: str | None = None
    ) -> requests.Response:
        """Send one request as it should be."""
        url = self.sandbox.url + path
        raw = b"" if body is None else json.dumps(body).encode()
        headers = self.headers(method, url, raw, key=key)
        return send(method, url, raw, headers)

    def headers(
        self, method: str, url: str, body: bytes, *, key: str | None = None, **signing: object
    ) -> Headers:
        """Return all headers of a good request; `signing` goes to `sign`."""
        headers = {"authorization": f"Bearer {self.token}"}
        if body:
            headers |= {"content-type": "application/json", "content-digest": digest(body)}
        if method != "GET":
            headers["idempotency-key"] = key or str(uuid.uuid4())
        return self.sign(method, url, headers, **signing)

    def sign(
        self,
        method: str,
        url: str,
        headers: Headers,
        *,
        leave_out: Iterable[str] = (),
        private_key: ec.EllipticCurvePrivateKey | None = None,
        **parameters: object,
    ) -> Headers:
        """Return the headers with a signature over all that must be covered."""
        parts = urlsplit(url)
        values = {
            "@method": method,
            "@authority": parts.netloc,
            "@path": parts.path,
            "@query": f"?{parts.query}",
            **{name: value for name, value in headers.items() if name != "content-type"},
        }
        for name in leave_out:
            values.pop(name)
        given = {"created": int(time.time()) - 1, "keyid": self.key_id, "alg": "ecdsa-p384-sha384"}
        tail = "".join(f";{name}={spelt(value)}" for name, value in (given | parameters).items())
        covered = "(" + " ".join(f'"{name}"' for name in values) + ")" + tail
        lines = [f'"{name}": {value}' for name, value in values.items()]
        base = "\n".join([*lines, f'"@signature-params": {covered}']).encode()
        r, s = utils.decode_dss_signature(
            (private_key or self.key).sign(base, ec.ECDSA(hashes.SHA384()))
        )
        raw = base64.b64encode(r.to_bytes(48, "big") + s.to_bytes(48, "big")).decode()
        return {**headers, "signature-input": f"sig={covered}", "signature": f"sig=:{raw}:"}


def send(method: str, url: str, body: bytes, headers: Headers) -> requests.Response:
    """Send exactly this."""
    return requests.request(method, url, data=body, headers=headers, timeout=10)


def spelt(value: object) -> str:
    """Return a parameter's value as a structured field."""
    return str(value) if isinstance(value, int) else f'"{value}"'


def digest(body: bytes) -> str:
    """Return a Content-Digest with both usual members."""
    pairs = (("sha-256", hashlib.sha256(body)), ("sha-512", hashlib.sha512(body)))
    return ", ".join(f"{n}=:{base64.b64encode(h.digest()).decode()}:" for n, h in pairs)


def public_pem(key: ec.EllipticCurvePrivateKey) -> str:
    """Return base64 of the public key's PEM text."""
    pem = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return base64.b64encode(pem).decode()
