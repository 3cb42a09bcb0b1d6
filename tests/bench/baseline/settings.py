"""A stock Django over the same tables: the middleware of a new project, the stock admin's pages."""

from backoffice.settings import *  # noqa: F403
from backoffice.settings import INSTALLED_APPS, STORAGES

ROOT_URLCONF = "tests.bench.baseline.urls"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
INSTALLED_APPS = [
    "django.contrib.admin.apps.SimpleAdminConfig",
    "tests.bench.baseline.apps.TablesConfig",
    *(name for name in INSTALLED_APPS if not name.startswith("accounts_app.")),
]
MIDDLEWARE = [
    "tests.bench.counting.CountingMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    # Its tables are there, so it insists.
    "allauth.account.middleware.AccountMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]
STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
