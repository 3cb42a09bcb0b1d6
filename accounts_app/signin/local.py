"""Whether people sign in here, by passwords and factors of ours, or through single sign-on."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse

View = Callable[..., HttpResponse]


def local(view: View) -> View:
    """Have the page exist only where no single sign-on is configured: there is no third way in."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if settings.OIDC_ISSUER:
            raise Http404
        return view(request, *args, **kwargs)

    return wrapped
