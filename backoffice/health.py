"""Whether the process is up, whether it can work, and its numbers. Nothing here tells a secret."""

import django.db
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, generate_latest

from accounts_app.services import health
from backoffice.metrics import ProgrammeCollector

OK = "ok"

REGISTRY.register(ProgrammeCollector())


@require_safe
def livez(_request: HttpRequest) -> HttpResponse:
    """Say that the process answers; the database is not asked."""
    return HttpResponse(OK, content_type="text/plain")


@require_safe
def readyz(_request: HttpRequest) -> JsonResponse:
    """Say what works: 200 when all does, else 503. `checks` maps each to ok or what is wrong."""
    try:
        checks = {"database": OK, "migrations": _migrations(), "worker": _worker()}
    except django.db.Error:
        checks = {"database": "does not answer"}
    is_ready = set(checks.values()) == {OK}
    return JsonResponse({"ready": is_ready, "checks": checks}, status=200 if is_ready else 503)


@require_safe
def metrics(_request: HttpRequest) -> HttpResponse:
    """Return the numbers as Prometheus reads them."""
    return HttpResponse(generate_latest(REGISTRY), content_type=CONTENT_TYPE_LATEST)


def _migrations() -> str:
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return f"{len(waiting)} not applied" if waiting else OK


def _worker() -> str:
    now = health.look()
    return f"work is due for {now.longest_due.total_seconds():.0f} s" if now.is_overdue else OK
