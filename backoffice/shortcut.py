"""The provider's deliveries take a shorter way than people: they have no session and no form."""

import functools
from collections.abc import Callable
from http import HTTPStatus

import structlog
from django.http import HttpRequest, HttpResponse
from django.template.response import SimpleTemplateResponse
from django.urls import Resolver404, resolve
from django.utils.encoding import escape_uri_path

log = structlog.get_logger()
INTAKE = "/webhooks/"

GetResponse = Callable[[HttpRequest], HttpResponse]

# There are as many addresses as secrets in force, and to find one is a part in fourteen of the way.
_resolved = functools.lru_cache(maxsize=16)(resolve)


class ShortcutMiddleware:
    """Lead deliveries past the middleware that serves people: it would be half of their cost.

    What every answer needs stands above this one. A delivery that is taken is a row, and no line in
    the log beside it; one that is refused is both counted and logged.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Call the view of a delivery; everything else goes the long way."""
        if not request.path_info.startswith(INTAKE):
            return self.get_response(request)
        try:
            match = _resolved(request.path_info)
        except Resolver404:
            return self.get_response(request)
        request.get_host()  # raises DisallowedHost, a 400, for a name that is not ours
        response: HttpResponse = match.func(request, *match.args, **match.kwargs)
        if isinstance(response, SimpleTemplateResponse):
            response = response.render()
        response.headers["Content-Length"] = str(len(response.content))
        if response.status_code >= HTTPStatus.BAD_REQUEST:
            told = f"{request.method} {escape_uri_path(request.path)}"
            log.info("request_finished", code=response.status_code, request=told)
        return response
