"""The only settings file. Every value comes from the environment; `.env.example` explains each.

A secret may also come from a file: NAME_FILE holds its path, and a missing file stops the process.
"""

from datetime import timedelta
from pathlib import Path

import environ

from backoffice import database, logs

env = environ.FileAwareEnv()
BASE_DIR = Path(__file__).resolve().parent.parent
if (BASE_DIR / ".env").exists():
    env.read_env(BASE_DIR / ".env")


def seconds(name: str, default: float) -> timedelta:
    """Read a duration given in seconds."""
    return timedelta(seconds=env.float(name, default=default))


# The process -------------------------------------------------------------------------------------
DEBUG = env.bool("DEBUG", default=False)
# The demo's own users may only be made where this is on; see accounts_app.checks.
DEMO = env.bool("DEMO", default=False)
# What the demo's users sign in with; seed_demo alone reads it.
DEMO_PASSWORD = env.str("DEMO_PASSWORD", default="").strip()
SECRET_KEY = env.str("SECRET_KEY", default="").strip()
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost"])
PUBLIC_URL = env.str("PUBLIC_URL", default="http://127.0.0.1:8000").rstrip("/")
IS_HTTPS = PUBLIC_URL.startswith("https://")

INSTALLED_APPS = [
    "accounts_app.apps.BackofficeAdminConfig",
    "accounts_app.apps.AccountsConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "rest_framework",
    "django_structlog",
]
MIDDLEWARE = [
    "backoffice.source.ForwardingMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "backoffice.middleware.ContentSecurityPolicyMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "backoffice.middleware.NoNulMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "backoffice.middleware.NoStoreMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "backoffice.middleware.DatabaseAwayMiddleware",
]
ROOT_URLCONF = "backoffice.urls"
WSGI_APPLICATION = "backoffice.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
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

# Data --------------------------------------------------------------------------------------------
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = {
    "default": database.configured(
        env.db("DATABASE_URL", default=f"sqlite:///{BASE_DIR / 'db.sqlite3'}")
    )
}

# Language, time, static files --------------------------------------------------------------------
LANGUAGE_CODE = "en-gb"
USE_TZ = True
TIME_ZONE = env.str("TIME_ZONE", default="UTC")
STATIC_URL = "static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(BASE_DIR / "staticfiles")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if not DEBUG
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

# Sign-in and the browser -------------------------------------------------------------------------
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "CommonPasswordValidator")
] + [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 15},
    }
]
LOGIN_URL = "admin:login"
SESSION_COOKIE_NAME = "__Host-sessionid" if IS_HTTPS else "sessionid"
SESSION_COOKIE_AGE = 8 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "__Host-csrftoken" if IS_HTTPS else "csrftoken"
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
SECURE_SSL_REDIRECT = IS_HTTPS
# Health probes may arrive inside the TLS terminator.
SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$"]
# The proxies whose forwarding headers are believed; backoffice.source takes all others off.
TRUSTED_PROXIES = env.list("TRUSTED_PROXIES", default=[])
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = IS_HTTPS
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
PERMISSIONS_POLICY: dict[str, list[str]] = {
    feature: [] for feature in ("camera", "geolocation", "microphone", "payment", "usb")
}
# The setting's name and shape are Django 6's own, so that the middleware can be dropped then.
SECURE_CSP: dict[str, list[str]] = {
    "default-src": ["'none'"],
    "script-src": ["'self'"],
    "style-src": ["'self'"],
    "img-src": ["'self'", "data:"],
    "font-src": ["'self'"],
    "connect-src": ["'self'"],
    "form-action": ["'self'"],
    "frame-ancestors": ["'none'"],
    "base-uri": ["'none'"],
    "object-src": ["'none'"],
}

# The provider ------------------------------------------------------------------------------------
OFFBLOCKS_BASE_URL = env.str("OFFBLOCKS_BASE_URL", default="").rstrip("/")
OFFBLOCKS_API_KEY = env.str("OFFBLOCKS_API_KEY", default="").strip()
OFFBLOCKS_API_SECRET = env.str("OFFBLOCKS_API_SECRET", default="").strip()
OFFBLOCKS_SIGNING_KEY = env.str("OFFBLOCKS_SIGNING_KEY", multiline=True, default="")
OFFBLOCKS_SIGNING_KEY_ID = env.str("OFFBLOCKS_SIGNING_KEY_ID", default="").strip()
OFFBLOCKS_CONNECT_TIMEOUT = seconds("OFFBLOCKS_CONNECT_TIMEOUT", 5)
OFFBLOCKS_TOTAL_TIMEOUT = seconds("OFFBLOCKS_TOTAL_TIMEOUT", 25)
OFFBLOCKS_LIST_TIMEOUT = seconds("OFFBLOCKS_LIST_TIMEOUT", 300)
OFFBLOCKS_COVERED_COMPONENTS = env.list(
    "OFFBLOCKS_COVERED_COMPONENTS",
    default=["@method", "@authority", "@path", "@query", "authorization"],
)
OFFBLOCKS_DIGEST_ALGORITHMS = env.list(
    "OFFBLOCKS_DIGEST_ALGORITHMS", default=["sha-256", "sha-512"]
)
OFFBLOCKS_SIGNATURE_BACKDATE = seconds("OFFBLOCKS_SIGNATURE_BACKDATE", 5)
# 0 leaves `expires` out: whether the provider enforces it is not documented.
OFFBLOCKS_SIGNATURE_LIFETIME = seconds("OFFBLOCKS_SIGNATURE_LIFETIME", 0)
OFFBLOCKS_SIGNATURE_ENCODING = env.str("OFFBLOCKS_SIGNATURE_ENCODING", default="raw")
OFFBLOCKS_CLOSE_FROM = env.list("OFFBLOCKS_CLOSE_FROM", default=["active", "inactive"])
OFFBLOCKS_CURRENCIES = env.list("OFFBLOCKS_CURRENCIES", default=["EUR"])
OFFBLOCKS_READS_PER_SECOND = env.int("OFFBLOCKS_READS_PER_SECOND", default=10)

