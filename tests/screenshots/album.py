"""Which pages are taken, and what each shows in the demo."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse

from accounts_app.models import Account, AuditEntry, Batch, Challenge, Operation


@dataclass(frozen=True)
class Shot:
    """A page, by the name of its picture, and who looks at it."""

    name: str
    person: str
    address: str


def shots() -> Iterator[Shot]:
    """Yield the pages, each with something to see on it."""
    active = Account.objects.filter(status="active", cards__isnull=False)
    active = active.exclude(operations__state__in=Operation.OPEN).first()
    signing = Challenge.objects.filter(state="waiting", account__isnull=False).first()
    waits = Operation.objects.filter(state="requested").first()
    done = Operation.objects.filter(state="succeeded", kind="deactivate").first()
    batch = Batch.objects.first()
    assert all((active, signing, waits, done, batch)), "the demo lacks something to show"
    yield Shot("start", "approver", reverse("admin:index"))
    yield Shot("accounts", "operator", _page("account", "changelist"))
    yield Shot("account", "operator", _page("account", "change", active.pk))
    yield Shot("signature", "operator", _page("account", "change", signing.account_id))
    yield Shot("ask", "operator", _page("account", "ask", active.pk, "deactivate"))
    yield Shot("operation", "operator", _page("operation", "change", done.pk))
    yield Shot("decide", "approver", _page("operation", "decide", waits.pk))
    yield Shot("batch", "operator", _page("batch", "change", batch.pk))
    yield Shot("events", "operator", _page("webhookevent", "changelist"))
    yield Shot("evidence", "auditor", _page("account", "evidence", active.pk))


def _page(model: str, page: str, *arguments: object) -> str:
    return reverse(f"admin:{AuditEntry._meta.app_label}_{model}_{page}", args=arguments)
