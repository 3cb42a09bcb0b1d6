"""A customer's request to be erased: recorded with its answer, and refused during the legal term.

Nothing is erased here. docs/decisions/0015 says who may once the term is over, and how.
"""

from datetime import datetime

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts_app import audit
from accounts_app.errors import Incomplete, NotPermitted
from accounts_app.models import Customer, ErasureRequest

RIGHT = "accounts_app.record_erasure"


def kept_until(customer: Customer) -> datetime | None:
    """Return when the customer's legal term ends; None while it has not begun.

    It begins when the last account has ended, or, without any, when the customer was rejected.
    """
    accounts = list(customer.accounts.all())
    ends = [one.updated_at for one in accounts or [customer] if one.is_final]
    if len(ends) < len(accounts or [customer]):
        return None
    return _years_later(max(ends), settings.RETENTION_YEARS)


def ask(customer: Customer, *, person: User, reason: str, reference: str = "") -> ErasureRequest:
    """Record the request and what the customer is to be told.

    Raises NotPermitted for those who may not, Incomplete without what was asked for.
    """
    if not person.has_perm(RIGHT):
        raise NotPermitted(_("You may not record requests to be erased."))
    if not reason.strip():
        raise Incomplete(_("Say what the customer asked for, and how."), field="reason")
    until, now = kept_until(customer), timezone.now()
    is_refused = until is None or until > now
    with transaction.atomic():
        made: ErasureRequest = ErasureRequest.objects.create(
            customer=customer,
            person=person,
            reason=reason.strip(),
            reference=reference.strip(),
            at=now,
            kept_until=until,
            is_refused=is_refused,
            answer=_answer(until, is_refused=is_refused),
        )
        audit.record(
            actor=person,
            action="customer.erasure_asked",
            target=customer,
            reason=made.reason,
            after={
                "refused": is_refused,
                "kept_until": until.isoformat(timespec="seconds") if until else None,
                "reference": made.reference,
            },
            result=made.answer,
        )
    return made


def _answer(until: datetime | None, *, is_refused: bool) -> str:
    years = settings.RETENTION_YEARS
    if until is None:
        words = _(
            "Refused: the customer has not ended with us. By law the records are kept until "
            "{years} years after the last account has ended."
        )
        return words.format(years=years)
    words = _("The legal term ended on {day}: engineering is to erase the personal fields.")
    if is_refused:
        words = _(
            "Refused: by law the records are kept until {day}, {years} years after the last "
            "account ended."
        )
    return words.format(day=f"{until:%d %B %Y}", years=years)


def _years_later(moment: datetime, years: int) -> datetime:
    try:
        return moment.replace(year=moment.year + years)
    except ValueError:  # the 29th of February
        return moment.replace(year=moment.year + years, month=3, day=1)
