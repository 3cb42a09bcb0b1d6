"""The raw bytes of a delivery: which media type is taken, how far and how long they are read."""

import time

from django.http import HttpRequest
from gunicorn.http.errors import ParseException
from rest_framework.exceptions import UnsupportedMediaType

from accounts_app.webhooks import deadline
from accounts_app.webhooks.refusals import BrokenOff, TooLarge, TooSlow

MAX_BYTES = 256 * 1024


def require_json(request: HttpRequest) -> None:
    """Refuse (415) anything but plain, unpacked JSON."""
    # Not `request.headers`: that reads all of them first.
    coding = request.META.get("HTTP_CONTENT_ENCODING", "")
    if request.content_type != "application/json" or coding:
        # A small packed body may unpack into a large one, so nothing packed is taken.
        sentence = "Send application/json without a content encoding."
        raise UnsupportedMediaType(str(request.content_type), sentence)


def read(request: HttpRequest) -> bytes:
    """Read the body once, and never more than a byte beyond the limit.

    Refuses more (413), a body that does not come to its end (400), and one that takes too long
    (408).
    """
    announced = _announced(request)
    if announced > MAX_BYTES:
        raise TooLarge
    with deadline.watched(request) as end:
        body = _read_until(end, request, announced)
    if len(body) > MAX_BYTES:
        raise TooLarge
    return body


def _announced(request: HttpRequest) -> int:
    length = request.META.get("CONTENT_LENGTH", "")
    if not (length.isascii() and length.isdigit()):
        return 0
    return int(length) if len(length) < 20 else MAX_BYTES + 1


def _read_until(end: float, request: HttpRequest, announced: int) -> bytes:
    try:
        body = _read(request, MAX_BYTES + 1)
    # What gunicorn says of a chunk that is none is no OSError.
    except (OSError, ParseException) as error:
        raise _cut_off(end) from error
    if len(body) < announced:
        raise _cut_off(end)
    return body


def _cut_off(end: float) -> BrokenOff | TooSlow:
    return TooSlow() if time.monotonic() >= end else BrokenOff()


def _read(request: HttpRequest, size: int) -> bytes:
    """Read `size` bytes, or to the end.

    Django takes a body without a length (chunked) for an empty one, though the server tells by
    `wsgi.input_terminated` that the stream ends by itself.
    """
    if request.META.get("CONTENT_LENGTH") or not request.META.get("wsgi.input_terminated"):
        return bytes(request.read(size))
    stream, body = request.META["wsgi.input"], bytearray()
    while len(body) < size and (piece := stream.read(size - len(body))):
        body += piece
    return bytes(body)
