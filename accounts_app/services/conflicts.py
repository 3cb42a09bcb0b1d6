"""Events that came with several bodies under one id: all are kept, and all are flagged."""

from collections.abc import Iterable

from django.db.models import Count

from accounts_app import prepared
from accounts_app.models import WebhookEvent

# In SQL: it is asked with every delivery, and the ORM takes longer to write it than to run it.
FLAG = """
UPDATE accounts_app_webhookevent SET is_conflicting = TRUE
WHERE event_id = %s AND NOT is_conflicting AND EXISTS (
    SELECT 1 FROM accounts_app_webhookevent AS other
    WHERE other.event_id = accounts_app_webhookevent.event_id
    AND other.digest <> accounts_app_webhookevent.digest
)
"""


def flag(event_id: str) -> None:
    """Flag all events of this id when there are several. One statement.

    Call it after the event is committed: of two that come at once, the one that asks last sees
    both.
    """
    with prepared.cursor() as cursor:
        cursor.execute(FLAG, [event_id])


def among(events: Iterable[WebhookEvent]) -> set[str]:
    """Return those of the events' ids under which several bodies came, flagged yet or not."""
    same = WebhookEvent.objects.filter(event_id__in={event.event_id for event in events})
    several = same.order_by().values("event_id").annotate(bodies=Count("pk")).filter(bodies__gt=1)
    return set(several.values_list("event_id", flat=True))
