"""What only the pages that ask, decide and follow write: `{% load asking %}`."""

from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django import template
from django.conf import settings
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

from accounts_app.admin.batches import name_of
from accounts_app.admin.site import LOOPBACK
from accounts_app.models import Batch, Operation
from accounts_app.services import causes

register = template.Library()
register.filter("batch_name", name_of)


@register.filter
def ago(at: datetime) -> str:
    """Say how long ago it was."""
    if timezone.now() - at < timedelta(minutes=1):
        return _("just now")
    return _("%(time)s ago") % {"time": timesince(at)}


@register.filter
def cause(operation: Operation | Batch) -> str:
    """Say for which cause it was asked for."""
    return str(causes.LABELS.get(operation.cause, operation.cause))


@register.simple_tag
def approval_minutes() -> int:
    """Return for how many minutes an approval counts."""
    return int(settings.APPROVAL_LIFETIME / timedelta(minutes=1))


@register.simple_tag
def sandbox_wallet() -> str:
    """Return the page of the sandbox's wallets; empty for the provider itself."""
    base = urlsplit(settings.OFFBLOCKS_BASE_URL)
    return f"{base.scheme}://{base.netloc}/wallet" if base.hostname in LOOPBACK else ""
