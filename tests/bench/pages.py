"""The back-office's settings, but for the static files, which nobody collects here."""

from backoffice.settings import *  # noqa: F403
from backoffice.settings import STORAGES

STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
