"""The application, and the admin site it brings."""

import atexit
from importlib import import_module

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.core.signals import request_finished
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import gettext_lazy as _

# The modules whose import registers system checks.
CHECKS = (
    *("checks", "access_checks", "audit_checks", "edge_checks", "superusers"),
    "admin.page_checks",
)


class AccountsConfig(AppConfig):
    """The back-office application."""

    name = "accounts_app"
    verbose_name = _("Card programme")
    default = True

    def ready(self) -> None:
        """Register the system checks, limit superusers, keep the roles as the matrix has them.

        And have the provider's replies, and card numbers wherever they stand, taken notice of.
        """
        from accounts_app import breakglass, conf, granting, labels, triggers  # noqa: PLC0415
        from accounts_app.offblocks import card_numbers  # noqa: PLC0415
        from accounts_app.services import card_alarm, contact  # noqa: PLC0415
        from accounts_app.signin import receivers  # noqa: F401, PLC0415

        for name in CHECKS:
            import_module(f"accounts_app.{name}")

        for model in self.get_models():
            labels.translate(model)
        breakglass.limit()
        post_migrate.connect(granting.after_migrate, sender=self)
        conf.watch(contact.note)
        card_numbers.watch(card_alarm.raise_for)
        request_finished.connect(card_alarm.after_request)
        atexit.register(card_alarm.tell_logged)
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
