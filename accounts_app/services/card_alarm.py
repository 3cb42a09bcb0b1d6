"""The alert that a card number was about to be stored: an incident, once what met it is committed.

Whoever holds the audit chain may not wait for a row, so it is never opened within the transaction.
What lines of the log held is told later still: when a request, a round of work or a process ends.
"""

from functools import partial

import django.db
import structlog
from django.db import connection, transaction

from accounts_app.card_notes import notes
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


def after_request(**_signal: object) -> None:
    """Raise it for what lines held that a request wrote; in haste, some requests later."""
    if notes.are_due:
        tell_logged()


def tell_logged() -> bool:
    """Raise it for what lines of the log held since the last time; return whether that was done.

    Later, while a transaction is open, which may be rolled back, or no database answers.
    """
    if not notes or connection.in_atomic_block:
        return False
    taken = notes.take()
    sentence = say(
        "Masked before it was written to the log, in lines of {loggers}. Find out what logs them.",
        loggers=", ".join(sorted(taken)),
    )
    try:
        incidents.notice(Incident.Kind.CARD_NUMBER, sentence, times=taken.total())
    except django.db.Error as error:
        notes.put_back(taken)
        log.error("the alert about a card number is not kept yet", error=type(error).__name__)
        return False
    return True


def _notice(where: str) -> None:
    sentence = say(
        "Masked before it was stored, in {where}. Find out who sends or types card numbers.",
        where=where,
    )
    incidents.notice(Incident.Kind.CARD_NUMBER, sentence)
