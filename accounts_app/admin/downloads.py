"""Lets the page know that a file it asked for has begun to come: download.js waits for it.

A file leaves the page as it is, so that nothing there would tell whether it is still being made.
"""

import re

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse

NAME = "download"
NUMBER = re.compile(r"[0-9]{1,10}-[0-9]{1,10}")
SECONDS = 60


def told(request: HttpRequest, answer: HttpResponseBase) -> HttpResponseBase:
    """Give the number that the page's script made up back with the file; without one, nothing."""
    number = request.POST.get(NAME, "")
    if NUMBER.fullmatch(number):
        answer.set_cookie(
            NAME,
            number,
            max_age=SECONDS,
            path=reverse("admin:index"),
            secure=settings.SESSION_COOKIE_SECURE,
            samesite="Strict",
        )
    return answer