# The provider's webhooks -------------------------------------------------------------------------
OFFBLOCKS_WEBHOOK_AUTH = env.list("OFFBLOCKS_WEBHOOK_AUTH", default=["signature"])
OFFBLOCKS_WEBHOOK_PUBLIC_KEY = env.str("OFFBLOCKS_WEBHOOK_PUBLIC_KEY", multiline=True, default="")
OFFBLOCKS_WEBHOOK_KEY_ID = env.str("OFFBLOCKS_WEBHOOK_KEY_ID", default="").strip()
OFFBLOCKS_WEBHOOK_SECRET = env.str("OFFBLOCKS_WEBHOOK_SECRET", default="").strip()
OFFBLOCKS_WEBHOOK_MAX_AGE = seconds("OFFBLOCKS_WEBHOOK_MAX_AGE", 300)
# New events about an id the provider did not know wait this long before it is asked again.
OFFBLOCKS_WEBHOOK_UNKNOWN_REST = seconds("OFFBLOCKS_WEBHOOK_UNKNOWN_REST", 10 * 60)
OFFBLOCKS_WEBHOOK_TYPES = env.list(
    "OFFBLOCKS_WEBHOOK_TYPES",
    default=[
        f"{entity}.updated"
        for entity in ("customer", "account", "card", "authorisation", "transaction")
    ],
)

# Operations and work -----------------------------------------------------------------------------
FOUR_EYES_KINDS = env.list("FOUR_EYES_KINDS", default=["reactivate", "close"])
REQUEST_LIFETIME = seconds("REQUEST_LIFETIME", 24 * 60 * 60)
APPROVAL_LIFETIME = seconds("APPROVAL_LIFETIME", 15 * 60)
SEND_LEASE = seconds("SEND_LEASE", 180)
# The key lives an hour at the provider; 15 minutes of longest flight and 2 of margin come off.
LONGEST_FLIGHT = seconds("LONGEST_FLIGHT", 15 * 60)
RESEND_WINDOW = seconds("RESEND_WINDOW", 43 * 60)
SETTLE_DEADLINE = seconds("SETTLE_DEADLINE", 24 * 60 * 60)
ACCEPTED_PATIENCE = seconds("ACCEPTED_PATIENCE", 60 * 60)
# The provider's clock may differ from ours by this much before signatures are in danger.
CLOCK_TOLERANCE = seconds("CLOCK_TOLERANCE", 30)
BULK_LIMIT = env.int("BULK_LIMIT", default=20)
WORK_ENGINE = env.str("WORK_ENGINE", default="inline")
WORK_POLL_INTERVAL = seconds("WORK_POLL_INTERVAL", 1)
CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", default="redis://127.0.0.1:6379/0")

# Full comparisons of the mirror with the provider -------------------------------------------------
RECONCILE_EVERY = seconds("RECONCILE_EVERY", 6 * 60 * 60)
# After an outage this long events may be lost: a comparison is due as soon as it is over.
OUTAGE_SWEEP_AFTER = seconds("OUTAGE_SWEEP_AFTER", 10 * 60)
# A plan that touches more than this share of a kind's rows, and at least so many, is held.
RECONCILE_HOLD_SHARE = env.float("RECONCILE_HOLD_SHARE", default=0.2)
RECONCILE_HOLD_ROWS = env.int("RECONCILE_HOLD_ROWS", default=20)

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
}

# Logs --------------------------------------------------------------------------------------------
LOG_FORMAT = env.str("LOG_FORMAT", default="text" if DEBUG or DEMO else "json")
LOGGING = logs.configure(
    is_json=LOG_FORMAT == "json",
    secrets=(
        SECRET_KEY,
        DEMO_PASSWORD,
        OFFBLOCKS_API_SECRET,
        OFFBLOCKS_SIGNING_KEY,
        OFFBLOCKS_WEBHOOK_SECRET,
        str(DATABASES["default"].get("PASSWORD") or ""),
    ),
)
# The address would be whatever a forwarding header claims.
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
