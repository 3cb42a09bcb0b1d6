"""The application, and the admin site it brings."""

from importlib import import_module

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.db.models.signals import post_migrate, pre_migrate


class AccountsConfig(AppConfig):
    """The back-office application."""

    name = "accounts_app"
    verbose_name = "Card programme"
    default = True

    def ready(self) -> None:
        """Register checks, what a migration leads to, and who notices the provider's replies."""
        from accounts_app import (  # noqa: PLC0415
            access_checks,  # noqa: F401
            audit_checks,  # noqa: F401
            checks,  # noqa: F401
            conf,
            edge_checks,  # noqa: F401
            triggers,
        )
        from accounts_app.services import contact  # noqa: PLC0415
        from accounts_app.signin import receivers  # noqa: F401, PLC0415

        conf.watch(contact.note)
        pre_migrate.connect(triggers.before_migrating, sender=self)
        post_migrate.connect(triggers.after_migrating, sender=self)


class BackofficeAdminConfig(AdminConfig):
    """Django's admin with our site class."""

    default_site = "accounts_app.admin.site.BackofficeSite"
    default = False

    def ready(self) -> None:
        """Register our pages before Django reaches for the site, which lives in their package."""
        import_module("accounts_app.admin")
        super().ready()
        import_module("accounts_app.admin.foreign").withdraw()
