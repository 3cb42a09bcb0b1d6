"""Where browsers report what our policy kept a page from doing: told to the log, counted, not kept.

Anybody can send anything here, so of what comes only known words and the shape of an address are
told. It changes nothing and reads no cookie, which is why no form token is asked for.
"""

import json
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from prometheus_client import Counter

from accounts_app.services import allowances
from backoffice import source

log = structlog.get_logger()

LARGEST = 16 * 1024  # bytes
A_MINUTE = 30
MINUTE = timedelta(minutes=1)
OTHER = "other"
REPORTS = Counter(
    "offblocks_policy_reports", "What browsers kept our pages from doing.", ["directive"]
)


@csrf_exempt
@require_POST
def policy_report(request: HttpRequest) -> HttpResponse:
    """Take a report: 204, 400 for what is none, 413 for a long one, 429 for too many a minute."""
    if not allowances.take(f"reports:{source.address(request)}", A_MINUTE, MINUTE):
        return HttpResponse(status=429)
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST:
        return HttpResponse(status=413)
    try:
        bodies = _bodies(json.loads(request.body))
    except (ValueError, RecursionError):
        return HttpResponse(status=400)
    for body in bodies[:A_MINUTE]:
        _tell(body)
    return HttpResponse(status=204)


def _bodies(told: Any) -> list[dict[str, Any]]:
    """Return what is reported, in either of the two forms in which browsers do."""
    reports = told if isinstance(told, list) else [told]
    found = [
        report.get("csp-report") or report.get("body")
        for report in reports
        if isinstance(report, dict)
    ]
    return [body for body in found if isinstance(body, dict)]


def _tell(body: dict[str, Any]) -> None:
    named = body.get("effectiveDirective") or body.get("effective-directive")
    named = str(named or body.get("violated-directive") or "").split(" ")[0]
    # script-src-elem and its like belong to the directive we set.
    known = (one for one in settings.SECURE_CSP if named.startswith(one))
    directive = next(known, OTHER)
    REPORTS.labels(directive).inc()
    blocked = str(body.get("blockedURL") or body.get("blocked-uri") or "")
    page = str(body.get("documentURL") or body.get("document-uri") or "")
    log.warning("policy report", directive=directive, blocked=_origin(blocked), page=_path(page))


def _origin(address: str) -> str:
    """Return scheme and host, or the word that stands for no address."""
    try:
        parts = urlsplit(address[:2000])
    except ValueError:
        return OTHER
    return f"{parts.scheme}://{parts.hostname}"[:200] if parts.hostname else address[:20]


def _path(address: str) -> str:
    try:
        return urlsplit(address[:2000]).path[:200]
    except ValueError:
        return OTHER
