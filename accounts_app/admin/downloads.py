"""Lets the page know that a file it asked for has begun to come: download.js asks for it here.

A file leaves the page as it is, so that nothing there would tell whether it is still being made.
The script makes up a mark for each file; the audit entry that precedes the first byte keeps it.
"""

import re

from django.contrib import admin
from django.http import HttpRequest, JsonResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_safe

from accounts_app.admin import acting
from accounts_app.models import AuditEntry

NAME = "download"
# Letters alone: digits might pass for a card number, and be masked.
MARK = re.compile(r"[a-z]{16}")
BEGUN = ("export.started", "evidence.exported")
# A page asks within seconds; so many entries back nobody needs to look.
RECENT = 1000


def urls() -> list[URLPattern]:
    """Return where a page asks, for the admin site."""
    return [path("download/", admin.site.admin_view(require_safe(begun_view)), name="download")]


def mark(request: HttpRequest) -> dict[str, str]:
    """Return the mark that came with the form, under its name; nothing without a script."""
    found = request.POST.get(NAME, "")
    return {NAME: found} if MARK.fullmatch(found) else {}


def begun_view(request: HttpRequest) -> JsonResponse:
    """Tell whether the person's file of that mark has begun to come."""
    last = AuditEntry.objects.values_list("sequence", flat=True).first() or 0
    recent = AuditEntry.objects.filter(sequence__gt=last - RECENT, action__in=BEGUN)
    own = recent.filter(actor=acting.person(request))
    found = own.filter(after__download=request.GET.get("of", ""))
    return JsonResponse({"begun": found.exists()})
