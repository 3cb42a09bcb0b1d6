"""The settings that decide who may do what, on record: whoever changes one can be asked why.

Settings come from outside, so a change shows when a worker starts with other ones than the last.
"""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from accounts_app import audit
from accounts_app.models import AuditEntry

CHANGED = "configuration.changed"
# None of them is a secret, nor tells of one.
KEPT = (
    *("DEBUG", "DEMO", "ALLOWED_HOSTS", "PUBLIC_URL", "TRUSTED_PROXIES"),
    *("OFFBLOCKS_BASE_URL", "OFFBLOCKS_SIGNING_KEY_ID", "OFFBLOCKS_COVERED_COMPONENTS"),
    *("OFFBLOCKS_WEBHOOK_AUTH", "OFFBLOCKS_WEBHOOK_KEY_ID", "OFFBLOCKS_WEBHOOK_SECOND_KEY_ID"),
    *("OFFBLOCKS_WEBHOOK_MAX_AGE", "OFFBLOCKS_WEBHOOK_TYPES", "REFUSED_PER_SECOND"),
    *("FOUR_EYES_KINDS", "REVIEWED_KINDS", "REVIEW_WORKING_DAYS"),
    *("OPERATIONS_PER_HOUR", "CLOSES_PER_HOUR", "BULK_LIMIT"),
    *("REQUEST_LIFETIME", "APPROVAL_LIFETIME", "RESEND_WINDOW"),
    *("UNMASKED_FOR", "RETENTION_YEARS", "CLOCK_TOLERANCE"),
    *("SIGN_IN_FAILURES", "SIGN_IN_LOCKOUT", "SIGN_IN_DELAY", "SIGN_IN_RATE"),
    *("SESSION_IDLE", "SESSION_LIFETIME", "STEP_UP_LIFETIME", "PASSKEY_ROLES"),
    *("OIDC_ISSUER", "OIDC_SUBJECT_CLAIM", "OIDC_MFA_VALUES", "OIDC_PASSKEY_VALUES"),
    *("AUDIT_ANCHOR_DIRECTORY", "AUDIT_ANCHOR_MAIL", "PASSWORD_BREACH_URL"),
    *("RECONCILE_EVERY", "RECONCILE_HOLD_SHARE", "RECONCILE_HOLD_ROWS"),
)


def note() -> None:
    """Record what differs from the last time, in one entry; without a difference, nothing."""
    with transaction.atomic():
        before, now = _known(), {name: _plain(getattr(settings, name)) for name in KEPT}
        changed = [name for name in KEPT if name not in before or before[name] != now[name]]
        if not changed:
            return
        programme = audit.system_user()
        audit.record(
            actor=programme,
            action=CHANGED,
            target=programme,
            before={name: before[name] for name in changed if name in before},
            after={name: now[name] for name in changed},
        )


def _known() -> dict[str, Any]:
    """Return what each setting was when it was last recorded."""
    known: dict[str, Any] = {}
    entries = AuditEntry.objects.filter(action=CHANGED).order_by("sequence")
    for after in entries.values_list("after", flat=True):
        known |= after
    return known


def _plain(value: Any) -> Any:
    if isinstance(value, timedelta):
        return int(value.total_seconds())
    return list(value) if isinstance(value, list | tuple) else value
