"""The admin site: its names, its sections, and which environment it stands in."""

from typing import Any
from urllib.parse import urlsplit

from allauth.account.decorators import secure_admin_login
from django.conf import settings
from django.contrib.admin import AdminSite
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

SECTIONS = (
    "Customer",
    "Account",
    "Card",
    "Operation",
    "WebhookEvent",
    "Discrepancy",
    "Reconciliation",
    "AuditEntry",
)
LOOPBACK = ("127.0.0.1", "localhost", "::1")


class BackofficeSite(AdminSite):
    """Django's admin under our name."""

    site_header = "OffBlocks back-office"
    site_title = "OffBlocks back-office"
    index_title = _("What needs you")
    index_template = "admin/index.html"
    site_url = None  # there is no other site to view
    enable_nav_sidebar = False
    empty_value_display = "—"

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """Add the environment, the person's sections and the programme's health to every page."""
        from accounts_app.admin import banners  # noqa: PLC0415 -- models are not loaded before

        context = super().each_context(request)
        if self.has_permission(request):
            context |= banners.context(request.user)
        context["environment"] = environment()
        context["sections"] = _sections(context["available_apps"])
        return context

    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Send whoever is not signed in to the one page where one signs in; no form is taken."""
        if request.method == "POST":
            return redirect(settings.LOGIN_URL)
        answer: HttpResponse = secure_admin_login(super().login)(request, extra_context)
        return answer

    def password_change(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        """Change one's password, where people have one here."""
        if settings.OIDC_ISSUER:
            raise Http404
        return super().password_change(request, extra_context)

    def get_app_list(
        self, request: HttpRequest, app_label: str | None = None
    ) -> list[dict[str, Any]]:
        """List our own pages first, in the order of the sections."""
        apps = super().get_app_list(request, app_label)
        for app in apps:
            app["models"].sort(key=_place)
        return sorted(apps, key=lambda app: app["app_label"] != "accounts_app")

    def get_urls(self) -> list[Any]:
        """Put the pages that belong to no model before those that do."""
        from accounts_app.admin import downloads, health, palette, saved_views  # noqa: PLC0415 -- see each_context

        # Django's "view on site" fails on an id that is none, and no form of ours completes.
        unused = ("view_on_site", "autocomplete")
        stock = [one for one in super().get_urls() if getattr(one, "name", "") not in unused]
        own = [*health.urls(self), *palette.urls(), *saved_views.urls(), *downloads.urls()]
        return [*own, *stock]

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        """Show what waits for the person, how the programme is, then the list of pages."""
        from accounts_app.admin import charts, desk, programme  # noqa: PLC0415 -- see each_context

        waiting = desk.waiting_for(request.user)
        page = super().index(request, {**(extra_context or {}), "waiting": waiting})
        context = page.context_data or {}
        context["facts"] = programme.facts(context["health"], request.user)
        context["charts"] = charts.of_accounts(request.user)
        return page


def environment() -> str:
    """Name the environment staff act in, by where the provider is."""
    host = urlsplit(settings.OFFBLOCKS_BASE_URL).hostname or ""
    return "SANDBOX" if host in LOOPBACK or "sandbox" in host else "PRODUCTION"


def _place(model: dict[str, Any]) -> int:
    name = model["object_name"]
    return SECTIONS.index(name) if name in SECTIONS else len(SECTIONS)


def _sections(apps: list[dict[str, Any]]) -> list[dict[str, Any]]:
    models = {model["object_name"]: model for app in apps for model in app["models"]}
    return [models[name] for name in SECTIONS if name in models]
