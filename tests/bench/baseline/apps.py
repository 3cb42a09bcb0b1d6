"""Our tables without anything of ours around them."""

from django.apps import AppConfig


class TablesConfig(AppConfig):
    """The application's models alone."""

    name = "accounts_app"
