"""Incidents: opened by the programme, ended by people, or by the programme once all is right again.

Opening and ending are audit entries; what comes again meanwhile is counted.
"""

import structlog
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts_app import audit, clock
from accounts_app.errors import AlreadyMoved, Incomplete, NotPermitted
from accounts_app.models import Incident

log = structlog.get_logger()

END = "accounts_app.end_incident"


def notice(kind: Incident.Kind, words: str, *, times: int = 1) -> None:
    """Open an incident, or count it so many times more while one of its kind is open."""
    if _count(kind, words, times):
        return
    try:
        with transaction.atomic():
            _open(kind, words, times)
    except IntegrityError:
        # Somebody else was faster by a moment.
        _count(kind, words, times)


def clear(kind: Incident.Kind, words: str) -> None:
    """End the open incident of a kind, if there is one, because what it told is no longer so."""
    incident = Incident.objects.filter(kind=kind, ended_at=None).first()
    if incident:
        _end(incident, audit.system_user(), words)


def end(number: int, *, person: User, note: str) -> Incident:
    """Say that an incident is dealt with, and how.

    Raises NotPermitted, Incomplete without a note, and AlreadyMoved when it has ended.
    """
    if not person.has_perm(END):
        raise NotPermitted(_("You may not end incidents."))
    if not note.strip():
        raise Incomplete(_("Say what was done: the note is kept for good."), field="note")
    incident: Incident | None = Incident.objects.filter(pk=number, ended_at=None).first()
    if incident is None or not _end(incident, person, note.strip()):
        raise AlreadyMoved(_("This incident has ended already."))
    return incident


def _count(kind: Incident.Kind, words: str, times: int) -> bool:
    still = Incident.objects.filter(kind=kind, ended_at=None)
    return still.update(number=F("number") + times, last_at=clock.now(), words=words) > 0


def _open(kind: Incident.Kind, words: str, times: int) -> None:
    now = clock.now()
    incident = Incident.objects.create(
        kind=kind, words=words, number=times, opened_at=now, last_at=now
    )
    audit.record(
        actor=audit.system_user(),
        action="incident.opened",
        target=incident,
        after={"kind": str(kind), "words": words},
    )
    log.error("an incident was opened", kind=str(kind), words=words)


def _end(incident: Incident, person: User, note: str) -> bool:
    columns = {"ended_at": clock.now(), "ended_by": person, "end_note": note}
    with transaction.atomic():
        if not Incident.objects.filter(pk=incident.pk, ended_at=None).update(**columns):
            return False
        audit.record(
            actor=person,
            action="incident.ended",
            target=incident,
            reason=note,
            before={"kind": incident.kind, "number": incident.number},
            after={"ended": True},
        )
    return True
