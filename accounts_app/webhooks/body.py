"""The raw bytes of a delivery: which media type is taken, and how far they are read."""

from django.http import HttpRequest
from rest_framework.exceptions import ParseError, UnsupportedMediaType

from accounts_app.webhooks.refusals import TooLarge

MAX_BYTES = 256 * 1024


def require_json(request: HttpRequest) -> None:
    """Refuse (415) anything but plain, unpacked JSON."""
    coding = request.headers.get("Content-Encoding", "")
    if request.content_type != "application/json" or coding:
        # A small packed body may unpack into a large one, so nothing packed is taken.
        sentence = "Send application/json without a content encoding."
        raise UnsupportedMediaType(str(request.content_type), sentence)


def read(request: HttpRequest) -> bytes:
    """Read the body once, and never more than a byte beyond the limit. Refuse (413) more."""
    if _announced(request) > MAX_BYTES:
        raise TooLarge
    try:
        body = _read(request, MAX_BYTES + 1)
    except OSError as error:
        raise ParseError("The delivery broke off.") from error
    if len(body) > MAX_BYTES:
        raise TooLarge
    return body


def _announced(request: HttpRequest) -> int:
    length = request.headers.get("Content-Length", "")
    if not (length.isascii() and length.isdigit()):
        return 0
    return int(length) if len(length) < 20 else MAX_BYTES + 1


def _read(request: HttpRequest, size: int) -> bytes:
    """Read `size` bytes, or to the end.

    Django takes a body without a length (chunked) for an empty one, though the server tells by
    `wsgi.input_terminated` that the stream ends by itself.
    """
    if request.headers.get("Content-Length") or not request.META.get("wsgi.input_terminated"):
        return bytes(request.read(size))
    stream, body = request.META["wsgi.input"], bytearray()
    while len(body) < size and (piece := stream.read(size - len(body))):
        body += piece
    return bytes(body)
