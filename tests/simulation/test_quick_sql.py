"""The simulator's caches: Django's own statements, letter by letter."""

import uuid
from datetime import timedelta

from django.contrib.auth.models import Permission
from django.db.models import F, Min, Q
from django.utils import timezone

from accounts_app.models import Account, Card, Operation, Pause, WebhookEvent
from tests.simulation import quick_sql

STATES = ("sending", "uncertain", "approved")
HOUR = timedelta(hours=1)
NOW = timezone.now()

# What a run asks, in every form the caches tell apart; the number is a value, or how many.
ASKED = (
    lambda _: Operation.objects.all(),
    lambda n: Operation.objects.order_by("-requested_at")[:n],
    lambda n: Operation.objects.filter(pk=n),
    lambda n: Operation.objects.filter(state__in=STATES[:n]).order_by("pk"),
    lambda n: Operation.objects.filter(state__in=list(STATES[n:])).values_list("pk", flat=True),
    lambda n: Operation.objects.filter(key=uuid.UUID(int=n), requested_at__lt=NOW - n * HOUR),
    lambda n: Operation.objects.filter(key=None, decided_at__isnull=n == 1),
    lambda n: Operation.objects.exclude(state=STATES[n]).filter(ambiguous=True),
    lambda n: Operation.objects.filter(Q(lane=str(n)) | Q(lane=""), ~Q(path=str(n))),
    lambda n: Operation.objects.filter(maker__username=f"user {n}").order_by("maker__username"),
    lambda n: Operation.objects.filter(account_id=uuid.UUID(int=n)).only("state"),
    lambda n: Operation.objects.filter(attempts_made__gt=F("lease_number") + n),
    lambda n: Card.objects.select_related("account").filter(revision__lte=n),
    lambda n: Card.objects.values_list("status", "account__status").filter(revision=n),
    lambda n: Account.objects.values_list("pk", "status", "status")[n : 2 * n],
    lambda n: Account.objects.filter(pk__in=Card.objects.filter(revision=n).values("account")),
    lambda n: Pause.objects.select_related().filter(pk=n).reverse(),
    lambda n: Permission.objects.filter(group__user=n).values_list("codename").order_by(),
    lambda n: WebhookEvent.objects.values("entity_id").annotate(m=Min("next_at")).filter(m__gt=NOW),
    lambda n: WebhookEvent.objects.filter(state=str(n)).distinct().values("entity_kind"),
)


def spelled():
    """Spell every question with two values, also as the question whether there is a row."""
    asked = [ask(number).query for number in (1, 2) for ask in ASKED]
    whether = [query.exists() for query in asked]
    return [query.sql_with_params() for query in (*asked, *whether)]


def test_every_statement_is_the_one_that_django_makes(monkeypatch):
    wanted = spelled()
    quick_sql.use(monkeypatch.setattr)
    assert spelled() == wanted
    assert spelled() == wanted
