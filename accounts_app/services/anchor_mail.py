"""The newest anchor, mailed to those AUDIT_ANCHOR_MAIL names, who keep it out of our reach.

What was mailed is an audit entry, by which it is not mailed again. An anchor vouches for all of
the chain before it.
"""

from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils.translation import gettext as _

from accounts_app import audit
from accounts_app.models import AuditAnchor, AuditEntry
from accounts_app.services import anchors
from accounts_app.services.anchors import Anchor

ACTION = "anchor.mailed"
TROUBLE = (OSError, SMTPException)


def send() -> None:
    """Mail the newest anchor unless it was; raises one of TROUBLE when it cannot be."""
    newest = AuditAnchor.objects.order_by("sequence").last()
    if not settings.AUDIT_ANCHOR_MAIL or newest is None or newest.sequence <= _last_mailed():
        return
    _message(anchors.of_row(newest)).send()
    with transaction.atomic():
        audit.record(
            actor=audit.system_user(),
            action=ACTION,
            target=newest,
            after={"sequence": newest.sequence, "readers": len(settings.AUDIT_ANCHOR_MAIL)},
        )


def _last_mailed() -> int:
    entry = AuditEntry.objects.filter(action=ACTION).order_by("sequence").last()
    return int(entry.after["sequence"]) if entry else 0


def _message(anchor: Anchor) -> EmailMessage:
    words = _(
        "Keep this mail, and its attachment, where nobody else can change it.\n\n"
        "The audit of {address} ended with entry {number} at {time}. Hold an export against it by: "
        "verify_audit.py audit.jsonl --key public.pem --anchor {name}\n\n{document}"
    )
    message = EmailMessage(
        subject=_("Audit anchor {number} of {address}").format(
            number=anchor.sequence, address=settings.PUBLIC_URL
        ),
        body=words.format(
            address=settings.PUBLIC_URL,
            number=anchor.sequence,
            time=anchor.at,
            name=anchor.file_name,
            document=anchor.document,
        ),
        to=settings.AUDIT_ANCHOR_MAIL,
    )
    message.attach(anchor.file_name, anchor.document, "application/json")
    return message
