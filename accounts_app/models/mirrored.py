"""Our copies of the provider's customers, accounts and cards. Only mirror.py writes them."""

from typing import Any, NoReturn

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts_app.errors import MirrorIsReadOnly
from accounts_app.models.guards import ReadOnlyQuerySet
from accounts_app.offblocks import shapes


class EntityKind(models.TextChoices):
    """The provider's resources that are mirrored."""

    CUSTOMER = "customer", _("Customer")
    ACCOUNT = "account", _("Account")
    CARD = "card", _("Card")

    @property
    def the(self) -> str:
        """Name the one that is spoken of, with its article."""
        return str(THE[self])

    @property
    def this(self) -> str:
        """Point at the one that is spoken of."""
        return str(THIS[self])


THE = {
    EntityKind.CUSTOMER: _("the customer"),
    EntityKind.ACCOUNT: _("the account"),
    EntityKind.CARD: _("the card"),
}
THIS = {
    EntityKind.CUSTOMER: _("this customer"),
    EntityKind.ACCOUNT: _("this account"),
    EntityKind.CARD: _("this card"),
}


class Mirrored(models.Model):
    """One of the provider's resources as it last described it.

    `status` holds whatever word the provider used, known to us or not. `revision` orders what we
    were told: the provider's `updatedAt` in microseconds since 1970. `asked_at` is when we asked
    for the answer that last confirmed the row. `listed_digest` is of the text of a list's entry
    that was read and found equal to the row as it is; empty when there was none.
    """

    KIND: EntityKind
    KNOWN_STATUSES: frozenset[str]
    FINAL_STATUSES: frozenset[str]

    id = models.UUIDField(primary_key=True, editable=False)
    status = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField(db_index=True)
    updated_at_text = models.CharField(max_length=64)
    revision = models.BigIntegerField()
    asked_at = models.DateTimeField()
    digest = models.CharField(max_length=64)
    source = models.CharField(max_length=16)
    listed_digest = models.CharField(max_length=64, blank=True, default="", db_default="")

    objects = ReadOnlyQuerySet.as_manager()
    # The one way in; the architecture test holds that only mirror.py uses it.
    door: models.Manager[Any] = models.Manager()

    class Meta:
        abstract = True
        default_permissions = ("view",)
        ordering = ["-created_at", "id"]
        # The order of the lists, to be gone on in from any row, also within a status.
        indexes = [
            models.Index(fields=["-created_at", "id"], name="%(class)s_newest"),
            models.Index(fields=["status", "-created_at", "id"], name="%(class)s_by_status"),
        ]

    def __str__(self) -> str:
        return str(self.id)

    def save(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        """Refuse: only mirror.observe writes mirrored rows."""
        raise MirrorIsReadOnly("save() is refused: only mirror.observe writes mirrored rows.")

    def delete(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        """Refuse: mirrored rows are never deleted."""
        raise MirrorIsReadOnly("delete() is refused: mirrored rows are never deleted.")

    @property
    def is_recognised(self) -> bool:
        """Whether the status is one the provider documents."""
        return self.status in self.KNOWN_STATUSES

    @property
    def is_final(self) -> bool:
        """Whether the status is one that is never left."""
        return self.status in self.FINAL_STATUSES


class Customer(Mirrored):
    """A person of the programme, known by the wallet in `chain_id`."""

    KIND = EntityKind.CUSTOMER
    KNOWN_STATUSES = shapes.CUSTOMER_STATUSES
    FINAL_STATUSES = shapes.FINAL_CUSTOMER_STATUSES

    external_id = models.CharField(max_length=255, db_index=True)
    chain_id = models.CharField("wallet", max_length=255, db_index=True)

    class Meta(Mirrored.Meta):
        pass


class Account(Mirrored):
    """A card account of a customer; `chain_id` is its smart contract once it is deployed."""

    KIND = EntityKind.ACCOUNT
    KNOWN_STATUSES = shapes.ACCOUNT_STATUSES
    FINAL_STATUSES = shapes.FINAL_ACCOUNT_STATUSES

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="accounts")
    type = models.CharField(max_length=64)
    currencies = models.CharField(max_length=255, blank=True)
    chain_id = models.CharField("contract", max_length=255, blank=True, db_index=True)

    class Meta(Mirrored.Meta):
        indexes = [
            *Mirrored.Meta.indexes,
            models.Index(fields=["status", "updated_at"]),
            models.Index(fields=["type", "-created_at", "id"], name="account_by_type"),
            models.Index(fields=["currencies", "-created_at", "id"], name="account_by_currency"),
        ]


class Card(Mirrored):
    """A card of an account. The full number never reaches us."""

    KIND = EntityKind.CARD
    KNOWN_STATUSES = shapes.CARD_STATUSES
    FINAL_STATUSES = shapes.FINAL_CARD_STATUSES

    account = models.ForeignKey(Account, models.PROTECT, related_name="cards")
    type = models.CharField(max_length=64)
    name = models.CharField(max_length=255, blank=True)
    network = models.CharField(max_length=64, blank=True)
    masked_pan = models.CharField("number", max_length=32, blank=True)
    expiration_date = models.CharField("expires", max_length=16, blank=True)

    class Meta(Mirrored.Meta):
        indexes = [
            *Mirrored.Meta.indexes,
            models.Index(fields=["type", "-created_at", "id"], name="card_by_type"),
            models.Index(fields=["network", "-created_at", "id"], name="card_by_network"),
            models.Index(fields=["masked_pan", "-created_at", "id"], name="card_by_number"),
        ]
