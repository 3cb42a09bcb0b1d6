"""The alert that a card number was about to be stored: an incident, once what met it is committed.

Whoever holds the audit chain may not wait for a row, so it is never opened within the transaction.
"""

from functools import partial

import django.db
import structlog
from django.db import transaction

from accounts_app.models import Incident
from accounts_app.sentences import say
from accounts_app.services import incidents

log = structlog.get_logger()


def raise_for(where: str) -> None:
    """Open the incident, or count it once more; `where` says what held the number, never it."""
    log.error("a card number was masked", where=where)
    try:
        transaction.on_commit(partial(_notice, where), robust=True)
    except django.db.Error as error:
        log.error("the alert about a card number is not kept", error=type(error).__name__)


def _notice(where: str) -> None:
    sentence = say(
        "Masked before it was stored, in {where}. Find out who sends or types card numbers.",
        where=where,
    )
    incidents.notice(Incident.Kind.CARD_NUMBER, sentence)
