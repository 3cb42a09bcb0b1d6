"""Something staff asked the provider to do, and every try at doing it."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts_app.models.guards import Kept
from accounts_app.models.mirrored import Account, Card, Customer
from accounts_app.models.texts import Line, Words

OPEN = ("requested", "approved", "sending", "accepted", "uncertain", "needs_human")
IN_HAND = ("approved", "sending", "accepted", "uncertain")


class Operation(Kept):
    """One request of staff: what exactly, who asked and agreed, how sending went, how it ended.

    `customer`, `account` and `card` are what it is about and what that hangs from. `lane` is what
    the operation keeps to itself while it is open: one per customer, account and card, and one
    creation per customer (see services/lanes.py). `seen` is what the maker saw, `digest` what the
    checker agrees to. The frozen request (`method`, `path`, `body`) and the `key` never change;
    `ambiguous`, once set, stays.
    """

    class State(models.TextChoices):
        """Where an operation stands; the words are those staff see."""

        REQUESTED = "requested", _("Waiting for a second person")
        APPROVED = "approved", _("Approved, waiting to be sent")
        SENDING = "sending", _("Being sent")
        ACCEPTED = "accepted", _("Accepted by the provider, not finished")
        UNCERTAIN = "uncertain", _("Outcome unknown, checking automatically")
        NEEDS_HUMAN = "needs_human", _("Needs attention")
        SUCCEEDED = "succeeded", _("Done")
        FAILED = "failed", _("Refused by the provider")
        NOT_APPLIED = "not_applied", _("Not applied at the provider")
        REJECTED = "rejected", _("Rejected")
        EXPIRED = "expired", _("Expired")
        STALE = "stale", _("Not sent")
        CANCELLED = "cancelled", _("Withdrawn")

    OPEN = OPEN
    # Those that the programme itself moves on.
    IN_HAND = IN_HAND

    kind = models.CharField(max_length=32, db_index=True)
    lane = models.CharField(max_length=96)
    # Empty while it is to make a customer.
    customer = models.ForeignKey(
        Customer, models.PROTECT, null=True, blank=True, related_name="operations"
    )
    account = models.ForeignKey(
        Account, models.PROTECT, null=True, blank=True, related_name="operations"
    )
    card = models.ForeignKey(Card, models.PROTECT, null=True, blank=True, related_name="operations")
    earlier = models.ForeignKey("self", models.PROTECT, null=True, blank=True)
    fields = models.JSONField(default=dict)
    seen = models.JSONField(default=dict)
    method = models.CharField(max_length=8)
    path = models.CharField(max_length=255)
    body = models.BinaryField(default=bytes)
    digest = models.CharField(max_length=64)

    maker = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="made")
    # One person may have two logins: the subject is the person.
    maker_subject = models.CharField(max_length=255, blank=True)
    # Which session it was asked from, as a digest: nobody agrees in that session.
    maker_seat = models.CharField(max_length=64, blank=True)
    # Which passkey that session had shown, as a digest: nobody agrees with the same one.
    maker_device = models.CharField(max_length=64, blank=True)
    cause = models.CharField(max_length=32, blank=True)
    reason = Words()
    reference = Line("case reference", max_length=64, blank=True)
    form_number = models.UUIDField(unique=True)
    requested_at = models.DateTimeField()
    needs_checker = models.BooleanField(default=False)
    checker = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="checked"
    )
    checker_subject = models.CharField(max_length=255, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    note = Words("checker's note", blank=True)

    state = models.CharField(max_length=16, choices=State, default=State.REQUESTED)
    key = models.UUIDField("idempotency key", unique=True, null=True, blank=True)
    attempts_made = models.PositiveIntegerField(default=0)
    ambiguous = models.BooleanField(default=False)
    first_sent_at = models.DateTimeField(null=True, blank=True)
    last_sent_at = models.DateTimeField(null=True, blank=True)
    resend_deadline = models.DateTimeField(null=True, blank=True)
    lease_number = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    next_at = models.DateTimeField(null=True, blank=True)
    negative_at = models.DateTimeField(
        null=True, blank=True, help_text=_("When a read-back first showed no effect.")
    )

    outcome = Words(blank=True)
    evidence = models.JSONField(default=dict)
    status_before = models.CharField(max_length=64, blank=True)
    status_after = models.CharField(max_length=64, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        default_permissions = ("view",)
        ordering = ["-id"]
        permissions = [
            ("request_create_customer", "Can ask to register a customer"),
            ("request_sign_customer_challenge", "Can submit a customer's signature"),
            ("request_refetch_customer_challenge", "Can fetch a customer's new challenge"),
            ("request_create_account", "Can ask to open an account"),
            ("request_sign_challenge", "Can submit an owner's signature"),
            ("request_refetch_challenge", "Can fetch a new challenge"),
            ("request_deactivate", "Can ask to deactivate an account"),
            ("request_reactivate", "Can ask to reactivate an account"),
            ("request_close", "Can ask to close an account"),
            ("request_deactivate_customer", "Can ask to deactivate a customer"),
            ("request_reactivate_customer", "Can ask to reactivate a customer"),
            ("request_deactivate_card", "Can ask to deactivate a card"),
            ("request_reactivate_card", "Can ask to reactivate a card"),
            ("request_terminate_card", "Can ask to terminate a card"),
            ("decide_operation", "Can approve or reject another person's request"),
            ("refresh_mirror", "Can read an entity anew from the provider"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["lane"], condition=Q(state__in=OPEN), name="one_open_operation_per_lane"
            ),
            models.CheckConstraint(
                condition=Q(checker=None) | ~Q(checker=F("maker")), name="maker_is_not_checker"
            ),
            models.CheckConstraint(
                condition=Q(checker_subject="") | ~Q(checker_subject=F("maker_subject")),
                name="maker_and_checker_are_two_people",
            ),
            models.CheckConstraint(
                condition=~Q(needs_checker=True, checker=None)
                | Q(state__in=("requested", "expired", "cancelled")),
                name="no_decision_without_a_checker",
            ),
            models.CheckConstraint(
                condition=~Q(ambiguous=True, state="failed"), name="ambiguous_never_fails"
            ),
            models.CheckConstraint(
                condition=Q(customer__isnull=False) | Q(account=None, card=None),
                name="what_hangs_from_a_customer_names_them",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_at"],
                condition=Q(state__in=IN_HAND),
                name="due_operations",
            ),
            models.Index(fields=["state", "-id"], name="operations_by_state"),
            models.Index(fields=["account", "-id"]),
            models.Index(fields=["customer", "-id"]),
            models.Index(fields=["card", "-id"]),
        ]

    def __str__(self) -> str:
        return f"Operation {self.pk}"

    @property
    def external_id(self) -> str:
        """The customer as our own books name them, also one who is still to be made."""
        return self.customer.external_id if self.customer else str(self.fields["external_id"])

    @property
    def is_open(self) -> bool:
        """Whether it still keeps its lane."""
        return self.state in OPEN


class Attempt(Kept):
    """One HTTP try, committed before the first byte leaves; the result is added once."""

    class Result(models.TextChoices):
        """What came back."""

        ANSWERED = "answered", _("Answered")
        REFUSED = "refused", _("Refused")
        WAIT = "wait", _("told to wait")
        NOT_SENT = "not_sent", _("not sent")
        UNKNOWN = "unknown", _("no usable answer")

    operation = models.ForeignKey(Operation, models.PROTECT, related_name="attempts")
    number = models.PositiveIntegerField()
    lease_number = models.PositiveIntegerField()
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    result = models.CharField(max_length=16, choices=Result, blank=True)
    http_status = models.PositiveIntegerField(null=True, blank=True)
    request_id = Line(max_length=128, blank=True)
    message = Words(blank=True)

    class Meta:
        default_permissions = ("view",)
        ordering = ["operation", "number"]
        constraints = [
            models.UniqueConstraint(fields=["operation", "number"], name="attempts_are_numbered")
        ]

    def __str__(self) -> str:
        return f"Attempt {self.number} of operation {self.operation_id}"
