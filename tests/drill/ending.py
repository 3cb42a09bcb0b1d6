"""The last look at a stack: everything that was done on it, not one run alone."""

import io
import time
from collections import Counter

from django.core.management import CommandError, call_command

from accounts_app.models import Operation, WebhookEvent
from tests.drill.conduct import Row
from tests.drill.crew import eventually
from tests.drill.patience import again
from tests.drill.stack import PATIENCE, Stack
from tests.drill.truth import Sight, Truth

NAME = "at the end, everything"


def look(stack: Stack, truth: Truth, name: str) -> Row:
    """Compare all of the mirror, all events, all keys, and verify the audit chain."""
    began = time.monotonic()
    eventually(lambda: _is_quiet() and not truth.look().differences(), PATIENCE, 0.5)
    sight = truth.look()
    differences, unstored = sight.differences(), sight.unstored()
    wrong = [*differences[:5], *unstored[:5], *again(lambda: _wrong_keys(sight)), *again(_audit)]
    open_ones = again(lambda: Operation.objects.filter(state__in=Operation.OPEN).count())
    if open_ones:
        wrong.append(f"{open_ones} operations did not end")
    pending = again(lambda: WebhookEvent.objects.filter(state="pending").count())
    if pending:
        wrong.append(f"{pending} events were not looked into")
    return Row(
        name=f"{name}/{NAME}",
        state=f"{again(Operation.objects.count)} operations, {sum(sight.events.values())} events",
        seconds=round(time.monotonic() - began, 1),
        effects=sum(line["cause"] == "api" for line in sight.ledger),
        missing=len(unstored),
        differences=len(differences),
        wrong=wrong,
    )


def _is_quiet() -> bool:
    """Whether nothing is under way any more."""
    is_open = Operation.objects.filter(state__in=Operation.OPEN)
    pending = WebhookEvent.objects.filter(state="pending")
    return again(lambda: not (is_open.exists() or pending.exists()))


def _wrong_keys(sight: Sight) -> list[str]:
    """Every key changed one thing, once, and belongs to an operation."""
    used = Counter(str(line["key"]) for line in sight.ledger if line["cause"] == "api")
    ours = {str(key) for key in Operation.objects.exclude(key=None).values_list("key", flat=True)}
    twice = [f"key {key} had {number} effects" for key, number in used.items() if number > 1]
    return twice + [f"key {key} is of no operation" for key in used.keys() - ours]


def _audit() -> list[str]:
    try:
        call_command("audit_verify", stdout=io.StringIO())
    except CommandError as error:
        return [str(error)]
    return []
