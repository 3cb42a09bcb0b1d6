"""A provider of single sign-on on real sockets: whoever comes is signed in, as it is told."""

import base64
import hashlib
import json
import secrets
import threading
import time
from typing import Any
from urllib.parse import urlencode

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from werkzeug import Request, Response
from werkzeug.serving import make_server

CLIENT_ID, CLIENT_SECRET = "back-office", "secret-of-the-client"


class Provider:
    """`claims` is what the next ID token says besides the usual; `asked` is what was last asked."""

    def __init__(self) -> None:
        self.claims: dict[str, Any] = {}
        self.asked: dict[str, str] = {}
        self.issuer = ""
        self.header: dict[str, Any] = {}
        self.key = self.signs_with = rsa.generate_private_key(65537, 2048)
        self._codes: dict[str, dict[str, str]] = {}
        self._server = make_server("127.0.0.1", 0, self, threaded=True)
        self.url = f"http://127.0.0.1:{self._server.port}"

    def __enter__(self) -> "Provider":
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def __call__(self, environ: Any, start_response: Any) -> Any:
        request = Request(environ)
        pages = {
            "/.well-known/openid-configuration": self._discovery,
            "/authorize": self._authorize,
            "/token": self._token,
            "/keys": self._keys,
        }
        return pages[request.path](request)(environ, start_response)

    def _discovery(self, _request: Request) -> Response:
        return _json(
            {
                "issuer": self.issuer or self.url,
                "authorization_endpoint": f"{self.url}/authorize",
                "token_endpoint": f"{self.url}/token",
                "jwks_uri": f"{self.url}/keys",
                "token_endpoint_auth_methods_supported": ["client_secret_post"],
            }
        )

    def _authorize(self, request: Request) -> Response:
        self.asked = request.args.to_dict()
        code = secrets.token_hex(8)
        self._codes[code] = self.asked
        query = urlencode({"code": code, "state": self.asked["state"]})
        return Response(status=302, headers={"Location": f"{self.asked['redirect_uri']}?{query}"})

    def _token(self, request: Request) -> Response:
        form, asked = request.form, self._codes.pop(request.form["code"])
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if form["client_secret"] != CLIENT_SECRET or challenge != asked["code_challenge"]:
            return Response(status=401)
        return _json({"access_token": "x", "token_type": "Bearer", "id_token": self._signed(asked)})

    def _signed(self, asked: dict[str, str]) -> str:
        now = int(time.time())
        usual = {"iss": self.url, "aud": CLIENT_ID, "iat": now, "exp": now + 60}
        told = {"auth_time": now, "nonce": asked.get("nonce"), "amr": ["pwd", "mfa"]}
        claims = {**usual, **told, **self.claims}
        alg = self.header.get("alg", "RS256")
        key = {"none": None, "HS256": "shared" * 8}.get(alg, self.signs_with)
        return jwt.encode(claims, key, alg, headers={"kid": "one", **self.header})

    def _keys(self, _request: Request) -> Response:
        public = jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
        return _json({"keys": [{**public, "kid": "one", "use": "sig", "alg": "RS256"}]})


def _json(content: Any) -> Response:
    return Response(json.dumps(content), content_type="application/json")
