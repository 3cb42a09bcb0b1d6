"""The pages that other applications brought along for tables of theirs: nobody here edits those."""

from django.apps import apps
from django.contrib import admin

LABELS = ("account", "mfa", "socialaccount")


def withdraw() -> None:
    """Take the pages of factors, e-mail addresses and sign-ons off the site."""
    for label in LABELS:
        models = apps.get_app_config(label).get_models()
        admin.site.unregister([model for model in models if admin.site.is_registered(model)])
