"""The application, and the admin site it brings."""

from importlib import import_module

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class AccountsConfig(AppConfig):
    """The back-office application."""

    name = "accounts_app"
    verbose_name = "Card programme"
    default = True

    def ready(self) -> None:
        """Register the system checks, and have the provider's replies taken notice of."""
        from accounts_app import access_checks, checks, conf, edge_checks  # noqa: F401, PLC0415
        from accounts_app.services import contact  # noqa: PLC0415
        from accounts_app.signin import receivers  # noqa: F401, PLC0415

        conf.watch(contact.note)


class BackofficeAdminConfig(AdminConfig):
    """Django's admin with our site class."""

    default_site = "accounts_app.admin.site.BackofficeSite"
    default = False

    def ready(self) -> None:
        """Register our pages before Django reaches for the site, which lives in their package."""
        import_module("accounts_app.admin")
        super().ready()
        import_module("accounts_app.admin.foreign").withdraw()
