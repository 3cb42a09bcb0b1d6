"""Every address of the back-office."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView
from django.views.i18n import set_language

from backoffice import health, reports

urlpatterns = [
    # First: they come in thousands, and each is compared with what stands before it.
    path("webhooks/", include("accounts_app.webhooks.urls")),
    path("", RedirectView.as_view(pattern_name="admin:index")),
    path("livez", health.livez),
    path("readyz", health.readyz),
    path("metrics", health.metrics),
    path("policy-report", reports.policy_report, name="policy_report"),
    path("language/", set_language, name="set_language"),
    path("sign-in/", include("accounts_app.signin.urls")),
    path("admin/", admin.site.urls),
]
