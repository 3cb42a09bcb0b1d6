"""Seeing a customer's personal fields in full: for a reason, on record, for a while."""

import uuid
from datetime import datetime

from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts_app import audit
from accounts_app.errors import Incomplete, NotPermitted
from accounts_app.models import Customer, Unmasking

RIGHT = "accounts_app.unmask_customer"


def unmask(customer: Customer, *, person: User, reason: str) -> Unmasking:
    """Show a person this customer's personal fields in full from now on, for UNMASKED_FOR.

    Raises NotPermitted for those who may not, Incomplete without a reason.
    """
    if not person.has_perm(RIGHT):
        raise NotPermitted(_("You may not see personal fields in full."))
    if not reason.strip():
        raise Incomplete(_("Say why: the reason is kept in the audit."), field="reason")
    with transaction.atomic():
        now = timezone.now()
        made: Unmasking = Unmasking.objects.create(
            person=person,
            customer=customer,
            reason=reason.strip(),
            at=now,
            until=now + settings.UNMASKED_FOR,
        )
        audit.record(
            actor=person,
            action="customer.unmasked",
            target=customer,
            reason=made.reason,
            after={"until": made.until.isoformat(timespec="seconds")},
        )
    return made


def open_to(person: User | AnonymousUser | None) -> dict[uuid.UUID, datetime]:
    """Map the customers whose personal fields the person sees in full now to until when."""
    if person is None or not person.has_perm(RIGHT):
        return {}
    current = Unmasking.objects.filter(person=person.pk, until__gt=timezone.now())
    return dict(current.order_by("id").values_list("customer_id", "until"))
