"""The settings of sign-in and the browser; settings.py takes them in."""

from datetime import timedelta
from urllib.parse import urlsplit

from backoffice.environment import IS_HTTPS, PUBLIC_URL, env, seconds, secret


def origin_of(url: str) -> str:
    """Return an address's scheme and host."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


# Who gets in -------------------------------------------------------------------------------------
AUTHENTICATION_BACKENDS = [
    "accounts_app.signin.backends.LockoutBackend",
    "accounts_app.signin.backends.StaffBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "accounts_app.signin.passwords.LengthValidator"},
    {"NAME": "accounts_app.signin.passwords.RepetitionValidator"},
    {"NAME": "accounts_app.signin.passwords.WordsValidator"},
    {"NAME": "accounts_app.signin.passwords.BreachValidator"},
]
# A service that knows breached passwords by the first letters of their hash; empty asks nobody.
PASSWORD_BREACH_URL = env.str("PASSWORD_BREACH_URL", default="")
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "admin:index"
ACCOUNT_ADAPTER = "accounts_app.signin.adapters.SignInAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
# Ours are counted in the database; allauth's would be counted by each process for itself.
ACCOUNT_RATE_LIMITS = MFA_RATE_LIMITS = False

# Failed attempts ---------------------------------------------------------------------------------
SIGN_IN_FAILURES = env.int("SIGN_IN_FAILURES", default=5)
SIGN_IN_LOCKOUT = seconds("SIGN_IN_LOCKOUT", 30 * 60)
# After the first failure; each further one doubles it.
SIGN_IN_DELAY = seconds("SIGN_IN_DELAY", 1)
SIGN_IN_RATE = env.int("SIGN_IN_RATE", default=10)
# A code of an app is good for half a minute and a little more; so long it must not work again.
CODE_MEMORY = timedelta(minutes=5)
# Codes of one person tried from all sources together, within SIGN_IN_LOCKOUT.
CODE_TRIES = 20
AXES_FAILURE_LIMIT = SIGN_IN_FAILURES
AXES_COOLOFF_TIME = SIGN_IN_LOCKOUT
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_CALLABLE = "accounts_app.signin.limits.name_of"
AXES_CLIENT_IP_CALLABLE = "accounts_app.signin.limits.source_of"
AXES_LOCKOUT_CALLABLE = "accounts_app.signin.limits.locked_out"
AXES_PASSWORD_FORM_FIELD = "password"  # noqa: S105 -- the field's name
AXES_SENSITIVE_PARAMETERS = ["login", "password", "code", "credential", "csrfmiddlewaretoken"]
# Who keeps trying must not keep a victim out for ever.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_RESET_ON_SUCCESS = AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = AXES_VERBOSE = False

# Second factors ----------------------------------------------------------------------------------
MFA_ADAPTER = "accounts_app.signin.adapters.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_FORMS = {
    "authenticate": "accounts_app.signin.forms.CodeForm",
    "reauthenticate": "accounts_app.signin.forms.CodeAgainForm",
    "activate_totp": "accounts_app.signin.forms.EnrolAppForm",
    "add_webauthn": "accounts_app.signin.passkeys.AddPasskeyForm",
    "edit_webauthn": "accounts_app.signin.forms.PasskeyNameForm",
    "login_webauthn": "accounts_app.signin.passkeys.PasskeyForm",
    "reauthenticate_webauthn": "accounts_app.signin.passkeys.PasskeyAgainForm",
}
MFA_PASSKEY_LOGIN_ENABLED = MFA_ALLOW_UNVERIFIED_EMAIL = MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_TOTP_TOLERANCE = 1
# What the secrets of apps and recovery codes are encrypted under; empty takes SECRET_KEY.
FACTOR_KEY = secret("FACTOR_KEY")
# The groups whose members need a factor that cannot be phished.
PASSKEY_ROLES = env.list("PASSKEY_ROLES", default=["approver", "user admin"])
STEP_UP_LIFETIME = seconds("STEP_UP_LIFETIME", 5 * 60)
ACCOUNT_REAUTHENTICATION_TIMEOUT = int(STEP_UP_LIFETIME.total_seconds())
ACCOUNT_REAUTHENTICATION_REQUIRED = True

# Single sign-on ----------------------------------------------------------------------------------
OIDC_ISSUER = env.str("OIDC_ISSUER", default="").rstrip("/")
OIDC_NAME = env.str("OIDC_NAME", default="Single sign-on")
OIDC_CLIENT_ID = env.str("OIDC_CLIENT_ID", default="").strip()
OIDC_CLIENT_SECRET = secret("OIDC_CLIENT_SECRET")
OIDC_SUBJECT_CLAIM = env.str("OIDC_SUBJECT_CLAIM", default="sub")
OIDC_MFA_VALUES = env.list("OIDC_MFA_VALUES", default=["mfa"])
OIDC_PASSKEY_VALUES = env.list("OIDC_PASSKEY_VALUES", default=["phr", "phrh", "hwk", "swk"])
# Browsers apply the policy's form-action to where a sent form is led on to, too.
OIDC_ORIGINS = env.list("OIDC_ORIGINS", default=[origin_of(OIDC_ISSUER)] if OIDC_ISSUER else [])
SOCIALACCOUNT_ADAPTER = "accounts_app.signin.sso.SsoAdapter"
SOCIALACCOUNT_EMAIL_AUTHENTICATION = SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "sso",
                "name": OIDC_NAME,
                "client_id": OIDC_CLIENT_ID,
                "secret": OIDC_CLIENT_SECRET.reveal(),
                "settings": {
                    "server_url": OIDC_ISSUER,
                    "uid_field": OIDC_SUBJECT_CLAIM,
                    "fetch_userinfo": False,
                },
            }
        ],
    }
}

# Sessions ----------------------------------------------------------------------------------------
SESSION_IDLE = seconds("SESSION_IDLE", 15 * 60)
SESSION_LIFETIME = seconds("SESSION_LIFETIME", 8 * 60 * 60)
SESSION_COOKIE_AGE = int(SESSION_LIFETIME.total_seconds())
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_NAME = "__Host-sessionid" if IS_HTTPS else "sessionid"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_NAME = "__Host-language" if IS_HTTPS else "language"
LANGUAGE_COOKIE_AGE = 365 * 24 * 60 * 60
LANGUAGE_COOKIE_HTTPONLY, LANGUAGE_COOKIE_SECURE = True, IS_HTTPS
LANGUAGE_COOKIE_SAMESITE = "Lax"
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

# The browser -------------------------------------------------------------------------------------
POLICY_REPORTS = "/policy-report"
# The setting's name and shape are Django 6's own, so that the middleware can be dropped then.
SECURE_CSP: dict[str, list[str]] = {
    "default-src": ["'none'"],
    "script-src": ["'self'"],
    "style-src": ["'self'"],
    "img-src": ["'self'", "data:"],
    "font-src": ["'self'"],
    "connect-src": ["'self'"],
    "form-action": ["'self'", *OIDC_ORIGINS],
    "frame-ancestors": ["'none'"],
    "base-uri": ["'none'"],
    "object-src": ["'none'"],
    "report-uri": [POLICY_REPORTS],
    "report-to": ["policy"],
}
