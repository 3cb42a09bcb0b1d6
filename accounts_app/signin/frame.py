"""What allauth's pages need to look like ours: the admin's own frame around them."""

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.http import HttpRequest

PREFIX = "/sign-in/"


def frame(request: HttpRequest) -> dict[str, Any]:
    """Give pages below /sign-in/ the admin's header; every page learns whether this is a demo."""
    more = {"is_demo": settings.DEMO, "sso_name": settings.OIDC_ISSUER and settings.OIDC_NAME}
    # What was refused before anybody knew who asks has no person to draw the header for.
    if not request.path_info.startswith(PREFIX) or not hasattr(request, "user"):
        return more
    return {**admin.site.each_context(request), **more}
