"""The stock admin's addresses."""

from django.contrib import admin
from django.urls import path

from accounts_app.models import Account

site = admin.AdminSite()


@admin.register(Account, site=site)
class AccountAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """What one writes first: our columns, filters and search, everything else stock."""

    list_display = (
        "id",
        "customer",
        "status",
        "currencies",
        "chain_id",
        "created_at",
        "updated_at",
    )
    list_filter = ("status", "type", "currencies", "created_at", "updated_at")
    search_fields = ("id", "customer__external_id", "customer__chain_id", "chain_id")
    list_per_page = 50


urlpatterns = [path("admin/", site.urls)]
