"""The WSGI face: provider API, control interface and wallet page behind one address."""

import json
import logging
import socket
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.wrappers import Request, Response

from sandbox import control, wallet_page
from sandbox.control import Control
from sandbox.errors import Refused
from sandbox.gateway import ConnectionCut, Gateway, refused
from sandbox.idempotency import Answer
from sandbox.wallet_page import WalletPage

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

BODY_LIMIT = 256 * 1024  # bytes
logger = logging.getLogger("sandbox")


class LimitedRequest(Request):
    """A request whose body is not read beyond the limit."""

    max_content_length = BODY_LIMIT


@dataclass(frozen=True)
class App:
    """Sends each request to the face its path belongs to, and logs a line about it."""

    gateway: Gateway
    control: Control
    wallet_page: WalletPage

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answer one request, or close its connection."""
        began = time.monotonic()
        request = LimitedRequest(environ)
        try:
            response = self._respond(request)
            outcome = str(response.status_code)
        except ConnectionCut:
            environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
            response, outcome = Response(), "connection closed"
        milliseconds = (time.monotonic() - began) * 1000
        logger.info("%s %s -> %s, %.0f ms", request.method, request.path, outcome, milliseconds)
        return response(environ, start_response)

    def _respond(self, request: Request) -> Response:
        try:
            return self._dispatch(request)
        except ConnectionCut:
            raise
        except Refused as refusal:
            return _response(refused(refusal))
        except HTTPException as error:
            return _http_error(error)
        except Exception:
            logger.exception("%s %s failed", request.method, request.path)
            return _response(refused(Refused(500, "internal error")))

    def _dispatch(self, request: Request) -> Response:
        if request.path.startswith(control.PREFIX):
            value = self.control.answer(request)
            return _response(Answer(200, json.dumps(value).encode()))
        if request.path.startswith(wallet_page.PATH):
            return self.wallet_page.answer(request)
        return _response(self.gateway.answer(request))


def _response(answer: Answer) -> Response:
    content_type = answer.content_type if answer.body else None
    response = Response(answer.body, status=answer.status, content_type=content_type)
    if not answer.body:
        del response.headers["Content-Type"]
    if answer.retry_after is not None:
        response.headers["Retry-After"] = str(answer.retry_after)
    return response


def _http_error(error: HTTPException) -> Response:
    response = _response(refused(Refused(error.code or 500, error.name.lower())))
    if isinstance(error, MethodNotAllowed):
        response.headers["Allow"] = ", ".join(sorted(error.valid_methods or ()))
    return response
