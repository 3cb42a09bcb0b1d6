"""The queue of what one person did alone: a second looks at each within a working day."""

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts_app import audit, clock
from accounts_app.conf import stands_for
from accounts_app.errors import AlreadyMoved, NotPermitted, SameEyes
from accounts_app.models import Operation, Review
from accounts_app.people import subject_of
from accounts_app.services import presence
from accounts_app.services.transitions import target_of

RIGHT = "accounts_app.tick_review"
SATURDAY = 5


def open_for(operation: Operation) -> Review | None:
    """Put an operation that nobody has to agree to into the queue, in the caller's transaction."""
    named = any(stands_for(name, operation.kind) for name in settings.REVIEWED_KINDS)
    if operation.needs_checker or not named:
        return None
    made: Review = Review.objects.create(
        operation=operation,
        maker=operation.maker,
        maker_subject=operation.maker_subject,
        due_at=due_after(operation.requested_at),
    )
    return made


def due_after(asked_at: datetime) -> datetime:
    """Return the same time of day REVIEW_WORKING_DAYS later, in the office's zone."""
    day, left = timezone.localtime(asked_at), settings.REVIEW_WORKING_DAYS
    while left or day.weekday() >= SATURDAY:
        day += timedelta(days=1)
        left -= day.weekday() < SATURDAY
        left = max(left, 0)
    return day


def waiting() -> QuerySet[Review]:
    """Return those that nobody has ticked."""
    found: QuerySet[Review] = Review.objects.filter(reviewed_at=None)
    return found


def of_others(person: User) -> Q:
    """Return what narrows reviews to those that this person may tick."""
    return ~Q(maker=person.pk) & ~Q(maker_subject=subject_of(person))


def is_own(review: Review, person: User) -> bool:
    """Whether this person did what is to be looked at, be it with another of their logins."""
    own = {review.maker_subject, subject_of(review.maker)}
    return review.maker_id == person.pk or subject_of(person) in own


def tick(review_id: int, *, reviewer: User, note: str = "") -> Review:
    """Record that a second person has looked at it.

    Raises NotPermitted, SameEyes for one's own act, and AlreadyMoved when somebody was faster.
    """
    if not reviewer.has_perm(RIGHT):
        raise NotPermitted(_("You may not review what others did alone."))
    with transaction.atomic():
        review: Review = Review.objects.select_for_update(no_key=True, of=("self",)).get(
            pk=review_id
        )
        presence.refuse_same(review.operation.maker_seat, review.operation.maker_device)
        if is_own(review, reviewer):
            raise SameEyes(_("You cannot review what you did yourself: a second person must."))
        if review.reviewed_at is not None:
            raise AlreadyMoved(_("Somebody has reviewed this already."))
        review.reviewer, review.reviewer_subject = reviewer, subject_of(reviewer)
        review.reviewed_at, review.note = clock.now(), note.strip()
        review.save(update_fields=["reviewer", "reviewer_subject", "reviewed_at", "note"])
        audit.record(
            actor=reviewer,
            action=f"{review.operation.kind}.reviewed",
            target=target_of(review.operation) or review.operation,
            operation=review.operation,
            reason=review.note,
            after={"review": review.pk, "due_at": review.due_at.isoformat(timespec="seconds")},
        )
    return review
