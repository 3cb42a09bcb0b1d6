"""What the maker of an operation saw beside what is so now, and who caused what is so now."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts_app.admin import moments, words
from accounts_app.models import Account, Card, Customer, Operation, Snapshot
from accounts_app.services import lanes
from accounts_app.services.catalogue import KINDS, Target
from accounts_app.services.transitions import asked_about

# As the name of a card has them; elsewhere the provider's own word is shown.
CARD_TYPES = {"virtual": _("virtual"), "physical": _("physical")}


@dataclass(frozen=True)
class Row:
    """One thing the maker saw; `then` or `now` is empty where it did not or does not exist."""

    what: str
    then: str
    now: str
    entity: Account | Card | None = None
    is_status: bool = True

    @property
    def differs(self) -> bool:
        """Whether it is no longer as it was seen."""
        return self.then != self.now


def of(operation: Operation) -> list[Row]:
    """Compare what the operation was asked about, and what hangs from it, with what is so now."""
    target = asked_about(operation)
    if target is None:
        return []
    first = Row(str(target.KIND.label), operation.seen.get("status", ""), target.status)
    if isinstance(target, Card):
        return [first]
    if isinstance(target, Account):
        return [first, *_below(operation, "cards", lanes.cards_of(target))]
    if not KINDS[operation.kind].cascades:
        return [first, _accounts(operation, target)]
    accounts = target.accounts.order_by("created_at", "pk")
    cards = _below(operation, "cards", lanes.cards_of(target))
    return [first, *_below(operation, "accounts", accounts), *cards]


def _below(operation: Operation, field: str, rows: Iterable[Account | Card]) -> list[Row]:
    """Compare what hangs from the target; what was seen and is not there any more comes last."""
    seen = dict(operation.seen.get(field, {}))
    there = [Row(name_of(row), seen.pop(str(row.pk), ""), row.status, row) for row in rows]
    what = words.kind_name(field.removesuffix("s"))
    return there + [Row(f"{what} {number}", status, "") for number, status in seen.items()]


def name_of(row: Account | Card) -> str:
    """Say which of a customer's accounts or cards it is."""
    if isinstance(row, Card):
        told = {"type": CARD_TYPES.get(row.type, row.type), "digits": row.masked_pan[-4:]}
        return (gettext("%(type)s card %(digits)s") % told).strip()
    told = {"currency": row.currencies, "id": words.short_id(row.pk)}
    return (gettext("%(currency)s account %(id)s") % told).strip()


def _accounts(operation: Operation, customer: Customer) -> Row:
    seen = len(operation.seen.get("accounts", ()))
    now = customer.accounts.count()
    return Row(gettext("accounts of the customer"), str(seen), str(now), is_status=False)


def cause_of(target: Target) -> Snapshot | None:
    """Return the snapshot in which the present status first showed, or None if always so."""
    snapshots = Snapshot.objects.filter(
        entity_kind=target.KIND, entity_id=target.pk, changed__has_key="status"
    )
    return snapshots.select_related("operation__maker", "operation__checker").first()


def is_effect(operation: Operation, snapshot: Snapshot) -> bool:
    """Whether a snapshot that an operation's read brought shows what it did, not what it found."""
    is_done = operation.state == Operation.State.SUCCEEDED
    return is_done and snapshot.status in KINDS[operation.kind].proves


def words_for(target: Target) -> str:
    """Say who or what caused the present status, as far as it is known."""
    snapshot = cause_of(target)
    if snapshot is None:
        return gettext("It has been %(status)s since it was first seen here.") % {
            "status": target.status
        }
    # The provider's own time of change, not the time at which we happened to ask.
    changed_at = datetime.fromtimestamp(snapshot.revision / 1_000_000, UTC)
    told = {"status": target.status, "time": moments.minute(changed_at)}
    cause = snapshot.operation
    if cause and is_effect(cause, snapshot):
        people = [cause.maker, cause.checker] if cause.checker else [cause.maker]
        names = words.both(person.get_username() for person in people)
        return _(
            "It is %(status)s since %(time)s at the latest, by operation %(number)s of %(people)s."
        ) % {**told, "number": cause.pk, "people": names}
    return _(
        "It is %(status)s since %(time)s at the latest, as seen in %(source)s: by the provider, or "
        "by whoever acted there."
    ) % {**told, "source": snapshot.get_source_display()}
