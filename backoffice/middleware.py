"""What Django 5.2 lacks: two headers, refusing plain http of machines and NUL characters, answering
without a database, and telling the log and the audit of a request."""

from collections.abc import Callable
from functools import partial
from http import HTTPStatus

import structlog
from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import BadRequest
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.utils.encoding import escape_uri_path
from django_structlog.middlewares import RequestMiddleware

from accounts_app import origin
from accounts_app.services import presence, refused, sight
from accounts_app.services.strength import strength_of
from backoffice import source

log = structlog.get_logger()

GetResponse = Callable[[HttpRequest], HttpResponse]


class NoRedirectMiddleware:
    """Refuse (403) what machines send unencrypted: redirected, nobody would notice that they do."""

    MACHINES = ("/webhooks/", "/metrics", "/policy-report")

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Let people's requests go on to where they are led to https."""
        is_plain = settings.SECURE_SSL_REDIRECT and not request.is_secure()
        if is_plain and request.path_info.startswith(self.MACHINES):
            return HttpResponse("Only over https.\n", status=403, content_type="text/plain")
        return self.get_response(request)


class NoNulMiddleware:
    """Refuse (400) NUL characters where no form looks: in path, query and cookies.

    No text of ours holds one, and PostgreSQL fails on a query that looks for one.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Look at the raw text: most requests are never parsed for this."""
        query, cookie = request.META.get("QUERY_STRING", ""), request.META.get("HTTP_COOKIE", "")
        # Cookies write it as an octal escape.
        if "\0" in request.path_info or "%00" in query or "\\000" in cookie:
            raise BadRequest("NUL is no text")
        return self.get_response(request)


class ContentSecurityPolicyMiddleware:
    """Send the policy of SECURE_CSP; Django 6 brings its own under the same setting."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.policy = "; ".join(
            " ".join([directive, *sources]) for directive, sources in settings.SECURE_CSP.items()
        )

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Add the header to every answer."""
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", self.policy)
        reports = f'policy="{settings.POLICY_REPORTS}"'
        response.headers.setdefault("Reporting-Endpoints", reports)
        return response


class NoStoreMiddleware:
    """Keep pages of signed-in people out of every cache."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Mark answers to signed-in people as never to be stored."""
        response = self.get_response(request)
        if request.user.is_authenticated:
            add_never_cache_headers(response)
        return response


class OnlookerMiddleware:
    """Draw every page for the eyes of whoever asked, and let acts be theirs, from their session."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on; whom it is from is found out when it matters."""
        with sight.of(request.user), presence.at(request.session):
            return self.get_response(request)


class RequestLogMiddleware(RequestMiddleware):
    """Log each request by its path alone: a query holds what was searched, or a sign-on's code."""

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        """Return what a line calls the request."""
        return f"{request.method} {escape_uri_path(request.path)}"


class OriginMiddleware:
    """Let the audit know where a request came from, under which number, and how strongly proven."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on; what is recorded meanwhile tells where it came from."""
        found = origin.Origin(
            source=source.address(request)[:64],
            request_id=str(structlog.contextvars.get_contextvars().get("request_id", "")),
            strength=partial(strength_of, request),
        )
        with origin.acting_from(found):
            return self.get_response(request)


class RefusalMiddleware:
    """Put on record that a signed-in person was refused (403)."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Look at the answer."""
        response = self.get_response(request)
        if response.status_code == HTTPStatus.FORBIDDEN and isinstance(request.user, User):
            refused.note(request.user, method=str(request.method), path=request.path)
        return response


class DatabaseAwayMiddleware:
    """Tell a person whose act met a database that does not answer: nothing was saved, repeat it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer 503 with what to do; every other exception goes its way."""
        if not isinstance(error, OperationalError | InterfaceError):
            return None
        log.error("the database does not answer", error=type(error).__name__)
        return render(request, "503.html", status=503)
