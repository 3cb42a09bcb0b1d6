"""The settings; those of sign-in and the browser are in access.py. `.env.example` explains each."""

from pathlib import Path
from urllib.parse import urlsplit

from accounts_app.offblocks.credentials import Secret
from backoffice import database, logs
from backoffice.access import *  # noqa: F403 -- the settings of sign-in and the browser
from backoffice.environment import (
    BASE_DIR,
    PUBLIC_URL,
    env,
    seconds,
    secret,
)

# The process -------------------------------------------------------------------------------------
DEBUG = env.bool("DEBUG", default=False)
# The demo's own users may only be made where this is on; see accounts_app.checks.
DEMO = env.bool("DEMO", default=False)
# What the demo's users sign in with; seed_demo alone reads it.
DEMO_PASSWORD = secret("DEMO_PASSWORD")
SECRET_KEY = env.str("SECRET_KEY", default="").strip()
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost"])
# Under all these names we are reached: one that is not this machine's makes it a deployment.
REACHED_AS = [urlsplit(PUBLIC_URL).hostname or "", *ALLOWED_HOSTS]

INSTALLED_APPS = [
    "accounts_app.apps.BackofficeAdminConfig",
    "accounts_app.apps.AccountsConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "axes",
    "rest_framework",
    "django_structlog",
]
MIDDLEWARE = [
    "backoffice.source.ForwardingMiddleware",
    "backoffice.middleware.NoRedirectMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "backoffice.middleware.ContentSecurityPolicyMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "backoffice.middleware.NoNulMiddleware",
    "backoffice.shortcut.ShortcutMiddleware",
    "backoffice.language.LanguageMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "backoffice.middleware.NoStoreMiddleware",
    "backoffice.middleware.OnlookerMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "backoffice.middleware.RequestLogMiddleware",
    "backoffice.middleware.OriginMiddleware",
    "backoffice.middleware.RefusalMiddleware",
    "backoffice.middleware.DatabaseAwayMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts_app.signin.middleware.SessionLimitsMiddleware",
    "accounts_app.signin.middleware.SecondFactorMiddleware",
    "backoffice.typed.CardNumberMiddleware",
    "axes.middleware.AxesMiddleware",
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
                "accounts_app.signin.frame.frame",
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
# Each in its own words. Whoever reads chooses, before signing in too.
LANGUAGES = [("en-gb", "English"), ("fr", "Français")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_TZ = True
TIME_ZONE = "UTC"  # the browser adds the reader's own
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

# The provider ------------------------------------------------------------------------------------
OFFBLOCKS_BASE_URL = env.str("OFFBLOCKS_BASE_URL", default="").rstrip("/")
OFFBLOCKS_API_KEY = env.str("OFFBLOCKS_API_KEY", default="").strip()
OFFBLOCKS_API_SECRET = secret("OFFBLOCKS_API_SECRET")
OFFBLOCKS_SIGNING_KEY = secret("OFFBLOCKS_SIGNING_KEY")
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
OFFBLOCKS_CUSTOMER_CHALLENGE_PATH = env.str("OFFBLOCKS_CUSTOMER_CHALLENGE_PATH", "challenge")
OFFBLOCKS_CUSTOMER_SIGN_PATH = env.str("OFFBLOCKS_CUSTOMER_SIGN_PATH", "challenge/sign")
OFFBLOCKS_CUSTOMER_SIGN_CHAIN_ID = env.bool("OFFBLOCKS_CUSTOMER_SIGN_CHAIN_ID", default=False)
OFFBLOCKS_CURRENCIES = env.list("OFFBLOCKS_CURRENCIES", default=["EUR"])
OFFBLOCKS_READS_PER_SECOND = env.int("OFFBLOCKS_READS_PER_SECOND", default=10)

# The provider's webhooks -------------------------------------------------------------------------
OFFBLOCKS_WEBHOOK_AUTH = env.list("OFFBLOCKS_WEBHOOK_AUTH", default=["signature"])
OFFBLOCKS_WEBHOOK_PUBLIC_KEY = env.str("OFFBLOCKS_WEBHOOK_PUBLIC_KEY", multiline=True, default="")
OFFBLOCKS_WEBHOOK_KEY_ID = env.str("OFFBLOCKS_WEBHOOK_KEY_ID", default="").strip()
# The second key and the previous secret are in force beside the others while one is changed.
OFFBLOCKS_WEBHOOK_SECOND_PUBLIC_KEY = env.str(
    "OFFBLOCKS_WEBHOOK_SECOND_PUBLIC_KEY", multiline=True, default=""
)
OFFBLOCKS_WEBHOOK_SECOND_KEY_ID = env.str("OFFBLOCKS_WEBHOOK_SECOND_KEY_ID", default="").strip()
OFFBLOCKS_WEBHOOK_SECRET = secret("OFFBLOCKS_WEBHOOK_SECRET")
OFFBLOCKS_WEBHOOK_PREVIOUS_SECRET = secret("OFFBLOCKS_WEBHOOK_PREVIOUS_SECRET")
# More refusals of one source within a second are answered 429.
REFUSED_PER_SECOND = env.int("REFUSED_PER_SECOND", default=20)
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
FOUR_EYES_KINDS = env.list("FOUR_EYES_KINDS", default=["reactivate", "close", "terminate"])
# What one person does alone and a second looks at afterwards, and within how many working days.
REVIEWED_KINDS = env.list("REVIEWED_KINDS", default=["deactivate"])
REVIEW_WORKING_DAYS = env.int("REVIEW_WORKING_DAYS", default=1)
# Above these a second person must agree, or nothing irreversible is taken any more.
OPERATIONS_PER_HOUR = env.int("OPERATIONS_PER_HOUR", default=20)
CLOSES_PER_HOUR = env.int("CLOSES_PER_HOUR", default=5)
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
# Longer than this nobody waits for a page that looks at the provider while it opens.
PAGE_READ_TIMEOUT = seconds("PAGE_READ_TIMEOUT", 3)
# How long a person sees a customer's personal fields in full after giving a reason.
UNMASKED_FOR = seconds("UNMASKED_FOR", 8 * 60 * 60)
# How long the law has a customer's records kept after their last account ended.
RETENTION_YEARS = env.int("RETENTION_YEARS", default=5)
BULK_LIMIT = env.int("BULK_LIMIT", default=20)
WORK_ENGINE = env.str("WORK_ENGINE", default="inline")
WORK_POLL_INTERVAL = seconds("WORK_POLL_INTERVAL", 0.5)
CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", default="redis://127.0.0.1:6379/0")

# Full comparisons of the mirror with the provider -------------------------------------------------
RECONCILE_EVERY = seconds("RECONCILE_EVERY", 6 * 60 * 60)
# After an outage this long events may be lost: a comparison is due as soon as it is over.
OUTAGE_SWEEP_AFTER = seconds("OUTAGE_SWEEP_AFTER", 10 * 60)
# A plan that touches more than this share of a kind's rows, and at least so many, is held.
RECONCILE_HOLD_SHARE = env.float("RECONCILE_HOLD_SHARE", default=0.2)
RECONCILE_HOLD_ROWS = env.int("RECONCILE_HOLD_ROWS", default=20)

# Anchors of the audit chain -----------------------------------------------------------------------
AUDIT_ANCHOR_KEY = env.str("AUDIT_ANCHOR_KEY", multiline=True, default="")
AUDIT_ANCHOR_PUBLIC_KEYS = env.str("AUDIT_ANCHOR_PUBLIC_KEYS", multiline=True, default="")
AUDIT_ANCHOR_DIRECTORY = env.str("AUDIT_ANCHOR_DIRECTORY", default="")
AUDIT_ANCHOR_MAIL = env.list("AUDIT_ANCHOR_MAIL", default=[])
# The only mail that is ever sent.
vars().update(env.email("EMAIL_URL", default="smtp+tls://localhost:587"))
EMAIL_TIMEOUT = 20  # seconds
DEFAULT_FROM_EMAIL = env.str("EMAIL_FROM", default="backoffice@localhost")

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
        AUDIT_ANCHOR_KEY,
        str(DATABASES["default"].get("PASSWORD") or ""),
        str(vars()["EMAIL_HOST_PASSWORD"] or ""),
        *(value.reveal() for value in list(vars().values()) if isinstance(value, Secret)),
    ),
)
# The address would be whatever a forwarding header claims.
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
